/**
 * Bodies of what we write about products, categories and prices (flow-api.md §3.4, §3.5). Selling prices are integers in cents
 * including VAT, purchase prices are integers in cents without it. `null` empties a member; with a uid given, a second create
 * is answered with 409.
 */

/** As Flow spells them; only `STOCK` was seen. */
export type FlowProductType = 'STOCK' | 'NON_STOCK' | 'NON_PHYSICAL' | 'CONFIGURABLE' | 'PACKAGE' | 'GIFTCARD';

/** Whether, or from when on, something is allowed. */
export type FlowAllowed = 'YES' | 'NO' | 'NOT_BEFORE_DATE';

/** An amount in another currency than the tenant's. */
export interface FlowForeignAmount {
  /** Cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Members of a product that can be changed later. */
export interface FlowProductUpdate {
  readonly name?: string;
  readonly sku?: string;
  readonly externalId?: string;
  readonly productType?: FlowProductType;
  readonly manufacturerSku?: string | null;
  readonly description?: string | null;
  readonly shortDescription?: string | null;
  readonly productGroupUid?: string | null;
  readonly brandUid?: string | null;
  /** All of them, like every list here. */
  readonly categoryUids?: readonly string[];
  readonly gtins?: readonly { readonly gtin: string; readonly primary?: boolean; readonly type?: string }[];
  readonly vatCodeUid?: string;
  /** Cents including VAT. */
  readonly recommendedRetailPrice?: number | null;
  /** Cents without VAT. */
  readonly purchasePrice?: number | null;
  readonly currencyPurchasePrice?: FlowForeignAmount | null;
  readonly allowPurchase?: boolean;
  readonly allowSale?: FlowAllowed;
  /** `YYYY-MM-DD`. */
  readonly allowSaleDate?: string | null;
  readonly allowDelivery?: FlowAllowed;
  readonly allowDeliveryDate?: string | null;
  readonly discontinuedFrom?: string | null;
  readonly serialNoRequired?: string;
  readonly requiredVariantPropertyUids?: readonly string[];
  readonly suppliers?: readonly { readonly supplierUid: string }[];
  /** Millimetres. */
  readonly height?: number | null;
  readonly width?: number | null;
  readonly length?: number | null;
  /** Grams. */
  readonly weight?: number | null;
  readonly externalInfo?: string | null;
  readonly externalUrl?: string | null;
  readonly internalInfo?: string | null;
}

/** Body of a new product. */
export interface FlowProductWrite extends FlowProductUpdate {
  readonly productUid?: string;
  readonly name: string;
  readonly sku: string;
}

/** Members of a brand that can be changed later. */
export interface FlowBrandUpdate {
  readonly name?: string;
  readonly externalId?: string;
}

/** Body of a new brand. */
export interface FlowBrandWrite extends FlowBrandUpdate {
  readonly brandUid?: string;
  readonly name: string;
}

/** Members of an image that can be changed later. */
export interface FlowProductMediaUpdate {
  /** Reachable from everywhere. */
  readonly mainUrl?: string;
  readonly thumbnailUrl?: string;
  /** From 1. */
  readonly position?: number;
  /** Makes it the cover, and no other one. */
  readonly setAsCoverImage?: boolean;
}

/** Body of a new image. */
export interface FlowProductMediaWrite extends FlowProductMediaUpdate {
  readonly productMediaUid?: string;
  readonly mainUrl: string;
}

/** Body that makes a product a variant of another. */
export interface FlowVariantWrite {
  readonly productUid: string;
  readonly productVariantUid?: string;
}

/** Body of a new property. */
export interface FlowPropertyWrite {
  readonly propertyUid?: string;
  readonly propertyName: string;
  readonly type: 'TEXT' | 'SINGLESELECT' | 'MULTISELECT';
  readonly externalId?: string;
}

/** Body of a new option of a property. */
export interface FlowPropertyOptionWrite {
  readonly propertyOptionUid?: string;
  readonly propertyOptionName: string;
}

/** Body that gives a product a value of a property: a text, or an option. */
export interface FlowProductPropertyWrite {
  readonly productPropertyUid?: string;
  readonly propertyUid: string;
  readonly propertyText?: string;
  readonly propertyOptionUid?: string;
}

/** Members of a package's slot that can be changed later. */
export interface FlowPackageSlotUpdate {
  readonly name?: string;
  readonly position?: number;
  readonly minComponentsAllowed?: number;
  readonly maxComponentsAllowed?: number;
}

/** Body of a new slot. */
export interface FlowPackageSlotWrite extends FlowPackageSlotUpdate {
  readonly productPackageSlotUid?: string;
  readonly name: string;
  readonly position: number;
  readonly minComponentsAllowed: number;
  readonly maxComponentsAllowed: number;
}

/** Members of a slot's component that can be changed later. */
export interface FlowPackageComponentUpdate {
  readonly position?: number;
  /** Hundredths of a piece. */
  readonly quantity?: number;
  /** Cents including VAT. */
  readonly specialPrice?: number | null;
  readonly required?: boolean;
}

/** Body of a new component. */
export interface FlowPackageComponentWrite extends FlowPackageComponentUpdate {
  readonly productPackageComponentUid?: string;
  readonly productUid: string;
  readonly quantity: number;
  readonly required: boolean;
}

/** Members of a category that can be changed later. */
export interface FlowCategoryUpdate {
  readonly name?: string;
  /** `null` makes it a root. */
  readonly parentUid?: string | null;
  readonly externalId?: string;
}

/** Body of a new category. */
export interface FlowCategoryWrite extends FlowCategoryUpdate {
  readonly categoryUid?: string;
  readonly name: string;
}

/** Members of a product group that can be changed later. */
export interface FlowProductGroupUpdate {
  readonly name?: string;
  /** `null` makes it a root. */
  readonly parentUid?: string | null;
  readonly externalId?: string;
}

/** Body of a new product group. Without a scope it takes its parent's. */
export interface FlowProductGroupWrite extends FlowProductGroupUpdate {
  readonly productGroupUid?: string;
  readonly name: string;
  readonly scope?: 'SALE' | 'PURCHASE' | 'BOTH';
}

/** Members of a price that can be changed later. */
export interface FlowPriceUpdate {
  /** Cents including VAT. */
  readonly price?: number;
  /** ISO-8601; `null` means at once. */
  readonly fromDate?: string | null;
  /** ISO-8601; `null` means for ever. */
  readonly toDate?: string | null;
}

/** Body of a new price. */
export interface FlowPriceWrite extends FlowPriceUpdate {
  readonly priceUid?: string;
  readonly productUid: string;
  readonly price: number;
}
