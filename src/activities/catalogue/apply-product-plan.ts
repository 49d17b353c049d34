import { setTimeout as pause } from 'node:timers/promises';
import { VendorHttpError } from '../../clients/errors';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import type { SyncContext } from '../shared/sync-context';
import { newProduct } from './mapping/compare-product';
import { isDeleted, marketsOf } from './mapping/product-context';
import type { ImageChange } from './mapping/product-images';
import type { DesiredComponent, SlotChange } from './mapping/product-package';
import type { ValueChange } from './mapping/product-values';
import {
  compareProduct,
  planDocument,
  planOf,
  type DiscontinuedProduct,
  type ProductComparison,
  type ProductPlan,
} from './plan-product';
import { ensureBrand, ensureGroups, ensureOption, ensureProperty, ensureSuppliers } from './product-references';
import { readWhole } from './read-documents';

/**
 * Another attempt writes the same product, e.g. a package that it is in: after so many readings in vain the attempt fails and
 * is retried later. Between two readings the other one gets on, for longer each time: it has to write every variant.
 */
const MOST_READINGS = 6;
const PAUSE_MS = 50;

/** Packages in packages. */
const DEEPEST_PACKAGE = 5;

/** Flow has something already, or does not have what we had read. */
const STALE: ReadonlySet<number> = new Set([404, 409, 422]);

/** Flow keeps what its receipts and orders refer to. */
const NOT_DELETABLE: ReadonlySet<number> = new Set([400, 409, 422]);

/**
 * Writes a plan. Repeat-safe: an attempt that broke off is followed by one that begins with reading.
 *
 * @param insidePackages how many packages are being filled around the product
 * @throws DocumentUnmappableError when a package holds an article that Omnium does not offer, or packages hold each other
 */
export async function applyProductPlan(context: SyncContext, plan: ProductPlan, insidePackages = 0): Promise<void> {
  for (const one of plan.discontinued) await discontinue(context, one);
  let { comparison } = plan;
  for (let readings = 1; comparison; readings += 1) {
    try {
      return await writeProducts(context, comparison, insidePackages);
    } catch (error) {
      // Another writer was quicker, or an attempt of our own whose answer was lost.
      if (!isRefusal(error, STALE) || readings >= MOST_READINGS) throw error;
      if (readings > 1) await pause(PAUSE_MS * 2 ** readings, undefined, { signal: context.signal });
      context.tenant.catalogue.forget();
      const again = await compareProduct(context, comparison.desired, comparison.rules, comparison.at);
      // Flow has refused this very change: reading again would change nothing.
      if (planOf(again).changes.join() === planOf(comparison).changes.join()) throw error;
      comparison = again;
    }
  }
}

function isRefusal(error: unknown, statuses: ReadonlySet<number>): boolean {
  return error instanceof VendorHttpError && error.vendor === 'flow' && statuses.has(error.status);
}

/** A product that Flow does not let go is discontinued instead of deleted. */
async function discontinue(
  context: SyncContext,
  { existing, as, update, changes }: DiscontinuedProduct,
): Promise<void> {
  const { products } = context.tenant.flow;
  if (changes.length === 0) return;
  if (as === 'deleted') {
    try {
      await products.delete(existing.productUid, context);
      return;
    } catch (error) {
      if (!isRefusal(error, NOT_DELETABLE)) throw error;
    }
  }
  if (Object.keys(update).length > 0) await products.update(existing.productUid, update, context);
}

/**
 * Writes in an order in which every refusal leaves the tills with something that works: what is referred to first, then the
 * product, its variants, what is in a package, and images last.
 */
