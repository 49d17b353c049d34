import { z } from 'zod';

import { optionalFlag, readBody, requiredText } from '../fields';
import { brandCreate, brandFields, supplierCreate, supplierFields } from '../store/catalog-documents';
import { contains, crudRoutes } from './crud';
import { type FlowRoute, listAnswer, tenantRoute } from './route';

const brandSearch = z.strictObject({ exactMatch: optionalFlag, query: requiredText });

/** Brands and suppliers (§3.4). */
export function catalogRoutes(): FlowRoute[] {
  return [
    ...brandRoutes(),
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
