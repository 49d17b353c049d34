 
import { type CallContext } from '../http';
import { FLOW_FILTERS } from './assumed';
import {
  flowProductHitSchema,
  flowProductMediaSchema,
  flowProductPropertySchema,
  flowProductSchema,
  flowVariantSchema,
  type FlowProduct,
  type FlowProductHit,
  type FlowProductMedia,
  type FlowVariant,
} from './catalogue-schemas';
import {
  type FlowProductMediaUpdate,
  type FlowProductMediaWrite,
  type FlowProductPropertyWrite,
  type FlowProductUpdate,
  type FlowProductWrite,
  type FlowVariantWrite,
} from './catalogue-writes';
import { type FlowConnection } from './connection';
import { FlowResource } from './resource';

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
