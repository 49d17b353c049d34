import type { FlowPrice } from '../../../clients/flow/prices';
import type { Cents } from '../../../domain/money';
import { asFlowUid, type FlowUid } from '../../../domain/uid';
import type { SelectedPrice } from './select-price';

/** Uid of our price of a product on a list: made of both, so that no price is ever made twice. */
export function priceUidOf(productUid: string, pricelistUid: string): FlowUid {
  return asFlowUid(`${productUid}_${pricelistUid}`);
}

/** What a list in Flow has of a product: one price, ours before others. */
export interface KnownPrice {
  readonly priceCents: number;
  /** Made by us, which its uid says. */
  readonly isOurs: boolean;
  /** It holds for some time only, which is not our way. */
  readonly isLimited?: boolean;
  /** May be absent of one that is ours: {@link priceUidOf}. */
  readonly priceUid?: string;
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Of a product's prices on a list the one to keep: ours, else the one that holds now (flow-api.md §3.5: of several the one
 * that began last). A price of another uid is older than this integration, or was made by hand.
 */
export function knownPriceOf(
  prices: readonly Pick<FlowPrice, 'priceUid' | 'price' | 'fromDate' | 'toDate'>[],
  ownUid: string,
  at: Date,
): KnownPrice | undefined {
  let found = prices.find(({ priceUid }) => priceUid === ownUid);
  if (!found) {
    let latestMs = -Infinity;
    for (const price of prices) {
      const { fromDate, toDate } = price;
      const fromMs = fromDate === undefined ? -Infinity : Date.parse(fromDate);
      // A date without a time is a whole day.
      const untilMs = Date.parse(toDate ?? '') + (toDate?.length === 'YYYY-MM-DD'.length ? DAY_MS : 0);
      if (fromMs > at.getTime() || untilMs < at.getTime() || fromMs < latestMs) continue;
      [found, latestMs] = [price, fromMs];
    }
  }
  if (!found) return undefined;
  const { price, priceUid, fromDate, toDate } = found;
  const isLimited = fromDate !== undefined || toDate !== undefined;
  return { priceCents: price, isOurs: priceUid === ownUid, priceUid, ...(isLimited && { isLimited }) };
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
    return isRight ? { do: 'nothing' } : { do: 'write', priceCents: wanted.unitPriceCents };
  }
  if (wanted.kind === 'refused' || !known) return { do: 'nothing' };
  return known.isOurs || wanted.hasEnded ? { do: 'remove' } : { do: 'nothing' };
}
