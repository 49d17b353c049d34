import type { FlowProduct } from '../../clients/flow/products';
import type { OmniumProduct } from '../../clients/omnium/products';
import { stripToUid } from '../../domain/uid';
import { isFromOmnium } from './own-product';
import type { ProductPlan, ProductRun } from './product-run';
import { variantsOf } from './read-in-flow';
import { carryOutTaking, takeFromSale } from './take-from-sale';

/** What is gone: a document that Omnium still shows, or only an id. */
export interface Gone {
  readonly productId: string;
  readonly document?: OmniumProduct;
  /** SKUs that it is known to have had. */
  readonly skuIds?: readonly string[];
  /** Why it is not sold any more, in words. */
  readonly because: string;
}

/**
 * What to do about a product that Omnium has deleted or does not offer in the tenant's markets any more: it, and its variants
 * in Flow, are taken from sale. What the shops have made themselves is left alone, and so is another product's uid.
 */
export async function planRemoval(
  run: ProductRun,
  { productId, document, skuIds, because }: Gone,
): Promise<ProductPlan> {
  const existing = await findInFlow(run, [...new Set([...idsOf(productId, document), ...(skuIds ?? [])])]);
  // Variants before their style: Flow may not let go of what has some.
  const taken = existing.reverse().map((product) => takeFromSale(run, product));
  return {
    productId,
    because,
    changes: taken.flatMap(({ changes }) => changes),
    fields: () => taken.flatMap(({ fields }) => fields),
    problems: [],
    productUids: taken.map(({ productUid }) => productUid).reverse(),
    counts: { created: 0, updated: 0, removed: taken.filter(({ changes }) => changes.length > 0).length, images: 0 },
    carryOut: async (context) => {
      for (const one of taken) await carryOutTaking(run, one, context);
    },
  };
}

function idsOf(productId: string, document: OmniumProduct | undefined): string[] {
  const skus = [document?.skuId, ...(document?.variants ?? []).map(({ skuId }) => skuId)];
  return [...new Set([productId, ...skus.filter((sku) => sku !== undefined)])];
}

async function findInFlow(run: ProductRun, ids: readonly string[]): Promise<FlowProduct[]> {
  const { tenant, context } = run;
  const found = new Map<string, FlowProduct>();
  for (const id of ids) {
    if (!/[A-Za-z0-9_]/.test(id)) continue;
    const product = await tenant.flow.products.get(stripToUid(id), context);
    if (product?.externalId !== id) continue;
    found.set(product.productUid, product);
    const variants = product.productType === 'CONFIGURABLE' ? await variantsOf(run, product) : [];
    for (const variant of variants) if (isFromOmnium(variant)) found.set(variant.productUid, variant);
  }
  return [...found.values()];
}
