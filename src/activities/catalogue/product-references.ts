import type { FlowBrand } from '../../clients/flow/catalogue';
import type { FlowProduct } from '../../clients/flow/products';
import type { ConnectorProperties } from '../../config/types';
import { compact } from '../../domain/compact';
import { uidOf } from '../../domain/uid';
import { ensureSupplier } from '../goods/ensure-supplier';
import { createOrGet, isConflict } from '../shared/create-or-get';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import type { CategoryBranch } from './mapping/category-tree';
import type { ResolvedReferences } from './mapping/compare-product';
import type { DesiredProduct } from './mapping/map-product';
import { optionUidOf, type PropertyDefinition } from './mapping/product-values';

/** What a product's group and categories depend on: those of its leading market. */
export type GroupRules = Pick<
  ConnectorProperties,
  'SyncCategoriesToFlow' | 'ProductGroupRootId' | 'DefaultProductGroupUid'
>;

/** A product's group and categories, and those of them that Flow does not have yet. */
interface ResolvedGroups extends ResolvedReferences {
  /** Omnium's categories that are made before the product. */
  readonly missing: readonly { readonly categoryId: string; readonly as: 'group' | 'category' }[];
  readonly problems: readonly string[];
}

type DesiredBrand = NonNullable<DesiredProduct['brand']>;

/**
 * What is to be done about a product's brand. `other-spelling`: Flow has it under another name that becomes the same uid
 * (`Levi's`, `Levis`), which by Flow's rule is the same brand; the name that is there stays.
 */
export async function brandChange(
  context: SyncContext,
  desired: DesiredBrand,
): Promise<'create' | 'rename' | 'other-spelling' | undefined> {
  const existing = await context.tenant.catalogue.brands.get(desired.brandUid, context);
  if (!existing) return 'create';
  const { externalId, name } = existing;
  const other = externalId ?? name ?? desired.name;
  if (plainName(other) !== plainName(desired.name)) return 'other-spelling';
  return name === undefined || plainName(name) !== plainName(desired.name) ? 'rename' : undefined;
}

/** Makes sure that Flow has the brand: it takes no product without. */
export async function ensureBrand(context: SyncContext, desired: DesiredBrand): Promise<void> {
  const { catalogue, flow } = context.tenant;
  const { brandUid, name } = desired;
  const change = await brandChange(context, desired);
  if (change === undefined || change === 'other-spelling') return;
  const brand = { brandUid, name, externalId: name };
  if (change === 'rename') await flow.catalogue.updateBrand(brandUid, { name, externalId: name }, context);
  else {
    const made: FlowBrand = await createOrGet(
      () => flow.catalogue.createBrand(brand, context).then(() => brand),
      () => flow.catalogue.getBrand(brandUid, context),
    );
    // Made at the same time, perhaps under another spelling.
    catalogue.brands.set(brandUid, made);
    return;
  }
  catalogue.brands.set(brandUid, brand);
}

/** `Nike Air` and `NIKE  AIR` are one brand: the uid rule says so (Flow, products page). */
function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** Makes sure that Flow has the suppliers of a product: it takes no product without. */
export async function ensureSuppliers(context: SyncContext, suppliers: DesiredProduct['suppliers']): Promise<void> {
  const { catalogue } = context.tenant;
  for (const { supplierId, supplierUid, supplierName } of suppliers) {
    if (catalogue.suppliers.has(supplierUid)) continue;
    await ensureSupplier(context, { supplierId, supplierName });
    catalogue.suppliers.set(supplierUid, true);
  }
}

/**
 * Makes sure that Flow has a property.
 *
 * @throws SyncError `ConfigurationIncomplete` when Flow has it in another form than the configuration says
 */
export async function ensureProperty(context: SyncContext, definition: PropertyDefinition): Promise<void> {
  const { catalogue, flow } = context.tenant;
  const { propertyUid, name, key, type } = definition;
  let existing = await catalogue.property(propertyUid, context);
  if (!existing) {
    const property = { propertyUid, propertyName: name, type, externalId: key };
    await createUnlessThere(() => flow.catalogue.createProperty(property, context));
    catalogue.properties.clear();
    catalogue.options.clear();
    existing = await catalogue.property(propertyUid, context);
  }
  const known = existing?.type ?? type;
  if (known === type || (known === 'MULTISELECT' && type === 'SINGLESELECT')) return;
  throw new SyncError(
    'ConfigurationIncomplete',
    `Property ${propertyUid} is of type ${known} in Flow, and Omnium's property ${key} is configured as ${type}`,
  );
}

/** Uid of the option for a value of a choice; it is made where Flow does not have it. */
export async function ensureOption(context: SyncContext, propertyUid: string, value: string): Promise<string> {
  const { catalogue, flow } = context.tenant;
  const existing = await catalogue.option(propertyUid, value, context);
  if (existing) return existing.propertyOptionUid;
  const option = { propertyOptionUid: optionUidOf(propertyUid, value), propertyOptionName: value };
  await createUnlessThere(() => flow.catalogue.createPropertyOption(propertyUid, option, context));
  catalogue.rememberOption(propertyUid, option);
  return option.propertyOptionUid;
}

