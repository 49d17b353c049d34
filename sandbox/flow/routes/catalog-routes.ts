import { z } from 'zod';

import { optionalFlag, readBody, requiredText } from '../fields';
import { notFound } from '../problem';
import {
  brandCreate,
  brandFields,
  type Category,
  categoryCreate,
  categoryFields,
  propertyCreate,
  propertyFields,
  type ProductGroup,
  productGroupCreate,
  productGroupFields,
  supplierCreate,
  supplierFields,
} from '../store/catalog-documents';
import { type TenantStore } from '../store/tenant-store';
import { contains, crudRoutes } from './crud';
import { unknownReference } from './references';
import { type FlowRoute, listAnswer, ok, queryText, tenantRoute } from './route';

const brandSearch = z.strictObject({ exactMatch: optionalFlag, query: requiredText });

/** Brands, product groups, categories, properties, suppliers (§3.4). */
export function catalogRoutes(): FlowRoute[] {
  return [
    ...brandRoutes(),
    ...crudRoutes({
      entity: 'product group',
      path: '/product-groups',
      uidField: 'productGroupUid',
      collection: (tenant) => tenant.productGroups,
      create: productGroupCreate,
      update: productGroupFields.partial(),
      uidOf: (doc) => doc.productGroupUid,
      build: (body, tenant): ProductGroup => ({
        ...body,
        productGroupUid: body.productGroupUid ?? tenant.newUid(),
        // Without a scope of its own, a group takes that of its parent.
        scope: body.scope ?? tenant.productGroups.get(body.parentUid ?? '')?.scope ?? 'SALE',
      }),
      check: (tenant, body) => unknownReference('parentUid', body.parentUid, tenant.productGroups),
      filters: {
        productGroupExternalId: { index: 'externalId' },
        productGroupName: { test: (doc, value) => contains(doc.name, value) },
      },
      render: (doc, tenant) => ({
        ...doc,
        productCount: tenant.products.find('productGroupUid', doc.productGroupUid).length,
      }),
    }),
    ...categoryRoutes(),
    ...crudRoutes({
      entity: 'property',
      path: '/properties',
      uidField: 'propertyUid',
      collection: (tenant) => tenant.properties,
      create: propertyCreate,
      update: propertyFields.partial(),
      uidOf: (doc) => doc.propertyUid,
      build: (body, tenant) => ({ ...body, propertyUid: body.propertyUid ?? tenant.newUid() }),
    }),
    ...crudRoutes({
      entity: 'supplier',
      path: '/suppliers',
      uidField: 'supplierUid',
      collection: (tenant) => tenant.suppliers,
      create: supplierCreate,
      update: supplierFields.partial(),
      uidOf: (doc) => doc.supplierUid,
      build: (body, tenant) => ({ active: true, ...body, supplierUid: body.supplierUid ?? tenant.newUid() }),
      filters: {
        supplierExternalId: { index: 'externalId' },
        supplierName: { test: (doc, value) => contains(doc.name, value) },
      },
    }),
  ];
}

function brandRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /brands/search', (call) => {
      const { query, exactMatch } = readBody(brandSearch, call.body);
      const brands = call.tenant.brands;
      const found = exactMatch
        ? brands.find('name', query)
        : [...brands.all()].filter((brand) => contains(brand.name, query));
      return listAnswer(call, found);
    }),
    ...crudRoutes({
      entity: 'brand',
      path: '/brands',
      uidField: 'brandUid',
      collection: (tenant) => tenant.brands,
      create: brandCreate,
      update: brandFields.partial(),
      deletable: true,
      uidOf: (doc) => doc.brandUid,
      build: (body, tenant) => ({ ...body, brandUid: body.brandUid ?? tenant.newUid() }),
      filters: { brandExternalId: { index: 'externalId' }, brandName: { index: 'name' } },
    }),
  ];
}

function categoryRoutes(): FlowRoute[] {
  const definition = crudRoutes({
    entity: 'category',
    path: '/categories',
    uidField: 'categoryUid',
    collection: (tenant) => tenant.categories,
    create: categoryCreate,
    update: categoryFields.partial(),
    uidOf: (doc) => doc.categoryUid,
    build: (body, tenant) => ({ ...body, categoryUid: body.categoryUid ?? tenant.newUid() }),
    check: (tenant, body) => unknownReference('parentUid', body.parentUid, tenant.categories),
    render: (doc, tenant) => categoryTree(tenant, doc),
  });
  return [
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
    ...definition,
  ];
}

function categoryTree(tenant: TenantStore, category: Category): object {
  const children = tenant.categories.find('parentUid', category.categoryUid);
  return { ...category, categories: children.map((child) => categoryTree(tenant, child)) };
}
