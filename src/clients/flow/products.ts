import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalDecimal, optionalText, requiredText } from '../wire';
import { FLOW_FILTERS, foreignAmount } from './assumed';
import type { FlowConnection } from './connection';
import { date, flag, readableOf, text, whole } from './members';
import { FlowResource } from './resource';

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

export type FlowProductProperty = z.infer<typeof flowProductPropertySchema>;
export type FlowProduct = z.infer<typeof flowProductSchema>;
export type FlowProductHit = z.infer<typeof flowProductHitSchema>;
export type FlowVariant = z.infer<typeof flowVariantSchema>;
export type FlowProductMedia = z.infer<typeof flowProductMediaSchema>;

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

/** Body that gives a product a value of a property: a text, or an option. */
export interface FlowProductPropertyWrite {
  readonly productPropertyUid?: string;
  readonly propertyUid: string;
  readonly propertyText?: string;
  readonly propertyOptionUid?: string;
}

/** Products of one page. */
export interface FlowProductsPage {
  readonly products: FlowProductHit[];
  /** Of the whole list, where Flow tells. */
  readonly total?: number;
  /** Entries of the page that do not even name a product. */
  readonly unreadable: number;
}

const hitSchema = flowProductHitSchema.optional().catch(undefined);

/** Products of Flow with their variants, images and property values (flow-api.md §3.4). */
export class FlowProducts {
  private readonly products: FlowResource<FlowProduct>;
  private readonly media: FlowResource<FlowProductMedia>;
  private readonly variants: FlowResource<FlowVariant>;
  private readonly values: FlowResource<unknown>;

  constructor(private readonly flow: FlowConnection) {
    this.products = new FlowResource(flow, { name: 'product', item: flowProductSchema });
    this.media = new FlowResource(flow, { name: 'product media', item: flowProductMediaSchema });
    this.variants = new FlowResource(flow, { name: 'product variant', item: flowVariantSchema });
    this.values = new FlowResource(flow, { name: 'product property', item: flowProductPropertySchema });
  }

  /** The product. `GET T/products/{productUid}`: proven by its sub-paths (flow-api.md §3.4). */
  get(productUid: string, context?: CallContext): Promise<FlowProduct | undefined> {
    return this.products.get(this.flow.paths.product(productUid), context);
  }

  /**
   * The product with exactly this SKU, case and spaces included, or undefined. The comparison is ours: nothing says
   * that Flow's filter is exact. `GET T/products?productSku=`: assumed (flow-api.md §3.4).
   */
  async findBySku(sku: string, context?: CallContext): Promise<FlowProduct | undefined> {
    const query = { [FLOW_FILTERS.productBySku]: sku };
    const path = this.flow.paths.products();
    const found = await this.flow.list({ operation: 'GET products', path, query, item: flowProductSchema }, context);
    return found.find((product) => product.sku === sku);
  }

  /**
   * All products, page by page, as far as a list needs them: each once, but for entries that cannot be read. Products that
   * are made or removed meanwhile may be there or not. `GET T/products`: assumed (flow-api.md §3.4).
   */
  async *list(context?: CallContext): AsyncGenerator<FlowProductsPage, void, undefined> {
    const seen = new Set<string>();
    const list = { operation: 'GET products', path: this.flow.paths.products(), item: hitSchema };
    for await (const { items, total } of this.flow.countedPages(list, context)) {
      const readable = items.filter((item) => item !== undefined);
      const products = readable.filter(({ productUid }) => !seen.has(productUid));
      for (const { productUid } of products) seen.add(productUid);
      yield { products, ...(total !== undefined && { total }), unreadable: items.length - readable.length };
    }
  }

  /** Makes a product. 409 when its `productUid` exists. `POST T/products`: assumed (flow-api.md §3.4). */
  create(product: FlowProductWrite, context?: CallContext): Promise<void> {
    return this.products.create(this.flow.paths.products(), product, context);
  }

  /** Changes the members given. `PUT T/products/{productUid}`: assumed (flow-api.md §3.4). */
  update(productUid: string, change: FlowProductUpdate, context?: CallContext): Promise<void> {
    return this.products.update(this.flow.paths.product(productUid), change, context);
  }

  /** Removes a product for good. False when there was none. `DELETE T/products/{productUid}`: assumed (flow-api.md §3.4). */
  delete(productUid: string, context?: CallContext): Promise<boolean> {
    return this.products.delete(this.flow.paths.product(productUid), context);
  }

  /** Variants of a product; of a variant its siblings and itself. `GET …/variants`: API:productproperties (flow-api.md §3.4). */
  listVariants(productUid: string, context?: CallContext): Promise<FlowVariant[]> {
    const path = this.flow.paths.productVariants(productUid);
    return this.flow.list({ operation: 'GET product variants', path, item: flowVariantSchema }, context);
  }

  /** Makes a product a variant of another. 409 when its `productVariantUid` exists. `POST …/variants`: assumed (flow-api.md §6.1). */
  linkVariant(productUid: string, variant: FlowVariantWrite, context?: CallContext): Promise<void> {
    return this.variants.create(this.flow.paths.productVariants(productUid), variant, context);
  }

  /** Takes a variant from its parent; the product stays. False when it was none. `DELETE …/variants/{uid}`: assumed. */
  unlinkVariant(productUid: string, productVariantUid: string, context?: CallContext): Promise<boolean> {
    return this.variants.delete(this.flow.paths.productVariant(productUid, productVariantUid), context);
  }

  /** Images of a product. `GET …/media`: API:productmedia (flow-api.md §3.4). */
  listMedia(productUid: string, context?: CallContext): Promise<FlowProductMedia[]> {
    const path = this.flow.paths.productMedia(productUid);
    return this.flow.list({ operation: 'GET product media', path, item: flowProductMediaSchema }, context);
  }

  /** Adds an image by its link. 409 when its `productMediaUid` exists. `POST …/media`: API:productmedia (flow-api.md §3.4). */
  createMedia(productUid: string, media: FlowProductMediaWrite, context?: CallContext): Promise<void> {
    return this.media.create(this.flow.paths.productMedia(productUid), media, context);
  }

  /** Changes the members given. `PUT …/media/{productMediaUid}`: assumed (flow-api.md §3.4). */
  updateMedia(
    productUid: string,
    productMediaUid: string,
    change: FlowProductMediaUpdate,
    context?: CallContext,
  ): Promise<void> {
    return this.media.update(this.flow.paths.productMedium(productUid, productMediaUid), change, context);
  }

  /** Removes an image. False when there was none. `DELETE …/media/{productMediaUid}`: assumed (flow-api.md §3.4). */
  deleteMedia(productUid: string, productMediaUid: string, context?: CallContext): Promise<boolean> {
    return this.media.delete(this.flow.paths.productMedium(productUid, productMediaUid), context);
  }

  /** Gives a product a value of a property, instead of the one it had. `POST …/properties`: assumed (flow-api.md §3.4). */
  setProperty(productUid: string, value: FlowProductPropertyWrite, context?: CallContext): Promise<void> {
    return this.values.create(this.flow.paths.productProperties(productUid), value, context);
  }

  /** Takes a value from a product. False when there was none. `DELETE …/properties/{productPropertyUid}`: assumed. */
  removeProperty(productUid: string, productPropertyUid: string, context?: CallContext): Promise<boolean> {
    return this.values.delete(this.flow.paths.productProperty(productUid, productPropertyUid), context);
  }
}
