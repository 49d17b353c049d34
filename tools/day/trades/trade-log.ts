/** The trading log as it was read: plain data, no opinion yet on what is a sale. */

/** A line of an invoice. */
export interface TradeLine {
  /** Line in the file, from 1. */
  readonly lineNumber: number;
  readonly stockCode: string;
  /** Often empty. */
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

/** All lines of one invoice number, wherever in the file they are. */
export interface Invoice {
  readonly invoiceNo: string;
  /** Moment of its first line, as the clock on the shop's wall showed it. */
  readonly atMs: number;
  /** Absent for customers without a number. */
  readonly customerId?: string;
  readonly country: string;
  readonly lines: TradeLine[];
}

/** A row that cannot be used. */
export interface BadRow {
  readonly lineNumber: number;
  readonly reason: string;
}

/** What the file holds; invoices by time, those of the same minute as they are in the file. */
export interface TradeLog {
  readonly invoices: readonly Invoice[];
  readonly badRows: readonly BadRow[];
  readonly rows: number;
}

/** The file cannot be read or is no trading log. */
export class TradesFileError extends Error {
  override readonly name = 'TradesFileError';
}
