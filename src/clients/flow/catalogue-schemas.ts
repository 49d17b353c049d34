import { z } from 'zod';

import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
} from '../wire';
import { foreignAmount } from './assumed';

/**
 * Flow's products and what belongs to them, categories and prices as we read them (flow-api.md §3.4, §3.5). Selling prices are
 * integers in cents including VAT, purchase prices are integers in cents without it; weights are grams, measures millimetres.
 * What identifies a document must be as documented; any other member that is odd counts as untold, so that a product can
 * always be compared and put right.
 */

/** Members that are left out where they are not what they should be. */
const text = optionalText.catch(undefined);
const flag = optionalFlag.catch(undefined);
const whole = optionalInteger.catch(undefined);
const date = optionalTimestamp.catch(undefined);

/** A list whose odd elements are left out. */
function readableOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .array(item.optional().catch(undefined))
    .catch([])
    .default([])
    .transform((elements) => elements.filter((element) => element !== undefined));
}

/** A value of a property on a product: a text, or one of the property's options. */
export const flowProductPropertySchema = z.object({
  productPropertyUid: text,
  propertyUid: requiredText,
  propertyName: text,
  propertyType: text,
  propertyText: text,
  propertyOptionUid: text,
  propertyOptionName: text,
  required: flag,
});

const productMembers = {
  productUid: requiredText,
  /** Omnium's raw SKU id, or product id of a parent, on products that came from Omnium. */
  externalId: optionalText,
  sku: optionalText,
  name: optionalText,
  /** `STOCK`, `NON_PHYSICAL`, `CONFIGURABLE`, `PACKAGE`, …, or one we do not know. */
  productType: optionalText,
  manufacturerSku: text,
  description: text,
  shortDescription: text,
  productGroupUid: text,
  brandUid: text,
  brandName: text,
  categoryUids: readableOf(requiredText),
  gtins: readableOf(z.object({ gtin: requiredText, primary: flag, type: text })),
  vatCodeUid: text,
  /** Cents including VAT. */
  recommendedRetailPrice: whole,
  /** Cents without VAT. */
  purchasePrice: whole,
  currencyPurchasePrice: foreignAmount,
  calculationFactor: optionalDecimal.catch(undefined),
  priceOverride: flag,
  allowAddon: flag,
  allowCredit: flag,
  allowPurchase: flag,
  allowQuantity: flag,
  /** `YES`, `NO`, `NOT_BEFORE_DATE`. */
  allowSale: text,
  allowSaleDate: date,
  /** As `allowSale`. */
  allowDelivery: text,
  allowDeliveryDate: date,
  availableForWeb: flag,
  customerAgeRestriction: whole,
  /** From this day on it is not sold any more. */
  discontinuedFrom: date,
  serialNoRequired: text,
  requiredVariantPropertyUids: readableOf(requiredText),
  optionProperties: readableOf(flowProductPropertySchema),
  suppliers: readableOf(z.object({ supplierUid: requiredText, name: text })),
  /** Millimetres. */
  height: whole,
  width: whole,
  length: whole,
  /** Grams. */
  weight: whole,
  ledgerNumber: text,
  externalInfo: text,
  externalUrl: text,
  internalInfo: text,
  lastModifiedAt: date,
};

/** A product. */
export const flowProductSchema = z.object(productMembers);

/** A product as one of the variants of a parent. */
export const flowVariantSchema = z.object({ ...productMembers, productVariantUid: requiredText });

/** A product as order lines and lists need it. */
export const flowProductHitSchema = z.object({
  productUid: requiredText,
  externalId: text,
  sku: text,
  name: text,
  productType: text,
  /** Cents incl. VAT. */
  recommendedRetailPrice: whole,
  /** Cents without VAT. */
  purchasePrice: whole,
  currencyPurchasePrice: foreignAmount,
  allowSale: text,
  allowPurchase: flag,
  discontinuedFrom: date,
});

/** A brand. */
export const flowBrandSchema = z.object({ brandUid: requiredText, name: optionalText, externalId: optionalText });

/** An image of a product. */
export const flowProductMediaSchema = z.object({
  productMediaUid: requiredText,
  mainUrl: optionalText,
  thumbnailUrl: text,
  position: whole,
  isCoverImage: flag,
  /** `URL` on images that came by a link, `FLOW` on those that were uploaded there. */
  source: text,
});

/** One choice within a slot of a package. */
export const flowPackageComponentSchema = z.object({
  productPackageComponentUid: requiredText,
  product: z.object({ productUid: requiredText, name: text, sku: text }),
  position: whole,
  /** Hundredths of a piece. */
  quantity: optionalInteger,
  /** Cents including VAT. */
  specialPrice: whole,
  required: flag,
});

/** A slot of a package: something that is in it, or is chosen out of several. */
export const flowPackageSlotSchema = z.object({
  productPackageSlotUid: requiredText,
  name: optionalText,
  position: whole,
  minComponentsAllowed: whole,
  maxComponentsAllowed: whole,
  components: listOf(flowPackageComponentSchema),
});

/** What products can be told apart by. */
export const flowPropertySchema = z.object({
  propertyUid: requiredText,
  propertyName: optionalText,
  /** `TEXT`, `SINGLESELECT`, `MULTISELECT`. */
  type: optionalText,
  externalId: optionalText,
});

/** A value that a property can have. */
export const flowPropertyOptionSchema = z.object({ propertyOptionUid: requiredText, propertyOptionName: optionalText });

/** A category with those below it. */
export interface FlowCategory {
  readonly categoryUid: string;
  readonly name?: string | undefined;
  /** Absent on roots, and maybe on those that are told below their parent. */
  readonly parentUid?: string | undefined;
  readonly externalId?: string | undefined;
  readonly categories: FlowCategory[];
}

/** Products of a category are not read. */
export const flowCategorySchema: z.ZodType<FlowCategory> = z.object({
  categoryUid: requiredText,
  name: optionalText,
  parentUid: optionalText,
  externalId: optionalText,
  get categories() {
    return listOf(flowCategorySchema);
  },
});

/** What products are reported by. Each has one. */
export const flowProductGroupSchema = z.object({
  productGroupUid: requiredText,
  name: optionalText,
  parentUid: optionalText,
  externalId: optionalText,
  scope: text,
  productCount: whole,
});

/** What a product costs on a price list. */
export const flowPriceSchema = z.object({
  priceUid: requiredText,
  productUid: requiredText,
  /** Cents including VAT. */
  price: requiredInteger,
  /** ISO-8601; absent means at once, or for ever. */
  fromDate: optionalTimestamp,
  toDate: optionalTimestamp,
});

export type FlowProductProperty = z.infer<typeof flowProductPropertySchema>;
export type FlowProduct = z.infer<typeof flowProductSchema>;
export type FlowProductHit = z.infer<typeof flowProductHitSchema>;
export type FlowVariant = z.infer<typeof flowVariantSchema>;
export type FlowBrand = z.infer<typeof flowBrandSchema>;
export type FlowProductMedia = z.infer<typeof flowProductMediaSchema>;
export type FlowPackageComponent = z.infer<typeof flowPackageComponentSchema>;
export type FlowPackageSlot = z.infer<typeof flowPackageSlotSchema>;
export type FlowProperty = z.infer<typeof flowPropertySchema>;
export type FlowPropertyOption = z.infer<typeof flowPropertyOptionSchema>;
export type FlowProductGroup = z.infer<typeof flowProductGroupSchema>;
export type FlowPrice = z.infer<typeof flowPriceSchema>;
