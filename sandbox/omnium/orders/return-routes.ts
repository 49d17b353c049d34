import { type Router } from 'express';

import { type Order, type ReturnOrderForm } from '../documents';
import { causeOf, patchResult } from '../http';
import { invalidField, notFound } from '../problem';
import { type CommonSearch, refuseUnoffered, textIn, textIs, type Test } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { type JsonObject, model, readBody } from '../wire/schema';
import { type World } from '../world';
import { applyPatch } from './merge';
import { exchangeOrderOf, makeReturn, type ReturnRequest } from './returns';
import { type StatusPatch, workflowResult } from './write-routes';

interface ReturnSearch extends CommonSearch, PageRequest {
  readonly customerId?: string;
  readonly customerName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly id?: string;
  readonly orderNumber?: string;
  readonly rmaNumber?: string;
  readonly searchText?: string;
  readonly selectedStores?: readonly string[];
}

const returnModel = model<ReturnRequest>('ReturnRequestModel');
const statusModel = model<StatusPatch>('UpdateStatusPatch');
const patchModel = model('ReturnOrderFormPatch');
const searchModel = model<ReturnSearch>('ReturnOrderSearchRequest');
const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'take', 'page', 'customerId', 'customerName', 'email'],
  ...['phone', 'id', 'orderNumber', 'rmaNumber', 'searchText', 'selectedStores'],
]);

const returnStatuses = new Set(['New', 'InProgress', 'Completed', 'OrderCanceled', 'Returned', 'PartiallyReturned']);

const findReturn = (order: Order, returnId: string): ReturnOrderForm => {
  const form = (order.returnOrderForms ?? []).find((each) => each.returnId === returnId);
  if (form === undefined) {
    throw notFound('The return');
  }
  return form;
};

const replaceReturn = (order: Order, form: ReturnOrderForm): Order => ({
  ...order,
  returnOrderForms: (order.returnOrderForms ?? []).map((each) => (each.returnId === form.returnId ? form : each)),
});

interface ReturnHit {
  readonly order: Order;
  readonly form: ReturnOrderForm;
}

const testsOf = (search: ReturnSearch): Test<ReturnHit>[] => [
  ({ form }) => search.modifiedFrom === undefined || form.modified >= search.modifiedFrom,
  ({ form }) => search.modifiedTo === undefined || form.modified <= search.modifiedTo,
  ({ form }) => search.createdFrom === undefined || form.created >= search.createdFrom,
  ({ form }) => search.createdTo === undefined || form.created <= search.createdTo,
  ({ form }) =>
    (search.selectedStores ?? []).length === 0 || (search.selectedStores ?? []).includes(form.storeId ?? ''),
  ...textIs<ReturnHit>(search.customerId, ({ order }) => order.customerId),
  ...textIn<ReturnHit>(search.customerName, ({ order }) => [order['customerName']]),
  ...textIs<ReturnHit>(search.email, ({ order }) => order['customerEmail']),
  ...textIs<ReturnHit>(search.phone, ({ order }) => order['customerPhone']),
  ...textIs<ReturnHit>(search.orderNumber, ({ order }) => order.orderNumber),
  ...textIs<ReturnHit>(search.id, ({ form }) => form.returnId),
  ...textIs<ReturnHit>(search.rmaNumber, ({ form }) => form.rmaNumber),
  ...textIn<ReturnHit>(search.searchText, ({ order, form }) => [order.id, order.orderNumber, form.rmaNumber]),
];

const addSearch = (router: Router, { orders, directory }: World): void => {
  const view = ({ order, form }: ReturnHit): JsonObject => ({
    orderId: order.id,
    orderNumber: order.orderNumber,
    customerId: order.customerId,
    customerName: order['customerName'],
    customerEmail: order['customerEmail'],
    customerPhone: order['customerPhone'],
    orderStoreName: directory.stores.get(order.storeId)?.name,
    returnStoreId: form.storeId,
    returnStoreName: directory.stores.get(form.storeId ?? '')?.name,
    returnOrderForm: form,
  });
  router.post('/api/Returns/SearchReturnOrders', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    // Shown with `page: 1` for the first page, unlike other searches (contract §2).
    const [from, to] = searchRange(search, 1);
    const tests = testsOf(search);
    const hits = [...orders.withReturns]
      .flatMap((id) => orders.documents.get(id) ?? [])
      .flatMap((order) => (order.returnOrderForms ?? []).map((form) => ({ order, form })))
      .filter((hit) => tests.every((test) => test(hit)));
    res.json({ result: hits.slice(from, to).map(view), totalHits: hits.length });
  });
};

const addCreate = (router: Router, { orders, directory }: World): void => {
  router.post('/api/Returns/:orderId/Return', (req, res) => {
    const order = orders.require(req.params.orderId);
    const request = readBody(returnModel, req.body);
    if (request.storeId !== undefined && directory.stores.get(request.storeId)?.isWarehouse !== true) {
      throw invalidField('storeId', 'is not a warehouse');
    }
    const cause = causeOf(req, res);
    const { form, next } = makeReturn(order, request, orders.now());
    let finished = next;
    const exchange = request.omniumExchangeOrderOptions;
    // All or nothing: whatever would be refused is refused before the exchange order is made.
    orders.checkChange(order, next);
    if (exchange !== undefined) {
      const id = exchange.exchangeOrderId ?? orders.generateNumber();
      orders.create(exchangeOrderOf(order, exchange, id), 'workflow', cause);
      form.replacementOrderIds = [id];
      finished = { ...next, replacementOrderIds: [...(order.replacementOrderIds ?? []), id] };
    }
    const { order: changed } = orders.change(order, finished, { operation: 'apiCreateReturn', cause });
    orders.raise('createdReturn', changed, { ...cause, previousStatus: order.status });
    orders.raise('returnWorkflowCompleted', changed, { ...cause, previousStatus: order.status });
    res.json(findReturn(changed, form.returnId));
  });
};

/** Returns and exchanges (contract §3.6). */
export const addReturnRoutes = (router: Router, world: World): void => {
  const { orders } = world;
  addSearch(router, world);
  addCreate(router, world);
  router.post('/api/Returns/:orderId/UpdateStatus', (req, res) => {
    const order = orders.require(req.params.orderId);
    const patch = readBody(statusModel, req.body);
    if (patch.status === undefined || !returnStatuses.has(patch.status)) {
      throw invalidField('status', patch.status === undefined ? 'is required' : 'is not a status of returns');
    }
    const form = { ...findReturn(order, patch.returnId ?? ''), status: patch.status, modified: orders.now() };
    const write = { operation: 'returnWorkflowCompleted', cause: causeOf(req, res) } as const;
    const { order: changed } = orders.change(order, replaceReturn(order, form), write);
    res.json(workflowResult(changed, patch.skipRunWorkflow !== true));
  });
  router.patch('/api/Returns/:orderId/:returnId', (req, res) => {
    const { orderId, returnId } = req.params;
    const order = orders.require(orderId);
    const { lineItems: _lines, returnId: _id, ...patch } = readBody(patchModel, req.body);
    const form = applyPatch<ReturnOrderForm>(findReturn(order, returnId), patch);
    const write = { operation: 'apiOrderPatch', cause: causeOf(req, res) } as const;
    const { changed } = orders.change(order, replaceReturn(order, { ...form, modified: orders.now() }), write);
    res.json(patchResult(changed));
  });
};
