import type { FlowProduct, FlowProductUpdate, FlowVariant } from '../../clients/flow/products';
import type { OmniumProduct } from '../../clients/omnium/products';
import { compact } from '../../domain/compact';
import { findUidCollisions, stripToUid } from '../../domain/uid';
import { severalAtOnce } from '../shared/concurrency';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { changedProductFields, discontinuation, isOtherProduct } from './mapping/compare-product';
import { mapProduct, type DesiredProduct, type DesiredProducts } from './mapping/map-product';
import { isDeleted, isOffered, marketsOf, productContext } from './mapping/product-context';
import { compareImages } from './mapping/product-images';
import { compareSlots } from './mapping/product-package';
import { compareValues } from './mapping/product-values';
import { brandChange, resolveGroups, type GroupRules } from './product-references';
import { readDocument, withIndexPrices } from './read-documents';

/** Variants of one style that are read at the same time. */
const VARIANTS_AT_ONCE = 4;

const IS_GONE = 'it was deleted in Omnium';
const IS_ELSEWHERE = "none of the tenant's markets has it";

/** What to do about a product in Flow, found by reading only: data that `applyProductPlan` writes and a dry run shows. */
export interface ProductPlan {
  /** Omnium's id. */
  readonly productId: string;
  /** Why it is discontinued; absent when it is brought over. */
  readonly because?: string;
  /** Nothing says so but Omnium's 404. */
  readonly isAbsent?: boolean;
  /** Names of what would be written, e.g. `104233-M name`; empty when Flow is right. */
  readonly changes: readonly string[];
  /** What could not be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** When the product changes by itself, ISO-8601. */
  readonly changesAt?: string;
  /** Flow's uids of the product, or of the style and its variants. */
  readonly productUids: readonly string[];
  readonly counts: { readonly created: number; readonly updated: number; readonly images: number };
  /** Of a product that is brought over. */
  readonly comparison?: ProductComparison;
  /** Products of Flow that are not sold any more; variants before their style, as Flow may not let go of what has some. */
  readonly discontinued: readonly DiscontinuedProduct[];
}

/** A product in Flow that Omnium does not have any more, or does not offer in the tenant's markets. */
export interface DiscontinuedProduct {
  readonly existing: FlowProduct;
  readonly as: 'discontinued' | 'deleted';
  readonly update: FlowProductUpdate;
  /** Names of what is written; empty when it is not sold already. */
  readonly changes: readonly string[];
}

/** One product, what Flow has of it, and what is to be written. */
export type ProductState = Awaited<ReturnType<typeof stateOf>>;

/** One document of Omnium's held against Flow. */
export interface ProductComparison {
  readonly desired: DesiredProducts;
  readonly rules: GroupRules;
  readonly at: Date;
  /** The product or style first, then its variants. */
  readonly states: readonly ProductState[];
  /** Variants in Flow that the style in Omnium does not list; one that is sold elsewhere only leaves the style. */
  readonly others: readonly { readonly variant: FlowVariant; readonly discontinued?: DiscontinuedProduct }[];
}

/** What to do about a product by its id in Omnium, read now; another product's id when the id is only a name of that one. */
export async function planById(
  context: SyncContext,
  productId: string,
): Promise<ProductPlan | { readonly forwardTo: string }> {
  const document = await readDocument(context, productId);
  if (!document) return { ...(await planRemoval(context, productId, [], IS_GONE)), isAbsent: true };
  if (document.productId !== productId) return { forwardTo: document.productId };
  const [priced = document] = await withIndexPrices(context, [document]);
  return await planDocument(context, priced);
}

/**
 * What a document comes to in Flow: the product, a style with all its variants, is brought there or discontinued. Reads only.
 *
 * @throws SyncError `UidCollision`; what the mapping throws for a document that cannot be carried over
 */
export async function planDocument(context: SyncContext, document: OmniumProduct): Promise<ProductPlan> {
  const { config, catalogue } = context.tenant;
  const markets = marketsOf(document, config.markets);
  if (isDeleted(document) || !markets) {
    const skuIds = [document.skuId, ...document.variants.map(({ skuId }) => skuId)];
    const because = isDeleted(document) ? IS_GONE : IS_ELSEWHERE;
    return await planRemoval(context, document.productId, skuIds, because);
  }
  const at = new Date();
  const omniumMarkets = await catalogue.marketsOfOmnium(context);
  const mapping = productContext(markets, config, omniumMarkets, at);
  const desired = mapProduct(document, mapping);
  return planOf(await compareProduct(context, desired, markets.leading.properties, at));
}

