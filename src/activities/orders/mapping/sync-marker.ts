import { createHash } from 'node:crypto';
import type { OmniumOrder } from '../../../clients/omnium/orders';

/**
 * What both systems agreed on last, kept at the end of Flow's internal note: ` [omnium 1a2b3c4d]` is the state of
 * Omnium's lines that the shop's lines were made from, ` [omnium cancelled]` says that we cancelled the order. With it a
 * line that only one side has can be told: added in Omnium, or removed in the shop (ADR 0009). A note without a marker
 * says nothing, and Omnium's lines win.
 *
 * ` [omnium writing PARKED]` stands there while we have the order open ourselves, with the state it is to end in: should
 * the attempt break off, the next one knows that no clerk has opened it.
 */
export type SyncMarker =
  | { readonly kind: 'lines'; readonly state: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'writing'; readonly endsIn: 'PARKED' | 'CONFIRMED' };

const MARKER = /\s*\[omnium (?:([0-9a-f]{8})|cancelled|writing (PARKED|CONFIRMED))\]\s*$/;
const STATE_LENGTH = 8;

/** The marker in a note, if there is one. */
export function readMarker(internalNote: string | undefined): SyncMarker | undefined {
  const found = MARKER.exec(internalNote ?? '');
  if (!found) return undefined;
  const [, state, endsIn] = found;
  if (endsIn === 'PARKED' || endsIn === 'CONFIRMED') return { kind: 'writing', endsIn };
  return state ? { kind: 'lines', state } : { kind: 'cancelled' };
}

/** The note with the marker in place of an earlier one; what people wrote stays. */
export function withMarker(internalNote: string | undefined, marker: SyncMarker): string {
  const text = (internalNote ?? '').replace(MARKER, '');
  const written = `[omnium ${wordsOf(marker)}]`;
  return text === '' ? written : `${text} ${written}`;
}

function wordsOf(marker: SyncMarker): string {
  if (marker.kind === 'lines') return marker.state;
  return marker.kind === 'writing' ? `writing ${marker.endsIn}` : 'cancelled';
}

/**
 * Fingerprint of what Omnium wants in the shop: which lines, of what, how many pieces.
 *
 * @param leftOut ids of lines that are not to count
 */
export function stateOfLines(order: OmniumOrder, leftOut: ReadonlySet<string> = new Set()): string {
  const lines = order.orderForm.lineItems
    .map((line) => [line.lineItemId, line.code, Number(line.quantity) - Number(line.canceledQuantity ?? 0)] as const)
    .filter(([lineItemId, , quantity]) => quantity !== 0 && !leftOut.has(lineItemId))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, STATE_LENGTH);
}
