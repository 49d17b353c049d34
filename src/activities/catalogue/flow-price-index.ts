import type { FlowPrice } from '../../clients/flow/prices';
import type { FlowProductHit } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { knownPriceOf, priceUidOf, type KnownPrice } from './mapping/list-price';
import type { Tenant } from '../tenants';
import { FlowIndex } from '../delta/flow-index';
import { fingerprintOf } from '../delta/number-table';

/** A price list of Flow's, by product. */
export type FlowPriceIndex = FlowIndex<FlowPrice, KnownPrice>;

/** What an index is made with. */
export interface IndexParts {
  readonly tenant: Tenant;
  readonly context: CallContext;
  /** How many products will be asked about, at most. */
  readonly expected: number;
  readonly at: Date;
}

/**
 * The prices of a list, one number each: cents of a price of ours; below zero one of another uid; NaN where a price holds
 * for some time only, or where there are several, which is asked for when it matters. A list that Flow does not have is
 * empty.
 */
export function flowPriceIndex(pricelistUid: string, { tenant, context, expected, at }: IndexParts): FlowPriceIndex {
  const { flow } = tenant;
  const list = {
    width: 1,
    async *pages(callContext: CallContext) {
      if (!(await flow.stores.getPricelist(pricelistUid, callContext))) return;
      for await (const { prices, total } of flow.prices.list(pricelistUid, callContext))
        yield { entries: prices, ...(total !== undefined && { total }) };
    },
    uidOf: ({ productUid }: FlowPrice) => productUid,
    numbersOf: (price: FlowPrice, earlier: readonly number[] | undefined) => [
      earlier ? Number.NaN : numberOf(price, priceUidOf(price.productUid, pricelistUid)),
    ],
    factOf: ([number = Number.NaN]: readonly number[]): KnownPrice | 'ask' => {
      if (Number.isNaN(number)) return 'ask';
      return number >= 0 ? { priceCents: number, isOurs: true } : { priceCents: -number - 1, isOurs: false };
    },
    ask: async (productUid: string, callContext: CallContext) => {
      const prices = await flow.prices.listOfProduct(pricelistUid, productUid, callContext);
      return knownPriceOf(prices, { ownUid: priceUidOf(productUid, pricelistUid), at });
    },
  };
  return new FlowIndex(list, expected, context);
}

function numberOf({ price, priceUid, fromDate, toDate }: FlowPrice, ownUid: string): number {
  if (fromDate !== undefined || toDate !== undefined || price < 0) return Number.NaN;
  return priceUid === ownUid ? price : -price - 1;
}

/** What of a product in Flow prices are compared with. */
export interface KnownProduct {
  /** Tells which of Omnium's articles it is: of `externalId`, else of `sku`. */
  readonly identity: number;
  /** Cents incl. VAT. */
  readonly recommendedRetailPrice?: number;
  /** Cents without VAT. */
  readonly purchasePrice?: number;
  /** Tells an amount in another currency from others, see {@link foreignCostPrint}. */
  readonly foreignCost?: number;
}

/** Flow's products, by uid. */
export type FlowProductIndex = FlowIndex<FlowProductHit, KnownProduct>;

/** Flow's products: four numbers each. */
export function flowProductIndex({ tenant, context, expected }: Omit<IndexParts, 'at'>): FlowProductIndex {
  const { flow } = tenant;
  const list = {
    width: 4,
    async *pages(callContext: CallContext) {
      for await (const { products, total } of flow.products.list(callContext))
        yield { entries: products, ...(total !== undefined && { total }) };
    },
    uidOf: ({ productUid }: FlowProductHit) => productUid,
    numbersOf: (product: FlowProductHit) => {
      const { identity, recommendedRetailPrice, purchasePrice, foreignCost } = knownProduct(product);
      return [identity, recommendedRetailPrice, purchasePrice, foreignCost].map((number) => number ?? Number.NaN);
    },
    factOf: (numbers: readonly number[]): KnownProduct => {
      const [identity = 0, ...amounts] = numbers;
      const [recommendedRetailPrice, purchasePrice, foreignCost] = amounts.map((amount) =>
        Number.isNaN(amount) ? undefined : amount,
      );
      return {
        identity,
        ...(recommendedRetailPrice !== undefined && { recommendedRetailPrice }),
        ...(purchasePrice !== undefined && { purchasePrice }),
        ...(foreignCost !== undefined && { foreignCost }),
      };
    },
    ask: async (productUid: string, callContext: CallContext) => {
      const product = await flow.products.get(productUid, callContext);
      return product && knownProduct(product);
    },
  };
  return new FlowIndex(list, expected, context);
}

/** A cost in another currency as a number to compare by. */
export function foreignCostPrint(amount: number, currency: string | undefined): number {
  return fingerprintOf(`${String(amount)} ${(currency ?? '').toUpperCase()}`);
}

function knownProduct(
  product: Pick<
    FlowProductHit,
    'externalId' | 'sku' | 'recommendedRetailPrice' | 'purchasePrice' | 'currencyPurchasePrice'
  >,
): KnownProduct {
  const { externalId, sku, recommendedRetailPrice, purchasePrice, currencyPurchasePrice: foreign } = product;
  return {
    identity: fingerprintOf(externalId ?? sku ?? ''),
    ...(recommendedRetailPrice !== undefined && { recommendedRetailPrice }),
    ...(purchasePrice !== undefined && { purchasePrice }),
    ...(foreign !== undefined && { foreignCost: foreignCostPrint(foreign.amount, foreign.currency) }),
  };
}
