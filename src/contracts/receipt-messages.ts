import type { ReceiptReference } from './messages';
import type { RetryLadderName } from './retry-ladder';

/**
 * What is said to the activity that sends receipts, and by it. References and amounts only: neither the receipt nor its
 * PDF passes through Temporal.
 */

/** Input of the activity that puts one receipt into Omnium as an invoice. */
export interface SendReceiptInput extends ReceiptReference {
  readonly tenantUid: string;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What was done about one receipt. */
export interface ReceiptOutcome {
  readonly orderReceiptUid: string;
  /** The receipt's number, which is the invoice's as well; absent when the receipt was not looked at. */
  readonly voucherNumber?: string;
  /**
   * - `created`: the invoice and its file are new
   * - `completed`: the invoice was there and lacked something, which it has now
   * - `unchanged`: invoice and file were there
   * - `skipped`: none of Omnium's, see `reason`
   */
  readonly action: 'created' | 'completed' | 'unchanged' | 'skipped';
  readonly reason?: string;
  /** The invoice's amount, VAT included and without cash rounding, in cents; below zero for a credit note. */
  readonly amountCents?: number;
  /** Calls made to the vendors by the attempt that succeeded. */
  readonly calls: number;
}
