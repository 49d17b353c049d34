import { z } from 'zod';

import type { CallContext } from '../http';
import { listOf, optionalText, requiredText } from '../wire';
import type { FlowConnection } from './connection';
import { text, whole } from './members';
import { FlowResource } from './resource';

/** A brand. */
export const flowBrandSchema = z.object({ brandUid: requiredText, name: optionalText, externalId: optionalText });

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

export type FlowBrand = z.infer<typeof flowBrandSchema>;
export type FlowProperty = z.infer<typeof flowPropertySchema>;
export type FlowPropertyOption = z.infer<typeof flowPropertyOptionSchema>;
export type FlowProductGroup = z.infer<typeof flowProductGroupSchema>;

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

/** Brands, properties, categories and product groups of Flow: what products refer to (flow-api.md §3.4). */
export class FlowCatalogue {
  private readonly brands: FlowResource<FlowBrand>;
  private readonly properties: FlowResource<FlowProperty>;
  private readonly options: FlowResource<FlowPropertyOption>;
  private readonly categories: FlowResource<FlowCategory>;
  private readonly groups: FlowResource<FlowProductGroup>;

  constructor(private readonly flow: FlowConnection) {
    this.brands = new FlowResource(flow, { name: 'brand', item: flowBrandSchema });
    this.properties = new FlowResource(flow, { name: 'property', item: flowPropertySchema });
    this.options = new FlowResource(flow, { name: 'property option', item: flowPropertyOptionSchema });
    this.categories = new FlowResource(flow, { name: 'category', item: flowCategorySchema });
    this.groups = new FlowResource(flow, { name: 'product group', item: flowProductGroupSchema });
  }

  /** The brand. `GET T/brands/{brandUid}`: assumed (flow-api.md §3.4). */
  getBrand(brandUid: string, context?: CallContext): Promise<FlowBrand | undefined> {
    return this.brands.get(this.flow.paths.brand(brandUid), context);
  }

  /** Makes a brand. 409 when its `brandUid` exists. `POST T/brands`: API:product (flow-api.md §3.4). */
  createBrand(brand: FlowBrandWrite, context?: CallContext): Promise<void> {
    return this.brands.create(this.flow.paths.brands(), brand, context);
  }

  /** Changes the members given. `PUT T/brands/{brandUid}`: assumed (flow-api.md §3.4). */
  updateBrand(brandUid: string, change: FlowBrandUpdate, context?: CallContext): Promise<void> {
    return this.brands.update(this.flow.paths.brand(brandUid), change, context);
  }

  /** All properties. `GET T/properties`: API:properties (flow-api.md §3.4). */
  listProperties(context?: CallContext): Promise<FlowProperty[]> {
    const path = this.flow.paths.properties();
    return this.flow.list({ operation: 'GET properties', path, item: flowPropertySchema }, context);
  }

  /** Makes a property. 409 when its `propertyUid` exists. `POST T/properties`: API:properties (flow-api.md §3.4). */
  createProperty(property: FlowPropertyWrite, context?: CallContext): Promise<void> {
    return this.properties.create(this.flow.paths.properties(), property, context);
  }

  /** Values that a property can have. `GET T/properties/{propertyUid}/options`: assumed. */
  listPropertyOptions(propertyUid: string, context?: CallContext): Promise<FlowPropertyOption[]> {
    const path = this.flow.paths.propertyOptions(propertyUid);
    return this.flow.list({ operation: 'GET property options', path, item: flowPropertyOptionSchema }, context);
  }

  /** Makes a value that a property can have. 409 when its uid exists. `POST T/properties/{propertyUid}/options`: assumed. */
  createPropertyOption(propertyUid: string, option: FlowPropertyOptionWrite, context?: CallContext): Promise<void> {
    return this.options.create(this.flow.paths.propertyOptions(propertyUid), option, context);
  }

  /**
   * All categories: the roots with everything below them. `GET T/categories`: API:categories (flow-api.md §3.4); that the
   * whole tree comes is assumed.
   */
  listCategories(context?: CallContext): Promise<FlowCategory[]> {
    const path = this.flow.paths.categories();
    return this.flow.list({ operation: 'GET categories', path, item: flowCategorySchema }, context);
  }

  /** The category with everything below it. `GET T/categories/{categoryUid}`: API:categories (flow-api.md §3.4). */
  getCategory(categoryUid: string, context?: CallContext): Promise<FlowCategory | undefined> {
    return this.categories.get(this.flow.paths.category(categoryUid), context);
  }

  /** Makes a category. 409 when its `categoryUid` exists. `POST T/categories`: assumed (flow-api.md §3.4). */
  createCategory(category: FlowCategoryWrite, context?: CallContext): Promise<void> {
    return this.categories.create(this.flow.paths.categories(), category, context);
  }

  /** Changes the members given. `PUT T/categories/{categoryUid}`: assumed (flow-api.md §3.4). */
  updateCategory(categoryUid: string, change: FlowCategoryUpdate, context?: CallContext): Promise<void> {
    return this.categories.update(this.flow.paths.category(categoryUid), change, context);
  }

  /** Removes a category. False when there was none. `DELETE T/categories/{categoryUid}`: assumed. */
  deleteCategory(categoryUid: string, context?: CallContext): Promise<boolean> {
    return this.categories.delete(this.flow.paths.category(categoryUid), context);
  }

  /** All product groups, one after the other. `GET T/product-groups`: API:productgroup (flow-api.md §3.4). */
  listProductGroups(context?: CallContext): Promise<FlowProductGroup[]> {
    const path = this.flow.paths.productGroups();
    return this.flow.list({ operation: 'GET product groups', path, item: flowProductGroupSchema }, context);
  }

  /** The product group. `GET T/product-groups/{productGroupUid}`: API:productgroup (flow-api.md §3.4). */
  getProductGroup(productGroupUid: string, context?: CallContext): Promise<FlowProductGroup | undefined> {
    return this.groups.get(this.flow.paths.productGroup(productGroupUid), context);
  }

  /** Makes a product group. 409 when its uid exists. `POST T/product-groups`: API:productgroup (flow-api.md §3.4). */
  createProductGroup(group: FlowProductGroupWrite, context?: CallContext): Promise<void> {
    return this.groups.create(this.flow.paths.productGroups(), group, context);
  }

  /** Changes the members given. `PUT T/product-groups/{productGroupUid}`: assumed (flow-api.md §3.4). */
  updateProductGroup(productGroupUid: string, change: FlowProductGroupUpdate, context?: CallContext): Promise<void> {
    return this.groups.update(this.flow.paths.productGroup(productGroupUid), change, context);
  }

  /** Removes a product group. False when there was none. `DELETE T/product-groups/{productGroupUid}`: assumed. */
  deleteProductGroup(productGroupUid: string, context?: CallContext): Promise<boolean> {
    return this.groups.delete(this.flow.paths.productGroup(productGroupUid), context);
  }
}
