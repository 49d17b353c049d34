import { type Cancellation, type Sale } from './sales';
import { type Invoice, type TradeLine } from './trade-log';

const NAMES_SHOWN = 5;

/** Pieces of one line of one sale that are taken back. */
interface TakenBack {
  readonly invoiceNo: string;
  /** Position of the line in the sale, from 0. */
  readonly lineIndex: number;
  readonly quantity: number;
}

/** What a cancellation comes to. */
export interface MatchedCancellation {
  readonly cancellation: Cancellation;
  /** Empty when nothing matches. */
  readonly takenBack: readonly TakenBack[];
  /** Lines for which no sale was found; quantities are positive. */
  readonly unmatched: readonly TradeLine[];
}

/** Pieces of a sale that are not taken back yet, line by line, in hundredths. */
interface OpenSale {
  readonly sale: Sale;
  readonly openHundredths: number[];
}

/**
 * Finds what each cancellation takes back: the latest earlier invoice of the same customer that has all of its codes
 * with enough pieces not taken back yet. Where no single invoice has, each line is looked for on its own.
 * Cancellations are matched in the order of time, so that no piece is taken back twice.
 */
export function matchCancellations(
  sales: readonly Sale[],
  cancellations: readonly Cancellation[],
): MatchedCancellation[] {
  const byCustomer = new Map<string, OpenSale[]>();
  for (const sale of sales) {
    const { customerId } = sale.invoice;
    if (customerId === undefined) continue;
    const open = { sale, openHundredths: sale.lines.map(({ quantity }) => toHundredths(quantity)) };
    byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), open]);
  }
  return cancellations.map((cancellation) => {
    const { customerId } = cancellation.invoice;
    if (customerId === undefined) return { cancellation, takenBack: [], unmatched: cancellation.lines };
    const ofCustomer = byCustomer.get(customerId) ?? [];
    const earlier = ofCustomer.filter(({ sale }) => isBefore(sale.invoice, cancellation.invoice)).reverse();
    return matchOne(cancellation, earlier);
  });
}

/** By time; within one minute, by the order of the file. */
export function isBefore(a: Invoice, b: Invoice): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && (a.lines[0]?.lineNumber ?? 0) < (b.lines[0]?.lineNumber ?? 0));
}

function matchOne(cancellation: Cancellation, latestFirst: readonly OpenSale[]): MatchedCancellation {
  for (const open of latestFirst) {
    const takenBack = takeAll(open, cancellation.lines);
    if (takenBack) return { cancellation, takenBack, unmatched: [] };
  }
  const takenBack: TakenBack[] = [];
  const unmatched: TradeLine[] = [];
  for (const line of cancellation.lines) {
    const found = latestFirst.reduce<TakenBack[] | undefined>(
      (taken, open) => taken ?? takeAll(open, [line]),
      undefined,
    );
    if (found) takenBack.push(...found);
    else unmatched.push(line);
  }
  return { cancellation, takenBack, unmatched };
}

/** Takes all lines back from one sale, or none. */
function takeAll({ sale, openHundredths }: OpenSale, lines: Cancellation['lines']): TakenBack[] | undefined {
  const left = [...openHundredths];
  const taken: TakenBack[] = [];
  for (const { stockCode, quantity, unitPrice } of lines) {
    let wanted = toHundredths(quantity);
    const candidates = sale.lines
      .map((line, lineIndex) => ({ line, lineIndex }))
      .filter(({ line }) => line.stockCode === stockCode)
      // A code can stand on several lines at different prices: the line of the same price is the one meant.
      .sort((a, b) => Number(b.line.unitPrice === unitPrice) - Number(a.line.unitPrice === unitPrice));
    for (const { lineIndex } of candidates) {
      const hundredths = Math.min(wanted, left[lineIndex] ?? 0);
      if (hundredths <= 0) continue;
      left[lineIndex] = (left[lineIndex] ?? 0) - hundredths;
      wanted -= hundredths;
      taken.push({ invoiceNo: sale.invoice.invoiceNo, lineIndex, quantity: hundredths / 100 });
    }
    if (wanted > 0) return undefined;
  }
  openHundredths.splice(0, openHundredths.length, ...left);
  return merged(taken);
}

/** One entry per line: Omnium adds up what is cancelled, but a line may be named once per call. */
function merged(taken: readonly TakenBack[]): TakenBack[] {
  const byLine = new Map<number, TakenBack>();
  for (const part of taken) {
    const quantity = toHundredths(part.quantity) + toHundredths(byLine.get(part.lineIndex)?.quantity ?? 0);
    byLine.set(part.lineIndex, { ...part, quantity: quantity / 100 });
  }
  return [...byLine.values()];
}

/** What of a cancellation matches nothing, in words; undefined when all of it does. */
export function describeUnmatched({ cancellation, unmatched }: MatchedCancellation): string | undefined {
  if (unmatched.length === 0) return undefined;
  const { invoiceNo, customerId } = cancellation.invoice;
  const names = unmatched.slice(0, NAMES_SHOWN).map(({ quantity, stockCode }) => `${quantity} × ${stockCode}`);
  const rest = unmatched.length - names.length;
  const why =
    customerId === undefined
      ? 'it names no customer'
      : 'no earlier invoice of the customer in this log has as much of it';
  return `${invoiceNo} (line ${unmatched[0]?.lineNumber ?? '?'}): ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}; ${why}`;
}

function toHundredths(quantity: number): number {
  return Math.round(quantity * 100);
}
