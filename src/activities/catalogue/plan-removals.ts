import type { FlowProductHit } from '../../clients/flow/products';
import type { OmniumProduct } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import { isDeleted, isOffered, marketsOf } from './mapping/product-context';
import { severalAtOnce } from '../shared/concurrency';
import { isFromOmnium } from './own-product';
import { planRemoval } from './plan-removal';
import type { ProductPlan, ProductRun } from './product-run';

const ASKED_AT_ONCE = 8;

/** Products of Flow's list that were looked at. */
export interface RemovalsPage {
  readonly looked: number;
  readonly plans: readonly ProductPlan[];
  readonly total?: number;
}

/**
 * Products of Flow that came from Omnium and that Omnium does not have any more, page by page of Flow's list: what changed
 * before anybody told us of it. A product that Omnium's list does not name is asked for before it is taken from sale, as lists
 * may leave something out.
 */
export async function* planRemovals(run: ProductRun): AsyncGenerator<RemovalsPage, void, undefined> {
  const { tenant, context } = run;
  const listed = await listedIds(run);
  for await (const { products, total } of tenant.flow.products.list(context)) {
    const plans: ProductPlan[] = [];
    const candidates = products.filter(
      (product) => isFromOmnium(product) && !listed.has(product.externalId ?? '') && !isTaken(run, product),
    );
    await severalAtOnce(candidates, ASKED_AT_ONCE, async ({ externalId = '' }) => {
      if (await isSold(run, externalId)) return;
      const because = 'Omnium does not offer it any more';
      const plan = await planRemoval(run, { productId: externalId, because });
      if (plan.changes.length > 0) plans.push(plan);
    });
    yield { looked: products.length, plans, ...(total !== undefined && { total }) };
  }
}

/** Ids and SKUs that Omnium's markets of the tenant name. */
async function listedIds({ tenant, context }: ProductRun): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const marketIds = marketIdsOf(tenant.config);
  for await (const { refs } of tenant.omnium.products.scrollRefs({ marketIds }, context)) {
    for (const { productId, skuIds } of refs) for (const id of [productId, ...skuIds]) ids.add(id);
  }
  return ids;
}

/** Nobody sells it any more, and it may stay so. */
function isTaken({ tenant }: ProductRun, { allowSale, allowPurchase, discontinuedFrom }: FlowProductHit): boolean {
  if (tenant.config.catalogue.onDeletedInOmnium === 'delete') return false;
  return allowSale === 'NO' && allowPurchase === false && discontinuedFrom !== undefined;
}

async function isSold({ tenant, context }: ProductRun, id: string): Promise<boolean> {
  const document = await tenant.omnium.products.get(id, context);
  if (!document || isDeleted(document)) return false;
  const markets = marketsOf(document, tenant.config.markets);
  return markets !== undefined && isNamed(document, id, (variant) => isOffered(variant, markets.all));
}

function isNamed(
  { productId, skuId, variants }: OmniumProduct,
  id: string,
  isSoldVariant: (variant: OmniumProduct['variants'][number]) => boolean,
): boolean {
  if (id === productId || id === skuId) return true;
  return variants.some((variant) => variant.skuId === id && !isDeleted(variant) && isSoldVariant(variant));
}
