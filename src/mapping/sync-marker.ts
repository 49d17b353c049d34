import { createHash } from 'node:crypto';
import type { OmniumOrder } from '../clients/omnium/schemas';

/**
 * What both systems agreed on last, kept at the end of Flow's internal note: ` [omnium 1a2b3c4d]` is the state of
 * Omnium's lines that the shop's lines were made from, ` [omnium cancelled]` says that we cancelled the order. With it a
 * line that only one side has can be told: added in Omnium, or removed in the shop (ADR 0009). A note without a marker
 * says nothing, and Omnium's lines win.
 */
export type SyncMarker = { readonly kind: 'lines'; readonly state: string } | { readonly kind: 'cancelled' };

const MARKER = /\s*\[omnium (?:([0-9a-f]{8})|cancelled)\]\s*$/;
const STATE_LENGTH = 8;

/** The marker in a note, if there is one. */
export function readMarker(internalNote: string | undefined): SyncMarker | undefined {
  const found = MARKER.exec(internalNote ?? '');
  if (!found) return undefined;
  return found[1] ? { kind: 'lines', state: found[1] } : { kind: 'cancelled' };
}

/** The note with the marker in place of an earlier one; what people wrote stays. */
export function withMarker(internalNote: string | undefined, marker: SyncMarker): string {
  const text = withoutMarker(internalNote);
  const written = `[omnium ${marker.kind === 'lines' ? marker.state : 'cancelled'}]`;
  return text === '' ? written : `${text} ${written}`;
}

/** The note without its marker. */
export function withoutMarker(internalNote: string | undefined): string {
  return (internalNote ?? '').replace(MARKER, '');
}

/** Fingerprint of what Omnium wants in the shop: which lines, of what, how many pieces. */
export function stateOfLines(order: OmniumOrder): string {
  const lines = order.orderForm.lineItems
    .map((line) => [line.lineItemId, line.code, Number(line.quantity) - Number(line.canceledQuantity ?? 0)] as const)
    .filter(([, , quantity]) => quantity !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, STATE_LENGTH);
}
