import { type z } from 'zod';

import { readBody } from '../fields';
import { duplicateUid, type FieldError, notFound, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import {
  type NumberSeries,
  type Store,
  storeCreate,
  storeUpdate,
  type Warehouse,
  WAREHOUSE_ROLES,
  type WarehouseAccess,
  warehouseAccessCreate,
  warehouseCreate,
  warehouseFields,
} from '../store/setup-documents';
import { type TenantStore } from '../store/tenant-store';
import { contains, crudRoutes, filterDocuments } from './crud';
import { unknownReference } from './references';
import {
  type Answer,
  type FlowRoute,
  listAnswer,
  noContent,
  ok,
  queryText,
  type StoreCall,
  storeRoute,
  warehouseRoute,
} from './route';

/** Stores, their warehouses and who may use them (§3.2). */
export function storeRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'store',
      path: '/stores',
      uidField: 'storeUid',
      collection: (tenant) => tenant.stores,
      create: storeCreate,
      update: storeUpdate,
      uidOf: (doc) => doc.storeUid,
      build: (body, tenant) => newStore(tenant, { ...body, storeUid: body.storeUid ?? tenant.newUid() }),
      check: checkStore,
      filters: {
        storeExternalId: { index: 'externalId' },
        storeName: { test: (doc, value) => contains(doc.name, value) },
        organizationUid: { test: (doc, value) => doc.organizationUid === value },
      },
    }),
    storeRoute('GET /warehouses/access', listAccess),
    storeRoute('GET /warehouses', (call) =>
      listAnswer(
        call,
        filterDocuments(call, call.tenant.warehouses, {
          warehouseExternalId: { test: (doc, value) => doc.externalId === value },
          warehouseName: { test: (doc, value) => contains(doc.name, value) },
        }).filter((warehouse) => warehouse.storeUid === call.store.storeUid),
        (warehouse) => warehouseDocument(call.tenant, warehouse),
      ),
    ),
    storeRoute('POST /warehouses', createWarehouse),
    ...oneWarehouseRoutes(),
  ];
}

function oneWarehouseRoutes(): FlowRoute[] {
  return [
    warehouseRoute('GET', (call) => ok(warehouseDocument(call.tenant, call.warehouse))),
    warehouseRoute('PUT', (call) => {
      Object.assign(call.warehouse, readBody(warehouseFields.partial(), call.body));
      call.tenant.touch(call.tenant.warehouses, call.warehouse);
      return ok(warehouseDocument(call.tenant, call.warehouse));
    }),
    warehouseRoute('DELETE', ({ tenant, warehouse }) => {
      tenant.warehouses.remove(warehouse.warehouseUid);
      for (const access of tenant.warehouseAccess.find('warehouseUid', warehouse.warehouseUid)) {
        tenant.warehouseAccess.remove(access.warehouseAccessUid);
      }
      return noContent;
    }),
    warehouseRoute('POST /access', (call) => {
      const { tenant, warehouse } = call;
      const body = readBody(warehouseAccessCreate, call.body);
      refuseIfAny(unknownReference('storeUid', body.storeUid, tenant.stores));
      const { warehouseUid } = warehouse;
      const { storeUid, role } = body;
      const uid = body.warehouseAccessUid ?? `${warehouseUid}-${storeUid}-${role}`;
      if (tenant.warehouseAccess.has(uid)) throw duplicateUid('warehouse access', 'warehouseAccessUid');
      tenant.warehouseAccess.add({ warehouseAccessUid: uid, warehouseUid, storeUid, role, ...tenant.audit() });
      return ok(warehouseDocument(tenant, warehouse));
    }),
    warehouseRoute('DELETE /access/:uid', ({ tenant, warehouse, param }) => {
      const access = tenant.warehouseAccess.get(param('uid'));
      if (access?.warehouseUid !== warehouse.warehouseUid) throw notFound('warehouse access');
      tenant.warehouseAccess.remove(access.warehouseAccessUid);
      return noContent;
    }),
  ];
}

