import { z } from 'zod';
import { type DayContext } from '../../context';
import { JsonApi } from '../../vendors/json-api';
import { openOmnium } from '../read-omnium';
import {
  type FlowBranchLine,
  type FlowPriceLine,
  type FlowProductLine,
  parseFlowBranch,
  parseFlowPrice,
  parseFlowProduct,
} from './flow-documents';
import {
  type OmniumCategoryDocument,
  type OmniumCostDocument,
  type OmniumProductDocument,
  parseOmniumCategory,
  parseOmniumCost,
  parseOmniumProduct,
} from './omnium-documents';

const BATCH = 500;
const CATEGORIES_AT_ONCE = 1_000;
/** Before anything was ever written. */
const EVER = '2000-01-01T00:00:00Z';

const batchSchema = z.object({ result: z.array(z.unknown()), scrollId: z.string().nullish() });
const categoriesSchema = z.object({ result: z.array(z.unknown()) });
const marketsSchema = z.array(z.object({ marketId: z.string(), productContentLanguage: z.string().nullish() }));

/** Omnium's whole catalogue; what was deleted by people is not in it. */
export interface OmniumCatalogue {
  readonly products: readonly OmniumProductDocument[];
  /** By SKU. */
  readonly costs: ReadonlyMap<string, readonly OmniumCostDocument[]>;
  readonly categories: readonly OmniumCategoryDocument[];
  /** Language of the texts, by market. */
  readonly languages: ReadonlyMap<string, string>;
}

/** A tenant's whole catalogue. */
export interface FlowCatalogue {
  readonly products: readonly FlowProductLine[];
  readonly categories: readonly FlowBranchLine[];
  readonly groups: readonly FlowBranchLine[];
  /** Of all lists. */
  readonly prices: readonly FlowPriceLine[];
  /** Uids of the price lists. */
  readonly lists: ReadonlySet<string>;
}

type Where = Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'signal'>;

/** Reads Omnium's catalogue through its public API. */
export async function readOmniumCatalogue(where: Where): Promise<OmniumCatalogue> {
  const api = await openOmnium(where);
  const products: OmniumProductDocument[] = [];
  const body = { take: BATCH, isFacetsDisabled: true };
  let answer = await api.send({ method: 'POST', path: '/api/Products/Scroll', body });
  for (;;) {
    const { result, scrollId } = batchSchema.parse(answer.body);
    products.push(...result.map(parseOmniumProduct));
    if (result.length === 0 || !scrollId) break;
    answer = await api.send({ method: 'GET', path: `/api/Products/Scroll/${encodeURIComponent(scrollId)}` });
  }
  const markets = marketsSchema.parse((await api.send({ method: 'GET', path: '/api/Markets' })).body);
  return {
    products,
    costs: await readCosts(api),
    categories: await readCategories(api),
    languages: new Map(markets.map(({ marketId, productContentLanguage }) => [marketId, productContentLanguage ?? ''])),
  };
}

async function readCosts(api: JsonApi): Promise<Map<string, OmniumCostDocument[]>> {
  const body = { lastModified: EVER };
  const answer = await api.send({ method: 'POST', path: '/api/CostPrices/Search', body });
  const costs = new Map<string, OmniumCostDocument[]>();
  for (const cost of batchSchema.parse(answer.body).result.map(parseOmniumCost)) {
    const sku = cost.skuId ?? cost.productId ?? '';
    const known = costs.get(sku);
    if (known) known.push(cost);
    else costs.set(sku, [cost]);
  }
  return costs;
}

async function readCategories(api: JsonApi): Promise<OmniumCategoryDocument[]> {
  const all: OmniumCategoryDocument[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/api/ProductCategories?page=${page}&pageSize=${CATEGORIES_AT_ONCE}`;
    const { result } = categoriesSchema.parse((await api.send({ method: 'GET', path })).body);
    all.push(...result.map(parseOmniumCategory));
    if (result.length < CATEGORIES_AT_ONCE) return all;
  }
}

/** All articles that can be sold. */
export function skusOf({ products }: OmniumCatalogue): Set<string> {
  return new Set(products.flatMap((product) => [product, ...product.variants]).flatMap(({ skuId }) => skuId ?? []));
}

/** SKUs of everything that a tenant's tills know. */
export async function readSkus(where: Pick<Where, 'flowUrl' | 'signal'>, tenantUid: string): Promise<Set<string>> {
  const products = await catalogueLines(where, tenantUid)('products');
  return new Set(products.flatMap((line) => parseFlowProduct(line).sku ?? []));
}

/** Reads what is in a tenant's tills. */
export async function readFlowCatalogue(where: Where, tenantUid: string): Promise<FlowCatalogue> {
  const lines = catalogueLines(where, tenantUid);
  const lists = (await lines('pricelists')).map((line) => z.object({ pricelistUid: z.string() }).parse(line));
  return {
    products: (await lines('products')).map(parseFlowProduct),
    categories: (await lines('categories')).map(parseFlowBranch),
    groups: (await lines('product-groups')).map(parseFlowBranch),
    prices: (await lines('prices')).map(parseFlowPrice),
    lists: new Set(lists.map(({ pricelistUid }) => pricelistUid)),
  };
}

function catalogueLines(
  { flowUrl, signal }: Pick<Where, 'flowUrl' | 'signal'>,
  tenantUid: string,
): (kind: string) => Promise<unknown[]> {
  const api = new JsonApi({ baseUrl: `${flowUrl}/_sim/tenants/${tenantUid}/catalogue`, signal });
  return async (kind) => linesOf(await api.send({ method: 'GET', path: `/${kind}` }));
}

/** One document per line; a single line was read as a document already. */
export function linesOf({ body }: { readonly body: unknown }): unknown[] {
  if (body === undefined) return [];
  if (typeof body !== 'string') return [body];
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