/**
 * What to do about a product that Omnium has deleted or does not offer in the tenant's markets any more: it and its variants
 * in Flow are discontinued. What the shops have made themselves is left alone, and so is another product's uid.
 *
 * @param skuIds those that it is known to have had
 */
export async function planRemoval(
  context: SyncContext,
  productId: string,
  skuIds: readonly (string | undefined)[],
  because: string,
): Promise<ProductPlan> {
  const { flow } = context.tenant;
  const found = new Map<string, FlowProduct>();
  for (const id of new Set([productId, ...skuIds.filter((skuId) => skuId !== undefined)])) {
    if (!/[A-Za-z0-9_]/.test(id)) continue;
    const product = await flow.products.get(stripToUid(id), context);
    if (product?.externalId !== id) continue;
    found.set(product.productUid, product);
    const variants = product.productType === 'CONFIGURABLE' ? await variantsOf(context, product) : [];
    for (const variant of variants) if (isFromOmnium(variant)) found.set(variant.productUid, variant);
  }
  const at = new Date();
  const discontinued = [...found.values()].reverse().map((product) => planDiscontinuation(context, product, at));
  return {
    productId,
    because,
    changes: discontinued.flatMap(({ changes }) => changes),
    problems: [],
    productUids: [...found.keys()],
    counts: { created: 0, updated: 0, images: 0 },
    discontinued,
  };
}

/** Setting `catalogue.onDeletedInOmnium`. */
function planDiscontinuation({ tenant }: SyncContext, existing: FlowProduct, at: Date): DiscontinuedProduct {
  const { catalogue, timezone } = tenant.config;
  const name = existing.externalId ?? existing.productUid;
  const update = discontinuation(existing, { at, timezone });
  if (catalogue.onDeletedInOmnium === 'delete') {
    return { existing, as: 'deleted', update, changes: [`${name} deleted`] };
  }
  return { existing, as: 'discontinued', update, changes: Object.keys(update).map((field) => `${name} ${field}`) };
}

/**
 * Reads what Flow has of a product, of a style its variants too, and holds it against what it should have. Of variants that
 * Omnium does not list, one that it has below another product leaves the style, one that is gone is discontinued; the shop's
 * own stay.
 *
 * @throws SyncError `UidCollision` when another product has one of the uids
 */
