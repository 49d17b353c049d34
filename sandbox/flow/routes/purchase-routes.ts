import { readBody } from '../fields';
import { invalidField, notFound } from '../problem';
import {
  purchaseItemCreate,
  purchaseItemUpdate,
  purchaseOrderCreate,
  purchaseOrderUpdate,
  purchaseStatusBody,
} from '../purchases/purchase-bodies';
import {
  createPurchaseOrder,
  deletePurchaseOrder,
  setPurchaseStatus,
  updatePurchaseOrder,
} from '../purchases/purchase-desk';
import { purchaseItemDocument, purchaseOrderDocument } from '../purchases/purchase-document';
import { addPurchaseItem, changePurchaseItem, purchaseItemOf, removePurchaseItem } from '../purchases/purchase-items';
import { PURCHASE_STATUSES, type PurchaseOrder } from '../purchases/purchase-model';
import { type Audited } from '../store/collection';
import {
  type Answer,
  created,
  directionOf,
  type FlowRoute,
  listAnswer,
  noContent,
  ok,
  queryList,
  queryText,
  sortsByChange,
  type StoreCall,
  storeRoute,
  tillRoute,
} from './route';

const ORDER = '/purchase-orders/:purchaseOrderUid' as const;

/** Purchase orders with their lines (§3.8), and what the shop does with them. */
export function purchaseRoutes(): FlowRoute[] {
  return [
    storeRoute('GET /purchase-orders', listPurchaseOrders),
    storeRoute('POST /purchase-orders', createOne),
    storeRoute(`GET ${ORDER}`, (call) => ok(purchaseOrderDocument(call.tenant, purchaseOrderOf(call)))),
    storeRoute(`PUT ${ORDER}`, (call) => {
      const order = purchaseOrderOf(call);
      updatePurchaseOrder(call, order, readBody(purchaseOrderUpdate, call.body));
      return ok(purchaseOrderDocument(call.tenant, order));
    }),
    storeRoute(`DELETE ${ORDER}`, (call) => {
      deletePurchaseOrder(call, purchaseOrderOf(call));
      return noContent;
    }),
    ...itemRoutes(),
    tillRoute('POST /purchase-orders', createOne),
    tillRoute(`POST ${ORDER}/status`, (call) => {
      const order = purchaseOrderOf(call);
      setPurchaseStatus(call, order, readBody(purchaseStatusBody, call.body).status);
      return ok(purchaseOrderDocument(call.tenant, order));
    }),
  ];
}

function itemRoutes(): FlowRoute[] {
  return [
    storeRoute(`GET ${ORDER}/items`, (call) => {
      const order = purchaseOrderOf(call);
      return listAnswer(call, order.items, (item) => purchaseItemDocument(call.tenant, order, item));
    }),
    storeRoute(`POST ${ORDER}/items`, (call) => {
      const order = purchaseOrderOf(call);
      const item = addPurchaseItem(call, order, readBody(purchaseItemCreate, call.body));
      return created(purchaseItemDocument(call.tenant, order, item));
    }),
    storeRoute(`GET ${ORDER}/items/:uid`, (call) => {
      const order = purchaseOrderOf(call);
      return ok(purchaseItemDocument(call.tenant, order, purchaseItemOf(order, call.param('uid'))));
    }),
    storeRoute(`PUT ${ORDER}/items/:uid`, (call) => {
      const order = purchaseOrderOf(call);
      const patch = readBody(purchaseItemUpdate, call.body);
      const item = changePurchaseItem(call, order, { uid: call.param('uid'), patch });
      return ok(purchaseItemDocument(call.tenant, order, item));
    }),
    storeRoute(`DELETE ${ORDER}/items/:uid`, (call) => {
      removePurchaseItem(call, purchaseOrderOf(call), call.param('uid'));
      return noContent;
    }),
  ];
}

function createOne(call: StoreCall): Answer {
  const order = createPurchaseOrder(call, call.store, readBody(purchaseOrderCreate, call.body));
  return created(purchaseOrderDocument(call.tenant, order));
}

/** The order of a path, which must be one of the path's store. @throws FlowProblem 404 */
function purchaseOrderOf({ tenant, store, param }: StoreCall): Audited<PurchaseOrder> {
  const order = tenant.purchaseOrders.get(param('purchaseOrderUid'));
  if (order?.storeUid !== store.storeUid) throw notFound('purchase order');
  return order;
}

function listPurchaseOrders(call: StoreCall): Answer {
  const { purchaseOrders } = call.tenant;
  const { storeUid } = call.store;
  const render = (order: Audited<PurchaseOrder>): unknown => purchaseOrderDocument(call.tenant, order);
  const statuses = new Set<string>(queryList(call, 'purchaseOrderStatus'));
  for (const status of statuses) {
    if (!PURCHASE_STATUSES.some((known) => known === status)) {
      throw invalidField('purchaseOrderStatus', `must be one of ${PURCHASE_STATUSES.join(', ')}`);
    }
  }
  const externalId = queryText(call, 'purchaseOrderExternalId');
  const isWanted = (order: PurchaseOrder): boolean =>
    order.storeUid === storeUid && (statuses.size === 0 || statuses.has(order.status));
  if (externalId !== undefined) {
    return listAnswer(call, purchaseOrders.find('externalId', externalId).filter(isWanted), render);
  }
  const byChange = sortsByChange(call) ? purchaseOrders.byLastChange('storeUid', storeUid) : undefined;
  if (!byChange) return listAnswer(call, purchaseOrders.find('storeUid', storeUid).filter(isWanted), render);
  if (statuses.size === 0) return listAnswer(call, byChange, render);
  return listAnswer(call, byChange.page(0, byChange.size, directionOf(call)).filter(isWanted), render);
}
