import type { FlowBrand } from '../../clients/flow/catalogue';
import type { PropertyDefinition, WantedBrand, WantedProduct } from './mapping/wanted-product';
import { optionUidOf } from './mapping/product-values';
import { SyncError } from '../shared/failures';
import { ensureSupplier } from '../goods/ensure-supplier';
import { isThereAlready, type ProductRun } from './product-run';

/**
 * What is to be done about a product's brand.
 *
 * @throws SyncError `UidCollision` when another brand of Omnium's has become the same uid
 */
export async function brandChange(
  { tenant, context }: ProductRun,
  wanted: WantedBrand,
): Promise<'create' | 'rename' | undefined> {
  const existing = await tenant.catalogue.brand(wanted.brandUid, context);
  if (!existing) return 'create';
  mustBeTheSame(existing, wanted);
  return existing.name === undefined || !isSameName(existing.name, wanted.name) ? 'rename' : undefined;
}

/** Makes sure that Flow has the brand: it takes no product without. */
export async function ensureBrand(run: ProductRun, wanted: WantedBrand): Promise<void> {
  const { tenant, context } = run;
  const { brandUid, name } = wanted;
  const change = await brandChange(run, wanted);
  if (change === undefined) return;
  if (change === 'rename') await tenant.flow.catalogue.updateBrand(brandUid, { name, externalId: name }, context);
  else {
    try {
      await tenant.flow.catalogue.createBrand({ brandUid, name, externalId: name }, context);
    } catch (error) {
      const existing = isThereAlready(error) ? await tenant.flow.catalogue.getBrand(brandUid, context) : undefined;
      if (!existing) throw error;
      mustBeTheSame(existing, wanted);
    }
  }
  tenant.catalogue.rememberBrand({ brandUid, name, externalId: name });
}

function mustBeTheSame({ brandUid, externalId, name }: FlowBrand, wanted: WantedBrand): void {
  const other = externalId ?? name;
  if (other === undefined || isSameName(other, wanted.name)) return;
  throw new SyncError(
    'UidCollision',
    `Brands ${wanted.name} and ${other} become the same Flow uid ${brandUid}; rename one in Omnium`,
  );
}

/** `Nike Air` and `NIKE  AIR` are one brand: the uid rule says so (Flow, products page). */
function isSameName(one: string, other: string): boolean {
  const plain = (name: string): string => name.trim().toLowerCase().replace(/\s+/g, ' ');
  return plain(one) === plain(other);
}

/** Makes sure that Flow has the suppliers of a product: it takes no product without. */
export async function ensureSuppliers(run: ProductRun, { suppliers }: Pick<WantedProduct, 'suppliers'>): Promise<void> {
  const { tenant, context } = run;
  const { signal = new AbortController().signal, onCall = () => undefined } = context;
  for (const { supplierId, supplierUid, supplierName } of suppliers) {
    if (tenant.catalogue.hasSupplier(supplierUid)) continue;
    await ensureSupplier({ tenant, attempt: { signal, onCall, calls: 0 } }, { supplierId, supplierName });
    tenant.catalogue.rememberSupplier(supplierUid);
  }
}

/**
 * Makes sure that Flow has a property.
 *
 * @throws SyncError `ConfigurationIncomplete` when Flow has it in another form than the configuration says
 */
export async function ensureProperty({ tenant, context }: ProductRun, definition: PropertyDefinition): Promise<void> {
  const { propertyUid, name, key, type } = definition;
  let existing = await tenant.catalogue.property(propertyUid, context);
  if (!existing) {
    try {
      await tenant.flow.catalogue.createProperty({ propertyUid, propertyName: name, type, externalId: key }, context);
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
    tenant.catalogue.forgetProperties();
    existing = await tenant.catalogue.property(propertyUid, context);
  }
  const known = existing?.type ?? type;
  if (known === type || (known === 'MULTISELECT' && type === 'SINGLESELECT')) return;
  throw new SyncError(
    'ConfigurationIncomplete',
    `Property ${propertyUid} is of type ${known} in Flow, and Omnium's property ${key} is configured as ${type}`,
  );
}

/** The option that stands for a value of a choice, made where Flow does not have it. */
export async function ensureOption(
  { tenant, context }: ProductRun,
  { propertyUid }: PropertyDefinition,
  value: string,
): Promise<string> {
  const existing = await tenant.catalogue.option(propertyUid, value, context);
  if (existing) return existing.propertyOptionUid;
  const propertyOptionUid = optionUidOf(propertyUid, value);
  try {
    await tenant.flow.catalogue.createPropertyOption(
      propertyUid,
      { propertyOptionUid, propertyOptionName: value },
      context,
    );
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
  tenant.catalogue.rememberOption(propertyUid, { propertyOptionUid, propertyOptionName: value });
  return propertyOptionUid;
}