export async function compareProduct(
  context: SyncContext,
  desired: DesiredProducts,
  rules: GroupRules,
  at: Date,
): Promise<ProductComparison> {
  const { product, variants } = desired;
  mustNotCollide(product, variants);
  const parent = await readExisting(context, product, undefined);
  const linked = product.productType === 'CONFIGURABLE' && parent ? await variantsOf(context, parent) : [];
  const states: ProductState[] = [];
  await severalAtOnce(variants.entries(), VARIANTS_AT_ONCE, async ([index, variant]) => {
    const known = linked.find(({ productUid }) => productUid === variant.productUid);
    const existing = await readExisting(context, variant, known);
    states[index + 1] = await stateOf(context, { desired, rules, at }, variant, existing, known !== undefined);
  });
  states[0] = await stateOf(context, { desired, rules, at }, product, parent, true);

  const others: ProductComparison['others'][number][] = [];
  const desiredUids = new Set<string>(variants.map(({ productUid }) => productUid));
  for (const variant of linked) {
    if (desiredUids.has(variant.productUid) || !isFromOmnium(variant)) continue;
    const discontinued = planDiscontinuation(context, variant, at);
    // It is not sold already, and may stay where its sales are looked for.
    if (discontinued.changes.length === 0) continue;
    const { externalId = '' } = variant;
    const elsewhere = await context.tenant.omnium.products.get(externalId, context);
    const isElsewhere = elsewhere?.productId !== desired.productId && isSold(context, elsewhere, externalId);
    others.push(isElsewhere ? { variant } : { variant, discontinued });
  }
  return { desired, rules, at, states, others };
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

async function readExisting(
  context: SyncContext,
  desired: DesiredProduct,
  known: FlowProduct | undefined,
): Promise<FlowProduct | undefined> {
  const { productUid, externalId } = desired;
  const existing = known ?? (await context.tenant.flow.products.get(productUid, context));
  if (!existing || !isOtherProduct(desired, existing)) return existing;
  throw collision('Products', [externalId, existing.externalId ?? existing.sku ?? '?'], productUid);
}

/** Variants below a product; one that is itself a variant names its siblings instead, and has none. */
async function variantsOf(context: SyncContext, { productUid }: FlowProduct): Promise<FlowVariant[]> {
  const listed = await context.tenant.flow.products.listVariants(productUid, context);
  return listed.some((variant) => variant.productUid === productUid) ? [] : listed;
}

/** @param isLinked of a variant: whether its style has it */
async function stateOf(
  context: SyncContext,
  { desired: { definitions }, rules, at }: Pick<ProductComparison, 'desired' | 'rules' | 'at'>,
  desired: DesiredProduct,
  existing: FlowProduct | undefined,
  isLinked: boolean,
) {
  const { flow, config } = context.tenant;
  const { productUid, slots, brand } = desired;
  const isPackage = slots !== undefined && existing?.productType === 'PACKAGE';
  const [media, existingSlots] = await Promise.all([
    existing ? flow.products.listMedia(productUid, context) : [],
    isPackage ? flow.packages.listSlots(productUid, context) : [],
  ]);
  const groups = await resolveGroups(context, desired, existing, rules);
  const references = { ...groups, at, timezone: config.timezone };
  return {
    desired,
    existing,
    isLinked,
    media,
    existingSlots,
    groups,
    /** Of a product that is there. */
    update: existing ? changedProductFields(desired, existing, references) : {},
    images: compareImages(desired.images, media),
    values: compareValues(desired, existing, definitions),
    slots: slots ? compareSlots(slots, existingSlots) : [],
    brand: brand && (await brandChange(context, brand)),
  };
}

/**
 * Whether a product in Flow came from Omnium: its uid is made of its `externalId`. What the shops have made themselves is
 * never discontinued.
 */
export function isFromOmnium({ productUid, externalId }: Pick<FlowProduct, 'productUid' | 'externalId'>): boolean {
  return externalId !== undefined && /[A-Za-z0-9_]/.test(externalId) && stripToUid(externalId) === productUid;
}

/** Whether a document offers a SKU, or its own id, in the tenant's markets. */
export function isSold({ tenant }: SyncContext, document: OmniumProduct | undefined, id: string): boolean {
  if (!document || isDeleted(document)) return false;
  const markets = marketsOf(document, tenant.config.markets);
  if (!markets) return false;
  if (id === document.productId || id === document.skuId) return true;
  return document.variants.some(
    (variant) => variant.skuId === id && !isDeleted(variant) && isOffered(variant, markets.all),
  );
}

function problemsOf({ desired: { externalId, brand: desired }, groups, brand }: ProductState): readonly string[] {
  if (brand !== 'other-spelling' || !desired) return groups.problems;
  return [
    ...groups.problems,
    `${externalId} brand: Flow has ${desired.brandUid} under another name than ${desired.name}`,
  ];
}

/** What a comparison comes to, in names and counts. */
export function planOf(comparison: ProductComparison): ProductPlan {
  const { desired, states, others } = comparison;
  const changesOfAll = states.map(({ desired: one, existing, update, images, values, slots, brand }) => [
    ...(brand === undefined || brand === 'other-spelling'
      ? []
      : [`brand ${brand === 'create' ? (one.brand?.brandUid ?? '') : 'name'}`]),
    ...(existing ? [] : [one.externalId]),
    ...Object.keys(update).map((field) => `${one.externalId} ${field}`),
    ...values.map(({ definition }) => `${one.externalId} ${definition.name}`),
    ...(images.length > 0 ? [`${one.externalId} images`] : []),
    ...(slots.length > 0 ? [`${one.externalId} package`] : []),
  ]);
  const changed = changesOfAll.filter(({ length }) => length > 0).length;
  const created = states.filter(({ existing }) => existing === undefined).length;
  const links = states.filter(({ isLinked }) => !isLinked).map((state) => `${state.desired.externalId} variant`);
  const changesOfOthers = others.flatMap(
    ({ variant, discontinued }) => discontinued?.changes ?? [`${variant.externalId ?? ''} variant`],
  );
  return {
    productId: desired.productId,
    changes: [...changesOfAll.flat(), ...links, ...changesOfOthers],
    problems: [...new Set([...desired.problems, ...states.flatMap(problemsOf)])],
    ...compact({ changesAt: desired.changesAt }),
    productUids: states.map((state) => state.desired.productUid),
    counts: {
      created,
      updated: changed - created,
      images: states.reduce((sum, { images }) => sum + images.length, 0),
    },
    comparison,
    discontinued: [],
  };
}
