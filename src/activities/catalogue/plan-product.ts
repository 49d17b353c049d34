import type { FlowProduct, FlowProductUpdate, FlowVariant } from '../../clients/flow/products';
import type { OmniumProduct } from '../../clients/omnium/products';
import { compact } from '../../domain/compact';
import { stripToUid } from '../../domain/uid';
import type { SyncContext } from '../shared/sync-context';
import { changedProductFields, discontinuation } from './mapping/compare-product';
import { mapProduct, type DesiredProducts } from './mapping/map-product';
import { isDeleted, isOffered, marketsOf, productContext } from './mapping/product-context';
import { compareImages, type ImageChange } from './mapping/product-images';
import { compareSlots, type SlotChange } from './mapping/product-package';
import { compareValues, type ValueChange } from './mapping/product-values';
import { brandChange, resolveGroups, type GroupRules, type ResolvedGroups } from './product-references';
import { readDocument, withIndexPrices } from './read-documents';
import { isFromOmnium, readInFlow, variantsOf, type ProductInFlow } from './read-in-flow';

const IS_GONE = 'it was deleted in Omnium';
const IS_ELSEWHERE = "none of the tenant's markets has it";

/** What to do about a product in Flow, found by reading only: data that `applyProductPlan` writes and a dry run shows. */
export interface ProductPlan {
  /** Omnium's id. */
  readonly productId: string;
  /** Why it is discontinued; absent when it is brought over. */
  readonly because?: string;
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
export interface ProductState extends ProductInFlow {
  readonly groups: ResolvedGroups;
  /** Of a product that is there. */
  readonly update: FlowProductUpdate;
  readonly images: readonly ImageChange[];
  readonly values: readonly ValueChange[];
  readonly slots: readonly SlotChange[];
  readonly brand: 'create' | 'rename' | undefined;
}

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
  if (!document) return await planRemoval(context, productId, [], IS_GONE);
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
  const desired = mapProduct(document, productContext(markets, config, omniumMarkets, at));
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

/** Reads what Flow has of a product and holds it against what it should have. */
export async function compareProduct(
  context: SyncContext,
  desired: DesiredProducts,
  rules: GroupRules,
  at: Date,
): Promise<ProductComparison> {
  const { timezone } = context.tenant.config;
  const { products, others } = await readInFlow(context, desired);
  const states: ProductState[] = [];
  for (const inFlow of products) {
    const { desired: one, existing, media, existingSlots } = inFlow;
    const groups = await resolveGroups(context, one, existing, rules);
    states.push({
      ...inFlow,
      groups,
      update: existing ? changedProductFields(one, existing, { ...groups, at, timezone }) : {},
      images: compareImages(one.images, media),
      values: compareValues(one, existing, desired.definitions),
      slots: one.slots ? compareSlots(one.slots, existingSlots) : [],
      brand: one.brand && (await brandChange(context, one.brand)),
    });
  }
  return { desired, rules, at, states, others: await planOthers(context, desired.productId, others, at) };
}

/** A variant that Omnium has below another product leaves the style, one that is gone is discontinued. The shop's own stay. */
async function planOthers(
  context: SyncContext,
  productId: string,
  variants: readonly FlowVariant[],
  at: Date,
): Promise<ProductComparison['others']> {
  const { omnium } = context.tenant;
  const planned: ProductComparison['others'][number][] = [];
  for (const variant of variants.filter(isFromOmnium)) {
    const discontinued = planDiscontinuation(context, variant, at);
    // It is not sold already, and may stay where its sales are looked for.
    if (discontinued.changes.length === 0) continue;
    const skuId = variant.externalId ?? '';
    const elsewhere = await omnium.products.get(skuId, context);
    const isElsewhere = elsewhere?.productId !== productId && isSold(context, elsewhere, skuId);
    planned.push(isElsewhere ? { variant } : { variant, discontinued });
  }
  return planned;
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

/** What a comparison comes to, in names and counts. */
export function planOf(comparison: ProductComparison): ProductPlan {
  const { desired, states, others } = comparison;
  const changesOfAll = states.map(changesOf);
  const changed = changesOfAll.filter(({ length }) => length > 0).length;
  const created = states.filter(({ existing }) => existing === undefined).length;
  const links = states.filter(({ isLinked }) => !isLinked).map((state) => `${state.desired.externalId} variant`);
  const changesOfOthers = others.flatMap(
    ({ variant, discontinued }) => discontinued?.changes ?? [`${variant.externalId ?? ''} variant`],
  );
  return {
    productId: desired.productId,
    changes: [...changesOfAll.flat(), ...links, ...changesOfOthers],
    problems: [...new Set([...desired.problems, ...states.flatMap(({ groups }) => groups.problems)])],
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

function changesOf({ desired, existing, update, images, values, slots, brand }: ProductState): string[] {
  const { externalId: id } = desired;
  return [
    ...(brand === undefined ? [] : [`brand ${brand === 'create' ? (desired.brand?.brandUid ?? '') : 'name'}`]),
    ...(existing ? [] : [id]),
    ...Object.keys(update).map((field) => `${id} ${field}`),
    ...values.map(({ definition }) => `${id} ${definition.name}`),
    ...(images.length > 0 ? [`${id} images`] : []),
    ...(slots.length > 0 ? [`${id} package`] : []),
  ];
}
