import type { Cents } from '../../../domain/money';
import { asFlowUid, type FlowUid } from '../../../domain/uid';
import type { SelectedPrice } from './select-price';

/** Uid of our price of a product on a list: made of both, so that no price is ever made twice. */
export function priceUidOf(productUid: string, pricelistUid: string): FlowUid {
  return asFlowUid(`${productUid}_${pricelistUid}`);
}

/** A price of a list in Flow. */
export interface FlowListPrice {
  readonly priceUid: string;
  /** Cents incl. VAT. */
  readonly price: number;
  readonly fromDate?: string | undefined;
  readonly toDate?: string | undefined;
}

/** What a list in Flow has of a product: one price, ours before others. */
export interface KnownPrice {
  readonly priceCents: number;
  /** Made by us, which its uid tells. */
  readonly isOurs: boolean;
  /** It holds for some time only, which is not our way. */
  readonly isLimited?: boolean;
  /** Known only when it was asked for by itself; a whole list is remembered without uids. */
  readonly priceUid?: string;
}

/**
 * Of a product's prices on a list the one that we look after: ours, else the one that holds now (flow-api.md §3.5: of several
 * the one that began last). A price of another uid comes from before our time, or from somebody's hand.
 */
export function knownPriceOf(
  prices: readonly FlowListPrice[],
  { ownUid, at }: { readonly ownUid: string; readonly at: Date },
): KnownPrice | undefined {
  let found: FlowListPrice | undefined;
  for (const price of prices) {
    if (price.priceUid === ownUid) return knownAs(price, true);
    if (!holdsAt(price, at)) continue;
    if (!found || beginsAt(price) >= beginsAt(found)) found = price;
  }
  return found && knownAs(found, false);
}

function knownAs({ price, priceUid, fromDate, toDate }: FlowListPrice, isOurs: boolean): KnownPrice {
  const isLimited = fromDate !== undefined || toDate !== undefined;
  return { priceCents: price, isOurs, priceUid, ...(isLimited && { isLimited }) };
}

/** What is to be done about a price on a list. */
export type PriceVerdict =
  { readonly do: 'nothing' } | { readonly do: 'write'; readonly priceCents: Cents } | { readonly do: 'remove' };

/**
 * What is to be done so that a list in Flow has what Omnium says. A price that is not ours is changed like ours: there shall be
 * one. It is removed only where Omnium has had a price that has ended; where Omnium knows nothing of it, it stays.
 */
export function compareListPrice(wanted: SelectedPrice, known: KnownPrice | undefined): PriceVerdict {
  if (wanted.kind === 'price') {
    const isRight = known?.priceCents === wanted.unitPriceCents && !(known.isOurs && known.isLimited === true);
    if (isRight) return { do: 'nothing' };
    return { do: 'write', priceCents: wanted.unitPriceCents };
  }
  if (wanted.kind === 'refused' || !known) return { do: 'nothing' };
  return known.isOurs || wanted.hasEnded ? { do: 'remove' } : { do: 'nothing' };
}

const DAY_MS = 24 * 60 * 60_000;

/** A date without a time is a whole day. */
function holdsAt({ fromDate, toDate }: FlowListPrice, at: Date): boolean {
  const endMs = Date.parse(toDate ?? '') + (toDate?.length === 'YYYY-MM-DD'.length ? DAY_MS : 0);
  return !(Date.parse(fromDate ?? '') > at.getTime()) && !(endMs < at.getTime());
}

function beginsAt({ fromDate }: FlowListPrice): number {
  const ms = Date.parse(fromDate ?? '');
  return Number.isNaN(ms) ? -Infinity : ms;
}
