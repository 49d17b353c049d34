import type { FlowPackageSlot } from '../../clients/flow/packages';
import type { FlowProduct, FlowProductMedia, FlowVariant } from '../../clients/flow/products';
import { isOtherProduct } from './mapping/compare-product';
import type { WantedProduct, WantedProducts } from './mapping/wanted-product';
import { findUidCollisions } from '../../domain/uid';
import { SyncError } from '../shared/failures';
import { severalAtOnce } from '../shared/concurrency';
import type { ProductRun } from './product-run';

/** Questions about one style at the same time. */
const AT_ONCE = 4;

/** One product, and what Flow has of it. */
export interface ProductInFlow {
  readonly wanted: WantedProduct;
  readonly existing: FlowProduct | undefined;
  readonly media: readonly FlowProductMedia[];
  readonly slots: readonly FlowPackageSlot[];
}

/** A product with its variants, and what Flow has of them. */
export interface ProductsInFlow {
  readonly product: ProductInFlow;
  readonly variants: readonly (ProductInFlow & { readonly isLinked: boolean })[];
  /** Flow's variants that Omnium does not list. */
  readonly others: readonly FlowVariant[];
}

/**
 * What Flow has of a product: the product, of a style its variants, images of what is there, slots of packages.
 *
 * @throws SyncError `UidCollision` when another product stands under one of the uids
 */
export async function readInFlow(run: ProductRun, wanted: WantedProducts): Promise<ProductsInFlow> {
  mustNotCollide(wanted);
  const parent = await readExisting(run, wanted.product);
  const isStyle = wanted.product.productType === 'CONFIGURABLE';
  const linked = isStyle && parent ? await variantsOf(run, parent) : [];
  const byUid = new Map(linked.map((variant) => [variant.productUid, variant]));
  const variants: (ProductInFlow & { readonly isLinked: boolean })[] = [];
  await severalAtOnce(wanted.variants.entries(), AT_ONCE, async ([index, variant]) => {
    const known = byUid.get(variant.productUid);
    if (known) mustBeTheSame(variant, known);
    const existing = known ?? (await readExisting(run, variant));
    variants[index] = { ...(await withParts(run, variant, existing)), isLinked: known !== undefined };
  });
  const wantedUids = new Set<string>(wanted.variants.map(({ productUid }) => productUid));
  return {
    product: await withParts(run, wanted.product, parent),
    variants,
    others: linked.filter(({ productUid }) => !wantedUids.has(productUid)),
  };
}

/** Variants below a product; one that is itself a variant names its siblings instead, and has none. */
export async function variantsOf({ tenant, context }: ProductRun, { productUid }: FlowProduct): Promise<FlowVariant[]> {
  const listed = await tenant.flow.products.listVariants(productUid, context);
  return listed.some((variant) => variant.productUid === productUid) ? [] : listed;
}

async function readExisting({ tenant, context }: ProductRun, wanted: WantedProduct): Promise<FlowProduct | undefined> {
  const existing = await tenant.flow.products.get(wanted.productUid, context);
  if (existing) mustBeTheSame(wanted, existing);
  return existing;
}

async function withParts(
  { tenant, context }: ProductRun,
  wanted: WantedProduct,
  existing: FlowProduct | undefined,
): Promise<ProductInFlow> {
  if (!existing) return { wanted, existing, media: [], slots: [] };
  const isPackage = wanted.slots !== undefined && existing.productType === 'PACKAGE';
  const [media, slots] = await Promise.all([
    tenant.flow.products.listMedia(existing.productUid, context),
    isPackage ? tenant.flow.packages.listSlots(existing.productUid, context) : [],
  ]);
  return { wanted, existing, media, slots };
}

function mustBeTheSame(wanted: WantedProduct, existing: FlowProduct): void {
  if (!isOtherProduct(wanted, existing)) return;
  const other = existing.externalId ?? existing.sku ?? '?';
  throw collision('Products', [wanted.externalId, other], wanted.productUid);
}

/** Ids within one document. */
function mustNotCollide({ product, variants }: WantedProducts): void {
  // A product id and a SKU that are equal are two things all the same.
  const [same] = variants.filter(({ productUid }) => productUid === product.productUid);
  if (same) throw collision('A style and its variant', [product.externalId, same.externalId], same.productUid);
  const parts = [product, ...variants].flatMap(({ slots = [] }) => slots.flatMap(({ components }) => components));
  for (const ids of [variants.map(({ externalId }) => externalId), parts.map(({ code }) => code)]) {
    const [found] = findUidCollisions(ids);
    if (found) throw collision('Products', found.ids, found.uid);
  }
}

function collision(what: string, ids: readonly string[], uid: string): SyncError {
  return new SyncError(
    'UidCollision',
    `${what} ${ids.join(' and ')} become the same Flow uid ${uid}; rename one in Omnium`,
  );
}