/** A 409 says that it was made a moment ago, or by an attempt whose answer was lost. */
async function createUnlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

/**
 * The product group and the categories of a product (flow-api.md §6.1): the main category is the group where Flow has such a
 * one, or categories are brought there by us, and it lies under `ProductGroupRootId`; else `DefaultProductGroupUid`. What is
 * missing is only named here.
 */
export async function resolveGroups(
  context: SyncContext,
  { mainCategoryId, categoryIds, externalId }: DesiredProduct,
  existing: FlowProduct | undefined,
  { SyncCategoriesToFlow, ProductGroupRootId, DefaultProductGroupUid }: GroupRules,
): Promise<ResolvedGroups> {
  const { catalogue } = context.tenant;
  let productGroupUid = DefaultProductGroupUid;
  const missing: ResolvedGroups['missing'][number][] = [];
  const problems: string[] = [];
  if (mainCategoryId !== undefined) {
    const uid = uidOf(mainCategoryId);
    const group = uid && (await catalogue.productGroups.get(uid, context));
    if (uid === undefined) problems.push(`${externalId} productGroupUid: no uid is left of category ${mainCategoryId}`);
    else if (group && isMadeOf(group, mainCategoryId)) productGroupUid = uid;
    else if (group) {
      const other = group.externalId ?? uid;
      const problem = `categories ${mainCategoryId} and ${other} become the same Flow uid`;
      problems.push(`${externalId} productGroupUid: ${problem}`);
    } else if (
      SyncCategoriesToFlow &&
      (await catalogue.branchesBelow(ProductGroupRootId, context)).has(mainCategoryId)
    ) {
      productGroupUid = uid;
      missing.push({ categoryId: mainCategoryId, as: 'group' });
    } else problems.push(`${externalId} productGroupUid: Flow has no group for category ${mainCategoryId}`);
  }

  const resolved = await Promise.all(
    (categoryIds ?? []).map(async (categoryId) => {
      const uid = uidOf(categoryId);
      if (uid === undefined) return undefined;
      const category = await catalogue.categories.get(uid, context);
      if (category) return isMadeOf(category, categoryId) ? { uid } : undefined;
      const branches = await catalogue.branchesBelow(undefined, context);
      return branches.has(categoryId) ? { uid, missingId: categoryId } : undefined;
    }),
  );
  const categoryUids = new Set<string>();
  for (const category of resolved) {
    if (category) categoryUids.add(category.uid);
    if (category?.missingId !== undefined) missing.push({ categoryId: category.missingId, as: 'category' });
  }

  // A category of Flow's that names none of Omnium's is the shop's own.
  const shopsCategoryUids: string[] = [];
  if (categoryIds) {
    const uids = existing?.categoryUids ?? [];
    const found = await Promise.all(uids.map((uid) => catalogue.categories.get(uid, context)));
    shopsCategoryUids.push(...uids.filter((_, index) => found[index] && found[index].externalId === undefined));
  }
  return {
    ...compact({ productGroupUid }),
    ...(categoryIds && { categoryUids: [...categoryUids], shopsCategoryUids }),
    missing,
    problems,
  };
}

/** Another category of Omnium's may have become the same uid; the two are never merged. */
function isMadeOf({ externalId }: { readonly externalId?: string | undefined }, categoryId: string): boolean {
  return externalId === undefined || externalId === categoryId;
}

/** Makes the groups and categories that a product needs, parents first; the export of categories keeps them up to date. */
export async function ensureGroups(
  context: SyncContext,
  { missing }: ResolvedGroups,
  { ProductGroupRootId }: GroupRules,
): Promise<void> {
  const { catalogue, flow } = context.tenant;
  for (const { categoryId, as } of missing) {
    const branches = await catalogue.branchesBelow(as === 'group' ? ProductGroupRootId : undefined, context);
    const known = as === 'group' ? catalogue.productGroups : catalogue.categories;
    const toMake: CategoryBranch[] = [];
    let branch = branches.get(categoryId);
    while (branch && !(await known.get(branch.uid, context))) {
      toMake.unshift(branch);
      branch = branches.get(branch.parentId ?? '');
    }
    for (const { uid, name, categoryId: externalId, parentId } of toMake) {
      const body = { name, externalId, ...compact({ parentUid: branches.get(parentId ?? '')?.uid }) };
      if (as === 'group') {
        await createUnlessThere(() => flow.catalogue.createProductGroup({ ...body, productGroupUid: uid }, context));
        catalogue.productGroups.set(uid, { ...body, productGroupUid: uid });
      } else {
        await createUnlessThere(() => flow.catalogue.createCategory({ ...body, categoryUid: uid }, context));
        catalogue.categories.set(uid, { ...body, categoryUid: uid, categories: [] });
      }
    }
  }
}