async function writeProducts(
  context: SyncContext,
  { desired, rules, states, others }: ProductComparison,
  insidePackages: number,
): Promise<void> {
  const { products } = context.tenant.flow;
  const parentUid = desired.product.productUid;

  const needed = new Set(
    states.flatMap(({ values, desired: { fields } }) => [
      ...values.filter((change) => change.do === 'set').map(({ definition }) => definition.propertyUid),
      ...(fields.requiredVariantPropertyUids ?? []),
    ]),
  );
  for (const definition of desired.definitions) {
    if (needed.has(definition.propertyUid)) await ensureProperty(context, definition);
  }
  for (const { brand, existing, update, groups, desired: one } of states) {
    if (brand !== undefined && one.brand) await ensureBrand(context, one.brand);
    if (!existing || update.suppliers) await ensureSuppliers(context, one.suppliers);
    await ensureGroups(context, groups, rules);
  }

  for (const { desired: one, existing, update, groups, values } of states) {
    if (!existing) await products.create(newProduct(one, groups), context);
    else if (Object.keys(update).length > 0) await products.update(one.productUid, update, context);
    for (const change of values) await writeValue(context, one.productUid, change);
  }
  for (const { desired: one, existing, isLinked } of states) {
    if (isLinked) continue;
    const { productUid } = one;
    // A variant that still hangs on another style leaves that one first.
    const siblings = existing ? await products.listVariants(productUid, context) : [];
    const elsewhere = siblings.find((variant) => variant.productUid === productUid);
    if (elsewhere) await products.unlinkVariant(productUid, elsewhere.productVariantUid, context);
    await products.linkVariant(parentUid, { productUid, productVariantUid: productUid }, context);
  }
  for (const { variant, discontinued } of others) {
    if (discontinued) await discontinue(context, discontinued);
    else await products.unlinkVariant(parentUid, variant.productVariantUid, context);
  }

  for (const { desired: one, slots } of states) {
    for (const change of slots) await writeSlot(context, one.productUid, change, insidePackages);
  }
  for (const { desired: one, images } of states) {
    for (const change of images) await writeImage(context, one.productUid, change);
  }
}

async function writeValue(context: SyncContext, productUid: string, change: ValueChange): Promise<void> {
  const { products } = context.tenant.flow;
  const { propertyUid, type } = change.definition;
  if (change.do === 'remove') await products.removeProperty(productUid, change.productPropertyUid, context);
  else if (type === 'TEXT')
    await products.setProperty(productUid, { propertyUid, propertyText: change.value }, context);
  else {
    const propertyOptionUid = await ensureOption(context, propertyUid, change.value);
    await products.setProperty(productUid, { propertyUid, propertyOptionUid }, context);
  }
}

async function writeSlot(
  context: SyncContext,
  productUid: string,
  change: SlotChange,
  insidePackages: number,
): Promise<void> {
  const { packages } = context.tenant.flow;
  const productPackageSlotUid = change.do === 'add-slot' ? change.slot.productPackageSlotUid : change.slotUid;
  const slot = { productUid, productPackageSlotUid };
  let added: readonly DesiredComponent[] = [];
  switch (change.do) {
    case 'add-slot': {
      const { components, ...members } = change.slot;
      await packages.createSlot(productUid, members, context);
      added = components;
      break;
    }
    case 'change-slot':
      await packages.updateSlot(slot, change.change, context);
      break;
    case 'remove-slot':
      await packages.deleteSlot(slot, context);
      break;
    case 'add-component':
      added = [change.component];
      break;
    case 'change-component':
      await packages.updateComponent(slot, change.componentUid, change.change, context);
      break;
    case 'remove-component':
      await packages.deleteComponent(slot, change.componentUid, context);
  }
  for (const { code, ...component } of added) {
    await ensureComponent(context, code, component.productUid, insidePackages);
    await packages.createComponent(slot, component, context);
  }
}

/** Makes sure that Flow has an article that is in a package: a package may come before what is in it. */
async function ensureComponent(
  context: SyncContext,
  code: string,
  productUid: string,
  insidePackages: number,
): Promise<void> {
  const { flow, config } = context.tenant;
  if (await flow.products.get(productUid, context)) return;
  if (insidePackages >= DEEPEST_PACKAGE) throw new DocumentUnmappableError('components', 'packages hold each other');
  const document = await readWhole(context, code);
  if (!document || isDeleted(document) || !marketsOf(document, config.markets)) {
    throw new DocumentUnmappableError('components', `Omnium offers no article ${code} in the tenant's markets`);
  }
  await applyProductPlan(context, await planDocument(context, document), insidePackages + 1);
}

async function writeImage(context: SyncContext, productUid: string, change: ImageChange): Promise<void> {
  const { products } = context.tenant.flow;
  if (change.do === 'remove') await products.deleteMedia(productUid, change.productMediaUid, context);
  else if (change.do === 'change') {
    await products.updateMedia(productUid, change.productMediaUid, change.change, context);
  } else {
    const { productMediaUid, url, position } = change.image;
    const cover = change.setAsCoverImage ? { setAsCoverImage: true } : {};
    await products.createMedia(productUid, { productMediaUid, mainUrl: url, position, ...cover }, context);
  }
}
