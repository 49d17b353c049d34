import { z } from 'zod';

import { path, type CallContext } from '../http';
import { listOf, optionalText, requiredText, type Body } from '../wire';
import { FlowResource } from './connection';
import { text } from './members';

/** A brand. */
const flowBrandSchema = z.object({ brandUid: requiredText, name: optionalText, externalId: optionalText });

/** What distinguishes products. */
const flowPropertySchema = z.object({
  propertyUid: requiredText,
  propertyName: optionalText,
  /** `TEXT`, `SINGLESELECT`, `MULTISELECT`. */
  type: optionalText,
  externalId: optionalText,
});

/** A value that a property can have. */
const flowPropertyOptionSchema = z.object({ propertyOptionUid: requiredText, propertyOptionName: optionalText });

/** A category with those below it. */
export interface FlowCategory {
  readonly categoryUid: string;
  readonly name?: string | undefined;
  /** Absent on roots, and maybe on those that are listed below their parent. */
  readonly parentUid?: string | undefined;
  readonly externalId?: string | undefined;
  readonly categories: FlowCategory[];
}

/** Products of a category are not read. */
const flowCategorySchema: z.ZodType<FlowCategory> = z.object({
  categoryUid: requiredText,
  name: optionalText,
  parentUid: optionalText,
  externalId: optionalText,
  get categories() {
    return listOf(flowCategorySchema);
  },
});

/** What products are reported by. Each has one. */
const flowProductGroupSchema = z.object({
  productGroupUid: requiredText,
  name: optionalText,
  parentUid: optionalText,
  externalId: optionalText,
  scope: text,
});

export type FlowBrand = z.infer<typeof flowBrandSchema>;
export type FlowProperty = z.infer<typeof flowPropertySchema>;
export type FlowPropertyOption = z.infer<typeof flowPropertyOptionSchema>;

/** Members of a category or a product group that can be changed later; `null` as parent makes it a root. */
type TreeBody = Body<Pick<FlowCategory, 'name' | 'externalId'>> & Body<Pick<FlowCategory, 'parentUid'>, null>;

/** Brands, properties, categories and product groups of Flow: what products refer to (flow-api.md §3.4). */
export class FlowCatalogue extends FlowResource {
  /** The brand. `GET T/brands/{brandUid}`: assumed (flow-api.md §3.4). */
  getBrand(uid: string, context?: CallContext): Promise<FlowBrand | undefined> {
    return this.flow.readIfFound({ operation: 'GET brand', path: path`/brands/${uid}` }, flowBrandSchema, context);
  }

  /** Makes a brand. `POST T/brands`: API:product (flow-api.md §3.4). */
  createBrand(body: Body<FlowBrand> & { readonly name: string }, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'POST brand', path: '/brands', body }, context);
  }

  /** Changes a brand. `PUT T/brands/{brandUid}`: assumed (flow-api.md §3.4). */
  updateBrand(uid: string, body: Body<Omit<FlowBrand, 'brandUid'>>, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT brand', path: path`/brands/${uid}`, body }, context);
  }

  /** All properties. `GET T/properties`: API:properties (flow-api.md §3.4). */
  listProperties(context?: CallContext): Promise<FlowProperty[]> {
    return this.flow.list({ operation: 'GET properties', path: '/properties', item: flowPropertySchema }, context);
  }

  /** Makes a property. `POST T/properties`: API:properties (flow-api.md §3.4). */
  createProperty(
    body: Body<Pick<FlowProperty, 'propertyUid' | 'externalId'>> & {
      readonly propertyName: string;
      readonly type: 'TEXT' | 'SINGLESELECT' | 'MULTISELECT';
    },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST property', path: '/properties', body }, context);
  }

  /** Values that a property can have. `GET T/properties/{propertyUid}/options`: assumed. */
  listPropertyOptions(uid: string, context?: CallContext): Promise<FlowPropertyOption[]> {
    const options = path`/properties/${uid}/options`;
    return this.flow.list(
      { operation: 'GET property options', path: options, item: flowPropertyOptionSchema },
      context,
    );
  }

  /** Makes a value that a property can have. `POST T/properties/{propertyUid}/options`: assumed. */
  createPropertyOption(
    uid: string,
    body: { readonly propertyOptionUid?: string; readonly propertyOptionName: string },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST property option', path: path`/properties/${uid}/options`, body }, context);
  }

  /**
   * All categories: the roots with everything below them. `GET T/categories`: API:categories (flow-api.md §3.4); that the
   * whole tree comes is assumed.
   */
  listCategories(context?: CallContext): Promise<FlowCategory[]> {
    return this.flow.list({ operation: 'GET categories', path: '/categories', item: flowCategorySchema }, context);
  }

  /** The category with everything below it. `GET T/categories/{categoryUid}`: API:categories (flow-api.md §3.4). */
  getCategory(uid: string, context?: CallContext): Promise<FlowCategory | undefined> {
    const request = { operation: 'GET category', path: path`/categories/${uid}` } as const;
    return this.flow.readIfFound(request, flowCategorySchema, context);
  }

  /** Makes a category. `POST T/categories`: assumed (flow-api.md §3.4). */
  createCategory(
    body: TreeBody & { readonly categoryUid?: string; readonly name: string },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST category', path: '/categories', body }, context);
  }

  /** Changes a category. `PUT T/categories/{categoryUid}`: assumed (flow-api.md §3.4). */
  updateCategory(uid: string, body: TreeBody, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT category', path: path`/categories/${uid}`, body }, context);
  }

  /** Removes a category. `DELETE T/categories/{categoryUid}`: assumed. */
  deleteCategory(uid: string, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE category', path: path`/categories/${uid}` }, context);
  }

  /** All product groups, one after the other. `GET T/product-groups`: API:productgroup (flow-api.md §3.4). */
  listProductGroups(context?: CallContext): Promise<z.infer<typeof flowProductGroupSchema>[]> {
    const list = { operation: 'GET product groups', path: '/product-groups', item: flowProductGroupSchema } as const;
    return this.flow.list(list, context);
  }

  /** The product group. `GET T/product-groups/{productGroupUid}`: API:productgroup (flow-api.md §3.4). */
  getProductGroup(uid: string, context?: CallContext): Promise<z.infer<typeof flowProductGroupSchema> | undefined> {
    const request = { operation: 'GET product group', path: path`/product-groups/${uid}` } as const;
    return this.flow.readIfFound(request, flowProductGroupSchema, context);
  }

  /** Makes a product group; without a scope it takes its parent's. `POST T/product-groups`: API:productgroup (flow-api.md §3.4). */
  createProductGroup(
    body: TreeBody & {
      readonly productGroupUid?: string;
      readonly name: string;
      readonly scope?: 'SALE' | 'PURCHASE' | 'BOTH';
    },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST product group', path: '/product-groups', body }, context);
  }

  /** Changes a product group. `PUT T/product-groups/{productGroupUid}`: assumed (flow-api.md §3.4). */
  updateProductGroup(uid: string, body: TreeBody, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT product group', path: path`/product-groups/${uid}`, body }, context);
  }

  /** Removes a product group. `DELETE T/product-groups/{productGroupUid}`: assumed. */
  deleteProductGroup(uid: string, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE product group', path: path`/product-groups/${uid}` }, context);
  }
}
