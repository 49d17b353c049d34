import { type Invoice, type TradeLine } from './trade-log';

/** An invoice that is a sale: at least one line with a quantity above 0 and no negative price. */
export interface Sale {
  readonly invoice: Invoice;
  readonly lines: readonly TradeLine[];
}

/** An invoice that takes something back. */
export interface Cancellation {
  readonly invoice: Invoice;
  /** Quantities are positive here: pieces to take back. */
  readonly lines: readonly TradeLine[];
}

/** Something of the log that becomes no order, with the reason. */
export interface LeftOut {
  readonly invoiceNo: string;
  /** In the file; absent when the whole invoice is meant. */
  readonly lineNumber?: number;
  readonly reason: string;
}

/** A log sorted into what it means. Sales and cancellations are in the order of time. */
export interface SortedLog {
  readonly sales: readonly Sale[];
  readonly cancellations: readonly Cancellation[];
  readonly noSales: readonly LeftOut[];
  /** Single lines left out of sales and cancellations. */
  readonly leftOutLines: readonly LeftOut[];
}

/**
 * Tells sales, cancellations (`C…`) and what is neither apart: stock corrections (negative quantities without `C`),
 * negative prices, bookkeeping entries (`A…`).
 */
export function sortOut(invoices: readonly Invoice[]): SortedLog {
  const sales: Sale[] = [];
  const cancellations: Cancellation[] = [];
  const noSales: LeftOut[] = [];
  const leftOutLines: LeftOut[] = [];
  for (const invoice of invoices) {
    const { invoiceNo } = invoice;
    const isCancellation = /^C/i.test(invoiceNo);
    const refusalOf = isCancellation ? noCancellation : noSale;
    const judged = invoice.lines.map((line) => ({ line, reason: refusalOf(invoiceNo, line) }));
    const good = judged.flatMap(({ line, reason }) => (reason === undefined ? [line] : []));
    if (good.length === 0) {
      const reasons = new Set(judged.flatMap(({ reason }) => reason ?? []));
      noSales.push({ invoiceNo, reason: [...reasons].join(', ') });
      continue;
    }
    for (const { line, reason } of judged) {
      if (reason !== undefined) leftOutLines.push({ invoiceNo, lineNumber: line.lineNumber, reason });
    }
    if (isCancellation) {
      cancellations.push({ invoice, lines: good.map((line) => ({ ...line, quantity: -line.quantity })) });
    } else {
      sales.push({ invoice, lines: good });
    }
  }
  return { sales, cancellations, noSales, leftOutLines };
}

function noSale(invoiceNo: string, { quantity, unitPrice }: TradeLine): string | undefined {
  if (/^A\d/i.test(invoiceNo)) return 'bookkeeping entry (A…)';
  if (unitPrice < 0) return 'negative price';
  if (quantity < 0) return 'negative quantity without C: a stock correction';
  return quantity === 0 ? 'quantity 0' : undefined;
}

function noCancellation(_invoiceNo: string, { quantity }: TradeLine): string | undefined {
  return quantity < 0 ? undefined : 'a cancellation of nothing: its quantity is not negative';
}
