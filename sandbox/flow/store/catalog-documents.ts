import { z } from 'zod';

import {
  cents,
  countryCode,
  currencyCode,
  hundredths,
  oneOf,
  optional,
  optionalCents,
  optionalDate,
  optionalFlag,
  optionalNumber,
  optionalText,
  optionalUid,
  optionalWhole,
  requiredText,
  uid,
  wholeNumber,
} from '../fields';

/** Request bodies and kept documents of the catalogue (flow-api.md §3.4, §3.5). */

export const brandFields = z.strictObject({ name: requiredText, externalId: optionalText });
export const brandCreate = brandFields.extend({ brandUid: optionalUid });
export type Brand = z.infer<typeof brandFields> & { brandUid: string };

export const productGroupFields = z.strictObject({
  name: requiredText,
  parentUid: optionalUid,
  externalId: optionalText,
  scope: optional(oneOf(['SALE', 'PURCHASE', 'BOTH'])),
});
export const productGroupCreate = productGroupFields.extend({ productGroupUid: optionalUid });
export type ProductGroup = z.infer<typeof productGroupFields> & { productGroupUid: string };

export const categoryFields = z.strictObject({ name: requiredText, parentUid: optionalUid, externalId: optionalText });
export const categoryCreate = categoryFields.extend({ categoryUid: optionalUid });
export type Category = z.infer<typeof categoryFields> & { categoryUid: string };

export const propertyFields = z.strictObject({
  propertyName: requiredText,
  type: oneOf(['TEXT', 'SINGLESELECT', 'MULTISELECT']),
  externalId: optionalText,
});
export const propertyCreate = propertyFields.extend({ propertyUid: optionalUid });
export type Property = z.infer<typeof propertyFields> & { propertyUid: string };

/** What can be chosen of a property (assumed; products name their choice by `propertyOptionUid`, which is documented). */
export const propertyOptionFields = z.strictObject({ propertyOptionName: requiredText, externalId: optionalText });
export const propertyOptionCreate = propertyOptionFields.extend({ propertyOptionUid: optionalUid });
export type PropertyOption = z.infer<typeof propertyOptionFields> & { propertyOptionUid: string; propertyUid: string };

const bankInfo = z.strictObject({
  accountNumber: optionalText,
  bankName: optionalText,
  iban: optionalText,
  swift: optionalText,
});

export const supplierFields = z.strictObject({
  name: requiredText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optional(countryCode),
  email: optionalText,
  phone: optionalText,
  contactName: optionalText,
  contactEmail: optionalText,
  externalId: optionalText,
  vatNumber: optionalText,
  active: optionalFlag,
  bankInfo: optional(bankInfo),
  fixedDiscountRate: optionalNumber,
  currency: optional(currencyCode),
});
export const supplierCreate = supplierFields.extend({ supplierUid: optionalUid });
export type Supplier = z.infer<typeof supplierFields> & { supplierUid: string };

/** Types of U-PTYPE; only `STOCK` was seen spelt, the others are assumed. */
const PRODUCT_TYPES = ['STOCK', 'NON_STOCK', 'NON_PHYSICAL', 'CONFIGURABLE', 'PACKAGE', 'GIFTCARD'] as const;
export type ProductType = (typeof PRODUCT_TYPES)[number];

const allowed = optional(oneOf(['YES', 'NO', 'NOT_BEFORE_DATE']));
const currencyAmount = z.union([
  cents.min(0, 'must not be negative'),
  z.strictObject({ amount: cents.min(0, 'must not be negative'), currency: currencyCode }),
]);