/** A new store takes the chain's payment methods; the integration cannot add them itself. */
function newStore(tenant: TenantStore, body: Store): Store {
  for (const { tenantPaymentMethodUid } of tenant.paymentMethods.all()) {
    const storePaymentMethodUid = `${body.storeUid}_${tenantPaymentMethodUid}`;
    if (tenant.storePaymentMethods.has(storePaymentMethodUid)) continue;
    const { storeUid } = body;
    const active = true;
    tenant.storePaymentMethods.add({
      storePaymentMethodUid,
      storeUid,
      tenantPaymentMethodUid,
      active,
      ...tenant.audit(),
    });
  }
  return { isActive: true, ...body };
}

function checkStore(
  tenant: TenantStore,
  body: z.output<typeof storeCreate | typeof storeUpdate>,
  storeUid: string,
): FieldError[] {
  const seriesOf = (type: NumberSeries['type']) => ({
    has: (uid: string) => tenant.numberSeries.get(uid)?.type === type,
  });
  const usableFor = (role: WarehouseAccess['role']) => ({
    has: (uid: string) =>
      tenant.warehouseAccess
        .find('storeUid', storeUid)
        .some((access) => access.warehouseUid === uid && access.role === role),
  });
  return [
    ...unknownReference('organizationUid', body.organizationUid, tenant.organizations),
    ...unknownReference('salesPriceUid', body.salesPriceUid, tenant.pricelists),
    ...unknownReference('purchaseNumberSeriesUid', body.purchaseNumberSeriesUid, seriesOf('PURCHASE')),
    ...unknownReference('voucherNumberSeriesUid', body.voucherNumberSeriesUid, seriesOf('VOUCHER')),
    ...unknownReference('defaultWarehouseUid', body.defaultWarehouseUid, usableFor('DELIVER')),
    ...unknownReference('defaultReturnWarehouseUid', body.defaultReturnWarehouseUid, usableFor('RETURN')),
  ];
}

function createWarehouse(call: StoreCall): Answer {
  const { tenant, store } = call;
  const body = readBody(warehouseCreate, call.body);
  const warehouseUid = body.warehouseUid ?? tenant.newUid();
  if (tenant.warehouses.has(warehouseUid)) throw duplicateUid('warehouse', 'warehouseUid');
  const warehouse = { ...body, warehouseUid, storeUid: store.storeUid, ...tenant.audit() };
  tenant.warehouses.add(warehouse);
  for (const role of WAREHOUSE_ROLES) {
    const warehouseAccessUid = `${warehouseUid}-${store.storeUid}-${role}`;
    const { storeUid } = store;
    tenant.warehouseAccess.add({ warehouseAccessUid, warehouseUid, storeUid, role, ...tenant.audit() });
  }
  return ok(warehouseDocument(tenant, warehouse));
}

function listAccess(call: StoreCall): Answer {
  const { tenant, store } = call;
  const role = queryText(call, 'warehouseRole');
  const found = tenant.warehouseAccess
    .find('storeUid', store.storeUid)
    .filter((access) => role === undefined || access.role === role);
  return listAnswer(call, found, (access) => accessDocument(tenant, access));
}

function accessDocument(
  tenant: TenantStore,
  access: { role: string; storeUid: string; warehouseUid: string; warehouseAccessUid: string },
): object {
  return {
    role: access.role,
    storeUid: access.storeUid,
    storeName: tenant.stores.get(access.storeUid)?.name ?? null,
    warehouseUid: access.warehouseUid,
    warehouseName: tenant.warehouses.get(access.warehouseUid)?.name ?? null,
    warehouseAccessUid: access.warehouseAccessUid,
  };
}

function warehouseDocument(tenant: TenantStore, warehouse: Audited<Warehouse>): object {
  const accessList = tenant.warehouseAccess
    .find('warehouseUid', warehouse.warehouseUid)
    .map((access) => accessDocument(tenant, access));
  return { ...warehouse, accessList };
}
