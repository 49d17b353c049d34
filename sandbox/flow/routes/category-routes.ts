import { conflict, type FieldError, notFound } from '../problem';
import {
  type Category,
  categoryCreate,
  categoryFields,
  type ProductGroup,
  productGroupCreate,
  productGroupFields,
} from '../store/catalog-documents';
import { type Audited, type Collection } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { contains, crudRoutes } from './crud';
import { unknownReference } from './references';
import { type FlowRoute, listAnswer, ok, queryText, tenantRoute } from './route';

/** Product groups and categories: two trees (§3.4). Deleting is assumed. */
export function categoryRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'product group',
      path: '/product-groups',
      uidField: 'productGroupUid',
      collection: (tenant) => tenant.productGroups,
      create: productGroupCreate,
      update: productGroupFields.partial(),
      deletable: true,
      uidOf: (doc) => doc.productGroupUid,
      build: (body, tenant): ProductGroup => ({
        ...body,
        productGroupUid: body.productGroupUid ?? tenant.newUid(),
        // Without a scope of its own, a group takes that of its parent.
        scope: body.scope ?? tenant.productGroups.get(body.parentUid ?? '')?.scope ?? 'SALE',
      }),
      check: (tenant, { parentUid }, uid) => parentErrors(tenant.productGroups, parentUid, uid),
      refuseDelete: (tenant, { productGroupUid: uid }) => {
        if (tenant.productGroups.count('parentUid', uid) > 0) throw stillHas('GROUP_NOT_EMPTY', 'groups below it');
        if (tenant.products.count('productGroupUid', uid) > 0) throw stillHas('GROUP_NOT_EMPTY', 'products');
      },
      filters: {
        productGroupExternalId: { index: 'externalId' },
        productGroupName: { test: (doc, value) => contains(doc.name, value) },
      },
      render: (doc, tenant) => ({
        ...doc,
        productCount: tenant.products.count('productGroupUid', doc.productGroupUid),
      }),
    }),
    // Lists roots unless a parent or an external id is asked for.
    tenantRoute('GET /categories', (call) => {
      const { categories } = call.tenant;
      const parentUid = queryText(call, 'categoryParentUid');
      const externalId = queryText(call, 'categoryExternalId');
      const found =
        externalId !== undefined
          ? categories.find('externalId', externalId)
          : parentUid !== undefined
            ? categories.find('parentUid', parentUid)
            : [...categories.all()].filter((category) => !category.parentUid);
      return listAnswer(call, found, (category) => categoryTree(call.tenant, category));
    }),
    tenantRoute('GET /categories/:uid', (call) => {
      const category = call.tenant.categories.get(call.param('uid'));
      if (!category) throw notFound('category');
      return ok(categoryTree(call.tenant, category));
    }),
    ...crudRoutes({
      entity: 'category',
      path: '/categories',
      uidField: 'categoryUid',
      collection: (tenant) => tenant.categories,
      create: categoryCreate,
      update: categoryFields.partial(),
      deletable: true,
      uidOf: (doc) => doc.categoryUid,
      build: (body, tenant) => ({ ...body, categoryUid: body.categoryUid ?? tenant.newUid() }),
      check: (tenant, { parentUid }, uid) => parentErrors(tenant.categories, parentUid, uid),
      refuseDelete: (tenant, { categoryUid: uid }) => {
        if (tenant.categories.count('parentUid', uid) > 0) throw stillHas('CATEGORY_NOT_EMPTY', 'categories below it');
        if (hasProducts(tenant, uid)) throw stillHas('CATEGORY_NOT_EMPTY', 'products');
      },
      render: (doc, tenant) => categoryTree(tenant, doc),
    }),
  ];
}

/** Anything in a tree. */
interface Branch {
  readonly parentUid?: string | null | undefined;
}

/** The parent must exist, and must be neither the document itself nor anything below it. */
function parentErrors<T extends Branch>(
  branches: Collection<T>,
  parentUid: string | null | undefined,
  uid: string,
): FieldError[] {
  const errors = unknownReference('parentUid', parentUid, branches);
  if (errors.length > 0) return errors;
  let above: Audited<T> | undefined;
  for (let at = parentUid; at; at = above?.parentUid) {
    if (at === uid) return [{ field: 'parentUid', message: 'must not be below itself' }];
    above = branches.get(at);
  }
  return [];
}

function hasProducts(tenant: TenantStore, categoryUid: string): boolean {
  for (const { categoryUids } of tenant.products.all()) if (categoryUids?.includes(categoryUid)) return true;
  return false;
}

function stillHas(code: string, what: string): Error {
  return conflict(code, `It still has ${what}.`);
}

function categoryTree(tenant: TenantStore, category: Category): object {
  const children = tenant.categories.find('parentUid', category.categoryUid);
  return { ...category, categories: children.map((child) => categoryTree(tenant, child)) };
}
