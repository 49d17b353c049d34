import type { OmniumProduct, OmniumProductRef } from '../../clients/omnium/products';
import type { MarketConfig } from '../../config/types';
import { isDeleted, marketsOf } from './mapping/product-context';
import type { OpenRow } from '../delta/export-kind';
import { halve } from '../delta/halve';
import { severalAtOnce } from '../shared/concurrency';
import { toApplicationFailure } from '../shared/failures';
import { planRemoval } from './plan-removal';
import { withIndexPrices } from './prices-of-index';
import { readWhole } from './product-document';
import type { ProductPlan, ProductRun } from './product-run';
import { readDocuments } from './read-documents';
import { planDocument } from './sync-product';

/** Products that are compared at the same time; the clients' own limits hold as well. */
const COMPARED_AT_ONCE = 16;

/** A product to look at. */
export type NamedProduct = Pick<OmniumProductRef, 'productId' | 'skuIds'>;

/** Which products are looked at. */
export interface ManyAbout {
  /** Those whose leading market is one of these; others belong to another export of the tenant. */
  readonly markets: readonly MarketConfig[];
  /** Also looks at what no market of the tenant has, to take it from sale. */
  readonly takesFromSale: boolean;
  readonly givesUpRows?: boolean | undefined;
}

/** Products that were read and compared. */
export interface ManyPlans {
  readonly plans: readonly ProductPlan[];
  readonly open: readonly OpenRow[];
}

/** What is to be done about some products, at most a hundred. Reads only; one that cannot be read or carried over is left open. */
export async function planMany(
  run: ProductRun,
  products: readonly NamedProduct[],
  about: ManyAbout,
): Promise<ManyPlans> {
  const { givesUpRows } = about;
  const rowOf = ({ productId }: NamedProduct): string => productId;
  const documents = await halve(
    products,
    (some) =>
      readDocuments(
        run,
        some.map(({ productId }) => productId),
      ),
    { rowOf, givesUpRows },
  );
  const open = [...documents.open];
  const unread = new Set(open.map(({ row }) => row));
  const byId = new Map(documents.results.flat().map((document) => [document.productId, document]));
  const looks = products
    .filter(({ productId }) => !unread.has(productId))
    .map((named) => ({ named, document: byId.get(named.productId) }))
    .filter(({ document }) => isForUs(run, document, about));
  const planned = await halve(looks, (some) => planSome(run, some), {
    rowOf: ({ named }) => rowOf(named),
    givesUpRows,
  });
  open.push(...planned.open, ...planned.results.flatMap((result) => result.open));
  return { plans: planned.results.flatMap(({ plans }) => plans), open };
}

interface Look {
  readonly named: NamedProduct;
  readonly document: OmniumProduct | undefined;
}

/** A product of no market is the first market's to take from sale. */
function isForUs(
  { tenant }: ProductRun,
  document: OmniumProduct | undefined,
  { markets, takesFromSale }: ManyAbout,
): boolean {
  const offered = document && !isDeleted(document) ? marketsOf(document, tenant.config.markets) : undefined;
  if (offered) return markets.includes(offered.leading);
  const [first] = tenant.config.markets;
  return takesFromSale && first !== undefined && markets.includes(first);
}

async function planSome(run: ProductRun, looks: readonly Look[]): Promise<ManyPlans> {
  const plans: ProductPlan[] = [];
  const open: OpenRow[] = [];
  await severalAtOnce(looks, COMPARED_AT_ONCE, async (look) => {
    try {
      plans.push(await planOne(run, look));
    } catch (error) {
      const { failureType, message } = toApplicationFailure(error, () => 0);
      if (!IS_OF_PRODUCT.has(failureType)) throw error;
      open.push({ row: look.named.productId, as: 'failed', why: message, failureType });
    }
  });
  return { plans, open };
}

/** What is wrong with the product itself; the rest is about a vendor, who may fail for one product or for all. */
const IS_OF_PRODUCT: ReadonlySet<string> = new Set(['UidCollision', 'AmountInvalid', 'ConfigurationIncomplete']);

async function planOne(run: ProductRun, { named, document }: Look): Promise<ProductPlan> {
  if (document) return await planDocument(run, document);
  // A search may lag behind; only the document itself says that it is gone.
  const { productId, skuIds } = named;
  const read = await readWhole(run, productId);
  if (read) {
    const [priced = read] = await withIndexPrices(run, [read]);
    return await planDocument(run, priced);
  }
  return await planRemoval(run, { productId, skuIds, because: 'it was deleted in Omnium' });
}
