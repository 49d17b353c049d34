import { DateTime } from 'luxon';

import { type Price, type Product } from '../store/catalog-documents';
import { type TenantStore } from '../store/tenant-store';

/** Who buys where. */
export interface PriceQuestion {
  readonly storeUid: string;
  readonly customerUid: string | null;
  readonly product: Product;
}

/**
 * What a piece costs, in cents incl. VAT. The list nearest the customer wins even if dearer: the customer's own, then
 * the store's, then the chain's, then the recommended price (U-PLIST).
 */
export function priceFor(tenant: TenantStore, { storeUid, customerUid, product }: PriceQuestion): number {
  const customer = customerUid === null ? undefined : tenant.customers.get(customerUid);
  const store = tenant.stores.get(storeUid);
  for (const pricelistUid of [customer?.pricelistUid, store?.salesPriceUid, tenant.pricelistUid]) {
    const price = pricelistUid ? validPrice(tenant, pricelistUid, product.productUid) : undefined;
    if (price) return price.price;
  }
  return product.recommendedRetailPrice ?? 0;
}

/** The price on one list that holds now; of several, the one that started last. */
function validPrice(tenant: TenantStore, pricelistUid: string, productUid: string): Price | undefined {
  const { timezone } = tenant.market;
  const nowMs = Date.parse(tenant.now());
  let best: { readonly price: Price; readonly fromMs: number } | undefined;
  for (const price of tenant.prices.of(pricelistUid, productUid)) {
    const fromMs = startsAtMs(price.fromDate, timezone);
    if (fromMs > nowMs || endsAtMs(price.toDate, timezone) < nowMs) continue;
    if (!best || fromMs >= best.fromMs) best = { price, fromMs };
  }
  return best?.price;
}

/** Whether there is no moment at which a price holds. */
export function neverHolds({ fromDate, toDate }: Pick<Price, 'fromDate' | 'toDate'>, timezone: string): boolean {
  return endsAtMs(toDate, timezone) < startsAtMs(fromDate, timezone);
}

/** A day begins at midnight where the shop is (assumed). */
function startsAtMs(from: string | null | undefined, timezone: string): number {
  if (!from) return -Infinity;
  return isDay(from) ? DateTime.fromISO(from, { zone: timezone }).toMillis() : Date.parse(from);
}

/** A price that holds to a day holds all of that day (assumed). */
function endsAtMs(to: string | null | undefined, timezone: string): number {
  if (!to) return Infinity;
  return isDay(to) ? DateTime.fromISO(to, { zone: timezone }).plus({ days: 1 }).toMillis() - 1 : Date.parse(to);
}

function isDay(date: string): boolean {
  return !date.includes('T');
}
