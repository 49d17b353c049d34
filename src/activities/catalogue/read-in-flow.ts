import type { FlowPackageSlot } from '../../clients/flow/packages';
import type { FlowProduct, FlowProductMedia, FlowVariant } from '../../clients/flow/products';
import { findUidCollisions, stripToUid } from '../../domain/uid';
import { severalAtOnce } from '../shared/concurrency';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { isOtherProduct } from './mapping/compare-product';
import type { DesiredProduct, DesiredProducts } from './mapping/map-product';

/** Questions about one style at the same time. */
const AT_ONCE = 4;

/** One product, and what Flow has of it. */
export interface ProductInFlow {
  readonly desired: DesiredProduct;
  readonly existing: FlowProduct | undefined;
  readonly media: readonly FlowProductMedia[];
  readonly existingSlots: readonly FlowPackageSlot[];
  /** Of a variant: whether its style has it. */
  readonly isLinked: boolean;
}

/**
 * What Flow has of a product: the product, of a style its variants, images of what is there, slots of packages.
 *
 * @returns the product or style first, then its variants; `others`: variants of the style that Omnium does not list
 * @throws SyncError `UidCollision` when another product stands under one of the uids
 */
export async function readInFlow(
  context: SyncContext,
  { product, variants }: DesiredProducts,
): Promise<{ readonly products: readonly ProductInFlow[]; readonly others: readonly FlowVariant[] }> {
  mustNotCollide(product, variants);
  const parent = await readExisting(context, product);
  const linked = product.productType === 'CONFIGURABLE' && parent ? await variantsOf(context, parent) : [];
  const products: ProductInFlow[] = [];
  await severalAtOnce(variants.entries(), AT_ONCE, async ([index, variant]) => {
    const known = linked.find(({ productUid }) => productUid === variant.productUid);
    if (known) mustBeSameProduct(variant, known);
    const existing = known ?? (await readExisting(context, variant));
    products[index + 1] = await withParts(context, variant, existing, known !== undefined);
  });
  products[0] = await withParts(context, product, parent, true);
  const desiredUids = new Set<string>(variants.map(({ productUid }) => productUid));
  return { products, others: linked.filter(({ productUid }) => !desiredUids.has(productUid)) };
}

/** Variants below a product; one that is itself a variant names its siblings instead, and has none. */
export async function variantsOf(context: SyncContext, { productUid }: FlowProduct): Promise<FlowVariant[]> {
  const listed = await context.tenant.flow.products.listVariants(productUid, context);
  return listed.some((variant) => variant.productUid === productUid) ? [] : listed;
}

/**
 * Whether a product in Flow came from Omnium: its uid is made of its `externalId`. What the shops have made themselves is
 * never discontinued.
 */
export function isFromOmnium({ productUid, externalId }: Pick<FlowProduct, 'productUid' | 'externalId'>): boolean {
  return externalId !== undefined && /[A-Za-z0-9_]/.test(externalId) && stripToUid(externalId) === productUid;
}

async function readExisting(context: SyncContext, desired: DesiredProduct): Promise<FlowProduct | undefined> {
  const existing = await context.tenant.flow.products.get(desired.productUid, context);
  if (existing) mustBeSameProduct(desired, existing);
  return existing;
}

async function withParts(
  context: SyncContext,
  desired: DesiredProduct,
  existing: FlowProduct | undefined,
  isLinked: boolean,
): Promise<ProductInFlow> {
  if (!existing) return { desired, existing, media: [], existingSlots: [], isLinked };
  const { flow } = context.tenant;
  const isPackage = desired.slots !== undefined && existing.productType === 'PACKAGE';
  const [media, existingSlots] = await Promise.all([
    flow.products.listMedia(existing.productUid, context),
    isPackage ? flow.packages.listSlots(existing.productUid, context) : [],
  ]);
  return { desired, existing, media, existingSlots, isLinked };
}

function mustBeSameProduct(desired: DesiredProduct, existing: FlowProduct): void {
  if (!isOtherProduct(desired, existing)) return;
  const other = existing.externalId ?? existing.sku ?? '?';
  throw collision('Products', [desired.externalId, other], desired.productUid);
}

/** Ids within one document. */
function mustNotCollide(product: DesiredProduct, variants: readonly DesiredProduct[]): void {
  // A product id and a SKU that are equal are two things all the same.
  const same = variants.find(({ productUid }) => productUid === product.productUid);
  if (same) throw collision('A style and its variant', [product.externalId, same.externalId], same.productUid);
  const components = [product, ...variants].flatMap(({ slots = [] }) => slots.flatMap((slot) => slot.components));
  for (const ids of [variants.map(({ externalId }) => externalId), components.map(({ code }) => code)]) {
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