export const productFields = z.strictObject({
  name: requiredText,
  sku: requiredText,
  manufacturerSku: optionalText,
  description: optionalText,
  shortDescription: optionalText,
  productType: optional(oneOf(PRODUCT_TYPES)),
  productGroupUid: optionalUid,
  brandUid: optionalUid,
  categoryUids: optional(z.array(uid)),
  gtins: optional(z.array(z.strictObject({ gtin: requiredText, primary: optionalFlag, type: optionalText }))),
  vatCodeUid: optionalUid,
  recommendedRetailPrice: optionalCents,
  purchasePrice: optionalCents,
  currencyPurchasePrice: optional(currencyAmount),
  calculationFactor: optionalNumber,
  priceOverride: optionalFlag,
  allowAddon: optionalFlag,
  allowCredit: optionalFlag,
  allowPurchase: optionalFlag,
  allowQuantity: optionalFlag,
  allowSale: allowed,
  allowSaleDate: optionalDate,
  allowDelivery: allowed,
  allowDeliveryDate: optionalDate,
  availableForWeb: optionalFlag,
  customerAgeRestriction: optionalWhole,
  discontinuedFrom: optionalDate,
  serialNoRequired: optionalText,
  requiredVariantPropertyUids: optional(z.array(uid)),
  suppliers: optional(z.array(z.strictObject({ supplierUid: uid, name: optionalText }))),
  height: optionalWhole,
  width: optionalWhole,
  length: optionalWhole,
  weight: optionalWhole,
  ledgerNumber: optionalText,
  externalId: optionalText,
  externalInfo: optionalText,
  externalUrl: optionalText,
  internalInfo: optionalText,
});
export const productCreate = productFields.extend({ productUid: optionalUid });
export type Product = z.infer<typeof productFields> & { productUid: string; optionProperties: OptionProperty[] };

export const optionPropertyFields = z.strictObject({
  propertyText: optionalText,
  propertyOptionUid: optionalUid,
  required: optionalFlag,
});
export const optionPropertyCreate = optionPropertyFields.extend({ propertyUid: uid, productPropertyUid: optionalUid });
/** A product's value of a property: a text, or an option of the property. */
export type OptionProperty = z.infer<typeof optionPropertyFields> & { propertyUid: string; productPropertyUid: string };

export const variantCreate = z.strictObject({ productUid: uid, productVariantUid: optionalUid });
export interface ProductVariant {
  productVariantUid: string;
  parentUid: string;
  productUid: string;
}

const publicUrl = z.url({ protocol: /^https?$/, error: 'must be a public URL' });

export const mediaFields = z.strictObject({
  mainUrl: publicUrl,
  thumbnailUrl: optional(publicUrl),
  position: optionalWhole,
  setAsCoverImage: optionalFlag,
});
export const mediaCreate = mediaFields.extend({ productMediaUid: optionalUid });
export interface ProductMedia {
  productMediaUid: string;
  productUid: string;
  mainUrl: string;
  thumbnailUrl: string | null;
  position: number;
  isCoverImage: boolean;
}

export const slotFields = z.strictObject({
  name: requiredText,
  position: wholeNumber.min(0, 'must not be negative'),
  minComponentsAllowed: wholeNumber.min(0, 'must not be negative'),
  maxComponentsAllowed: wholeNumber.min(1, 'must be at least 1'),
});
export const slotCreate = slotFields.extend({ productPackageSlotUid: optionalUid });
export const componentFields = z.strictObject({
  position: optionalWhole,
  quantity: hundredths.min(1, 'must be positive'),
  specialPrice: optionalCents,
  required: optionalFlag,
});
export const componentCreate = componentFields.extend({ productUid: uid, productPackageComponentUid: optionalUid });
export type PackageComponent = z.infer<typeof componentFields> & {
  productPackageComponentUid: string;
  productUid: string;
};
export type PackageSlot = z.infer<typeof slotFields> & {
  productPackageSlotUid: string;
  productUid: string;
  components: PackageComponent[];
};

export const pricelistFields = z.strictObject({ name: requiredText, externalId: optionalText });
export const pricelistCreate = pricelistFields.extend({ pricelistUid: optionalUid });
export type Pricelist = z.infer<typeof pricelistFields> & { pricelistUid: string };

export const priceFields = z.strictObject({
  price: cents.min(0, 'must not be negative'),
  fromDate: optionalDate,
  toDate: optionalDate,
});
export const priceCreate = priceFields.extend({ productUid: uid, priceUid: optionalUid });
export type Price = z.infer<typeof priceFields> & { priceUid: string; pricelistUid: string; productUid: string };
