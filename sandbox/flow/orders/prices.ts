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
export function validPrice(tenant: TenantStore, pricelistUid: string, productUid: string): Price | undefined {
  const nowMs = Date.parse(tenant.now());
  const startOf = (price: Price): number => (price.fromDate ? Date.parse(price.fromDate) : 0);
  let best: Price | undefined;
  for (const price of tenant.prices.find('product', `${pricelistUid}/${productUid}`)) {
    const ended = price.toDate ? Date.parse(price.toDate) < nowMs : false;
    if (startOf(price) <= nowMs && !ended && (!best || startOf(price) >= startOf(best))) best = price;
  }
  return best;
}
