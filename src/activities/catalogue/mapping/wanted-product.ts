import type { FlowProductType, FlowProductUpdate } from '../../../clients/flow/products';
import type { FlowUid } from '../../../domain/uid';

/** From when on a product is sold. */
export type WantedSale = { readonly kind: 'now' } | { readonly kind: 'from'; readonly day: string };

/** A brand, by the name that Omnium's products carry. */
export interface WantedBrand {
  readonly brandUid: FlowUid;
  readonly name: string;
}

/** A supplier; the first one is the product's main supplier. */
export interface WantedSupplier {
  readonly supplierUid: FlowUid;
  /** Omnium's id, as it is. */
  readonly supplierId: string;
  readonly supplierName?: string;
}

/** An image with its place among the product's images, from 1. The first is the cover. */
export interface WantedImage {
  readonly productMediaUid: string;
  readonly url: string;
  readonly position: number;
}

/** A value of a property. */
export interface WantedValue {
  readonly propertyUid: string;
  readonly value: string;
}

/** What a property is, so that it can be made. */
export interface PropertyDefinition {
  readonly propertyUid: string;
  /** Omnium's key: Flow's `externalId`, and its name until the shop gives it another. */
  readonly key: string;
  readonly name: string;
  readonly type: 'TEXT' | 'SINGLESELECT';
}

/** Something that can be in a slot. Quantity in hundredths of a piece. */
export interface WantedComponent {
  readonly productPackageComponentUid: string;
  readonly productUid: FlowUid;
  /** Omnium's SKU, or product id of a part that has none. */
  readonly code: string;
  readonly position: number;
  readonly quantity: number;
  readonly required: boolean;
}

/** A slot of a package: one part of it, or one of several to choose from. */
export interface WantedSlot {
  readonly productPackageSlotUid: string;
  readonly name: string;
  readonly position: number;
  readonly minComponentsAllowed: number;
  readonly maxComponentsAllowed: number;
  readonly components: readonly WantedComponent[];
}

/** Members that Flow shall have as they are here. Absent = left as it is in Flow, null = emptied. */
export type WantedFields = Pick<
  FlowProductUpdate,
  | 'manufacturerSku'
  | 'description'
  | 'shortDescription'
  | 'brandUid'
  | 'gtins'
  | 'recommendedRetailPrice'
  | 'purchasePrice'
  | 'currencyPurchasePrice'
  | 'discontinuedFrom'
  | 'requiredVariantPropertyUids'
  | 'height'
  | 'width'
  | 'length'
  | 'weight'
> & {
  readonly name: string;
  readonly sku: string;
  readonly externalId: string;
  readonly vatCodeUid: string;
  readonly allowPurchase: boolean;
};

/** One product as Flow shall have it. */
export interface WantedProduct {
  readonly productUid: FlowUid;
  /** Omnium's own id: the SKU, or the product id of what has none. Flow's `externalId`. */
  readonly externalId: string;
  readonly productType: FlowProductType;
  readonly fields: WantedFields;
  /** What a new product begins with, and others look after later. */
  readonly begins: Pick<FlowProductUpdate, 'purchasePrice' | 'currencyPurchasePrice'>;
  readonly sale: WantedSale;
  readonly hasSerialNumbers: boolean;
  readonly brand?: WantedBrand;
  readonly suppliers: readonly WantedSupplier[];
  /** Omnium's id of the category that becomes its product group. */
  readonly mainCategoryId?: string;
  /** Omnium's ids of its categories; undefined where categories are the shop's own. */
  readonly categoryIds?: readonly string[];
  readonly images: readonly WantedImage[];
  readonly values: readonly WantedValue[];
  /** Undefined where what is in a package is left to the shop. */
  readonly slots?: readonly WantedSlot[];
}

/** A product of Omnium's as Flow shall have it: alone, or a style with its variants. */
export interface WantedProducts {
  /** Omnium's id of the whole. */
  readonly productId: string;
  readonly product: WantedProduct;
  /** Empty for a product without variants. */
  readonly variants: readonly WantedProduct[];
  /** Properties that the values belong to, and all that are ours to remove. */
  readonly definitions: readonly PropertyDefinition[];
  /** What could not be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** When the product changes by itself, ISO-8601. */
  readonly changesAt?: string;
}
