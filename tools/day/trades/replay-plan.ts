import { type LineCancel } from '../vendors/omnium-shop';
import { isBefore, type MatchedCancellation } from './match-cancellations';
import { type Sale } from './sales';
import { lineIdOf } from './trade-orders';

/** Takes pieces of one order back; of the whole order when nothing of it is left. */
export interface CancelStep {
  readonly kind: 'cancel';
  /** Number of the cancelling invoice. */
  readonly invoiceNo: string;
  /** Number of the invoice that is cancelled. */
  readonly ofInvoiceNo: string;
  readonly pieces: readonly LineCancel[];
  readonly isWholeOrder: boolean;
}

/** One thing the shop does. */
export type ReplayStep = { readonly kind: 'order'; readonly sale: Sale; readonly turn: number } | CancelStep;

/** Sales and cancellations in the order of time. Pure. */
export function planReplay(sales: readonly Sale[], matched: readonly MatchedCancellation[]): ReplayStep[] {
  const openHundredths = new Map(
    sales.map(({ invoice, lines }) => [
      invoice.invoiceNo,
      lines.reduce((sum, { quantity }) => sum + Math.round(quantity * 100), 0),
    ]),
  );
  const steps: ReplayStep[] = [];
  let next = 0;
  for (const { cancellation, takenBack } of matched) {
    for (let sale = sales[next]; sale && isBefore(sale.invoice, cancellation.invoice); sale = sales[next]) {
      steps.push({ kind: 'order', sale, turn: next });
      next += 1;
    }
    for (const ofInvoiceNo of new Set(takenBack.map(({ invoiceNo }) => invoiceNo))) {
      const parts = takenBack.filter(({ invoiceNo }) => invoiceNo === ofInvoiceNo);
      const pieces = parts.map(({ lineIndex, quantity }) => ({ lineItemId: lineIdOf(lineIndex), quantity }));
      const taken = parts.reduce((sum, { quantity }) => sum + Math.round(quantity * 100), 0);
      const left = (openHundredths.get(ofInvoiceNo) ?? 0) - taken;
      openHundredths.set(ofInvoiceNo, left);
      const { invoiceNo } = cancellation.invoice;
      steps.push({ kind: 'cancel', invoiceNo, ofInvoiceNo, pieces, isWholeOrder: left === 0 });
    }
  }
  for (const sale of sales.slice(next)) {
    steps.push({ kind: 'order', sale, turn: next });
    next += 1;
  }
  return steps;
}
