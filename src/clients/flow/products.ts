import { z } from 'zod';

import { compact } from '../../domain/compact';
import { path, type CallContext } from '../http';
import { listOf, optionalInteger, optionalText, requiredText, type Body } from '../wire';
import { foreignAmount } from './assumed';
import { FlowResource } from './connection';
import { date, flag, readableOf, text, whole } from './members';

/** A value of a property on a product: a text, or one of the property's options. */
const flowProductPropertySchema = z.object({
  productPropertyUid: text,
  propertyUid: requiredText,
  propertyName: text,
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
  allowPurchase: flag,
  /** `YES`, `NO`, `NOT_BEFORE_DATE`. */
  allowSale: text,
  allowSaleDate: date,
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
  externalUrl: text,
  lastModifiedAt: date,
};

/** A product. */
export const flowProductSchema = z.object(productMembers);

/** A product as one of the variants of a parent. */
const flowVariantSchema = z.object({ ...productMembers, productVariantUid: requiredText });

/** A product as order lines and lists need it. */
const flowProductHitSchema = z.object({
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

export type FlowProduct = z.infer<typeof flowProductSchema>;
export type FlowProductHit = z.infer<typeof flowProductHitSchema>;
export type FlowVariant = z.infer<typeof flowVariantSchema>;
export type FlowProductMedia = z.infer<typeof flowProductMediaSchema>;

/** As Flow spells them; only `STOCK` was seen. */
export type FlowProductType = 'STOCK' | 'NON_STOCK' | 'NON_PHYSICAL' | 'CONFIGURABLE' | 'PACKAGE' | 'GIFTCARD';

/**
 * Members of a product that can be changed later; `null` empties one that is not its name, and a list is given whole. Dates are
 * `YYYY-MM-DD`.
 */
export type FlowProductUpdate = Body<
  Omit<
    FlowProduct,
    | 'productUid'
    | 'name'
    | 'sku'
    | 'externalId'
    | 'productType'
    | 'allowSale'
    | 'brandName'
    | 'optionProperties'
    | 'lastModifiedAt'
  >,
  null
> & {
  readonly name?: string;
  readonly sku?: string;
  readonly externalId?: string;
  readonly productType?: FlowProductType;
  readonly allowSale?: 'YES' | 'NO' | 'NOT_BEFORE_DATE';
};

/** Body of a new product. */
export type FlowProductWrite = FlowProductUpdate & {
  readonly productUid?: string;
  readonly name: string;
  readonly sku: string;
};

/** Members of an image that can be changed later. `mainUrl` is reachable from everywhere, `position` counts from 1. */
export type FlowProductMediaUpdate = Body<Pick<FlowProductMedia, 'mainUrl' | 'thumbnailUrl' | 'position'>> & {
  /** Makes it the cover, and no other one. */
  readonly setAsCoverImage?: boolean;
};

const hitSchema = flowProductHitSchema.optional().catch(undefined);

/** Products of Flow with their variants, images and property values (flow-api.md §3.4). */
export class FlowProducts extends FlowResource {
  /** The product. `GET T/products/{productUid}`: proven by its sub-paths (flow-api.md §3.4). */
  get(uid: string, context?: CallContext): Promise<FlowProduct | undefined> {
    return this.flow.readIfFound(
      { operation: 'GET product', path: path`/products/${uid}` },
      flowProductSchema,
      context,
    );
  }

  /**
   * All products, page by page, as far as a list needs them: each once, but for `unreadable` entries, which do not even name a
   * product. Products that are made or removed meanwhile may be there or not. `total` is that of the whole list, where Flow
   * says. `GET T/products`: assumed (flow-api.md §3.4).
   */
  async *list(
    context?: CallContext,
  ): AsyncGenerator<{ products: FlowProductHit[]; total?: number; unreadable: number }, void, undefined> {
    const seen = new Set<string>();
    const list = { operation: 'GET products', path: '/products', item: hitSchema } as const;
    for await (const { items, total } of this.flow.pages(list, context)) {
      const readable = items.filter((item) => item !== undefined);
      const products = readable.filter(({ productUid }) => !seen.has(productUid));
      for (const { productUid } of products) seen.add(productUid);
      yield { products, ...compact({ total }), unreadable: items.length - readable.length };
    }
  }

  /** Makes a product. `POST T/products`: assumed (flow-api.md §3.4). */
  create(body: FlowProductWrite, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'POST product', path: '/products', body }, context);
  }

  /** Changes a product. `PUT T/products/{productUid}`: assumed (flow-api.md §3.4). */
  update(uid: string, body: FlowProductUpdate, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT product', path: path`/products/${uid}`, body }, context);
  }

  /** Removes a product for good. `DELETE T/products/{productUid}`: assumed (flow-api.md §3.4). */
  delete(uid: string, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE product', path: path`/products/${uid}` }, context);
  }

  /** Variants of a product; of a variant its siblings and itself. `GET …/variants`: API:productproperties (flow-api.md §3.4). */
  listVariants(uid: string, context?: CallContext): Promise<FlowVariant[]> {
    const variants = path`/products/${uid}/variants`;
    return this.flow.list({ operation: 'GET product variants', path: variants, item: flowVariantSchema }, context);
  }

  /** Makes a product a variant of another. `POST …/variants`: assumed (flow-api.md §6.1). */
  linkVariant(
    uid: string,
    body: { readonly productUid: string; readonly productVariantUid?: string },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST product variant', path: path`/products/${uid}/variants`, body }, context);
  }

  /** Takes a variant from its parent; the product stays. `DELETE …/variants/{uid}`: assumed. */
  unlinkVariant(uid: string, variantUid: string, context?: CallContext): Promise<boolean> {
    const variant = path`/products/${uid}/variants/${variantUid}`;
    return this.flow.sendIfFound({ operation: 'DELETE product variant', path: variant }, context);
  }

  /** Images of a product. `GET …/media`: API:productmedia (flow-api.md §3.4). */
  listMedia(uid: string, context?: CallContext): Promise<FlowProductMedia[]> {
    const media = path`/products/${uid}/media`;
    return this.flow.list({ operation: 'GET product media', path: media, item: flowProductMediaSchema }, context);
  }

  /** Adds an image by its link. `POST …/media`: API:productmedia (flow-api.md §3.4). */
  createMedia(
    uid: string,
    body: FlowProductMediaUpdate & { readonly productMediaUid?: string; readonly mainUrl: string },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST product media', path: path`/products/${uid}/media`, body }, context);
  }

  /** Changes an image. `PUT …/media/{productMediaUid}`: assumed (flow-api.md §3.4). */
  updateMedia(uid: string, mediaUid: string, body: FlowProductMediaUpdate, context?: CallContext): Promise<void> {
    const medium = path`/products/${uid}/media/${mediaUid}`;
    return this.flow.send({ operation: 'PUT product media', path: medium, body }, context);
  }

  /** Removes an image. `DELETE …/media/{productMediaUid}`: assumed (flow-api.md §3.4). */
  deleteMedia(uid: string, mediaUid: string, context?: CallContext): Promise<boolean> {
    const medium = path`/products/${uid}/media/${mediaUid}`;
    return this.flow.sendIfFound({ operation: 'DELETE product media', path: medium }, context);
  }

  /** Gives a product a value of a property, a text or an option, instead of the one it had. `POST …/properties`: assumed (flow-api.md §3.4). */
  setProperty(
    uid: string,
    body: Body<
      Pick<z.infer<typeof flowProductPropertySchema>, 'productPropertyUid' | 'propertyText' | 'propertyOptionUid'>
    > & { readonly propertyUid: string },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send(
      { operation: 'POST product property', path: path`/products/${uid}/properties`, body },
      context,
    );
  }

  /** Takes a value from a product. `DELETE …/properties/{productPropertyUid}`: assumed. */
  removeProperty(uid: string, productPropertyUid: string, context?: CallContext): Promise<boolean> {
    const value = path`/products/${uid}/properties/${productPropertyUid}`;
    return this.flow.sendIfFound({ operation: 'DELETE product property', path: value }, context);
  }
}

/** One choice within a slot of a package. */
const flowPackageComponentSchema = z.object({
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

export type FlowPackageSlot = z.infer<typeof flowPackageSlotSchema>;

/** Members of a package's slot that can be changed later. */
export type FlowPackageSlotUpdate = Body<Omit<FlowPackageSlot, 'productPackageSlotUid' | 'components'>>;

/** Members of a slot's component that can be changed later. */
export type FlowPackageComponentUpdate = Body<
  Pick<z.infer<typeof flowPackageComponentSchema>, 'position' | 'quantity' | 'required'>
> & { readonly specialPrice?: number | null };

/** Where a slot is. */
interface SlotRef {
  readonly productUid: string;
  readonly productPackageSlotUid: string;
}

/** What is in packages: slots, and what each of them can hold (flow-api.md §3.4). */
export class FlowPackages extends FlowResource {
  /** Slots of a package with their components. `GET …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  listSlots(productUid: string, context?: CallContext): Promise<FlowPackageSlot[]> {
    const slots = path`/products/${productUid}/packages/slots`;
    return this.flow.list({ operation: 'GET package slots', path: slots, item: flowPackageSlotSchema }, context);
  }

  /** Makes a slot. `POST …/packages/slots`: API:productpackage (flow-api.md §3.4). */
  createSlot(
    productUid: string,
    body: Required<FlowPackageSlotUpdate> & { readonly productPackageSlotUid?: string },
    context?: CallContext,
  ): Promise<void> {
    const slots = path`/products/${productUid}/packages/slots`;
    return this.flow.send({ operation: 'POST package slot', path: slots, body }, context);
  }

  /** Changes a slot. `PUT …/slots/{uid}`: assumed (flow-api.md §3.4). */
  updateSlot(slot: SlotRef, body: FlowPackageSlotUpdate, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT package slot', path: pathOf(slot), body }, context);
  }

  /** Removes a slot with its components. `DELETE …/slots/{uid}`: assumed (flow-api.md §3.4). */
  deleteSlot(slot: SlotRef, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE package slot', path: pathOf(slot) }, context);
  }

  /** Makes a component. `POST …/slots/{uid}/components`: assumed (flow-api.md §3.4). */
  createComponent(
    slot: SlotRef,
    body: FlowPackageComponentUpdate & {
      readonly productPackageComponentUid?: string;
      readonly productUid: string;
      readonly quantity: number;
      readonly required: boolean;
    },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST package component', path: `${pathOf(slot)}/components`, body }, context);
  }

  /** Changes a component. `PUT …/components/{uid}`: assumed (flow-api.md §3.4). */
  updateComponent(slot: SlotRef, uid: string, body: FlowPackageComponentUpdate, context?: CallContext): Promise<void> {
    const component = `${pathOf(slot)}${path`/components/${uid}`}`;
    return this.flow.send({ operation: 'PUT package component', path: component, body }, context);
  }

  /** Removes a component. `DELETE …/components/{uid}`: assumed (flow-api.md §3.4). */
  deleteComponent(slot: SlotRef, uid: string, context?: CallContext): Promise<boolean> {
    const component = `${pathOf(slot)}${path`/components/${uid}`}`;
    return this.flow.sendIfFound({ operation: 'DELETE package component', path: component }, context);
  }
}

function pathOf({ productUid, productPackageSlotUid }: SlotRef): string {
  return path`/products/${productUid}/packages/slots/${productPackageSlotUid}`;
}
