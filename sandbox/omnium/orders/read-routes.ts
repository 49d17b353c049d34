import { type Request, type Router } from 'express';

import { type Order } from '../documents';
import { sendDocument, sendDocuments, sendPage } from '../http';
import { notFound } from '../problem';
import { anyOf, type Test, when } from '../state/filters';
import { type Searchable } from '../state/collection';
import { listRange, queryFlag, queryTimeMs, queryValue, queryValues, searchRange } from '../state/paging';
import { formatDateTime, readBody, readTexts } from '../wire/schema';
import { type World } from '../world';
import { orderSearchModel, searchOrders } from './search-orders';

const listTests = (req: Request): Test<Order>[] => {
  const sinceMs = queryTimeMs(req, 'changedSince');
  const since = sinceMs === undefined ? undefined : formatDateTime(sinceMs);
  return [
    ...anyOf<Order>(queryValues(req, 'storeId'), ({ storeId }) => storeId),
    ...anyOf<Order>(queryValues(req, 'status'), ({ status }) => status),
    ...anyOf<Order>(queryValues(req, 'orderTypes'), ({ orderType }) => orderType),
    // Exclusive, unlike `modifiedFrom` (contract §14).
    ...when<string, Order>(
      since,
      (time) =>
        ({ modified = '' }) =>
          modified > time,
    ),
  ];
};

const list = (source: Searchable<Order>, tests: readonly Test<Order>[], sinceMs?: number): Order[] => {
  const hits = [...source.visible(sinceMs)].filter((order) => tests.every((test) => test(order)));
  return hits.reverse();
};

const pickUpAt = (storeIds: readonly string[]): Test<Order>[] =>
  storeIds.length === 0
    ? []
    : [(order) => order.orderForm.shipments.some((s) => storeIds.includes(s.pickUpWarehouseCode ?? ''))];

/** Orders by the customer's id, phone or e-mail: whichever is given and fits. */
const ofCustomer = (req: Request, world: World): Order[] => {
  const wanted = {
    customerId: queryValue(req, 'customerId'),
    phone: queryValue(req, 'phone'),
    email: queryValue(req, 'email'),
  };
  const found = new Set<Order>();
  for (const [name, value] of Object.entries(wanted)) {
    if (value !== undefined) {
      for (const order of world.orders.documents.narrowedBy({ [name]: value }).visible()) {
        found.add(order);
      }
    }
  }
  const tests = anyOf<Order>(queryValues(req, 'storeId'), ({ storeId }) => storeId);
  const hits = [...found].filter((order) => tests.every((test) => test(order)));
  return hits.sort((a, b) =>
    (a.modified ?? '') === (b.modified ?? '') ? 0 : (a.modified ?? '') < (b.modified ?? '') ? 1 : -1,
  );
};

const addLists = (router: Router, world: World): void => {
  router.get('/api/Orders/GetOrders/ByIds', (req, res) => {
    const ids = queryValues(req, 'ids');
    const orders = ids.flatMap((id) => world.orders.find(id) ?? []);
    const found = new Set(orders.flatMap(({ id, orderNumber }) => [id, orderNumber]));
    res.json({ orders, missingIds: ids.filter((id) => !found.has(id)) });
  });
  router.get('/api/Orders/GetOrders/Count', (req, res) => {
    // With `filterOnWarehouse`, `storeId` names the senders.
    const onWarehouse = queryFlag(req, 'filterOnWarehouse') === true;
    const stores = queryValues(req, 'storeId');
    const tests = onWarehouse
      ? [(order: Order) => order.orderForm.shipments.some((s) => stores.includes(s.warehouseCode ?? ''))]
      : listTests(req);
    res.json(list(world.orders.documents, tests).length);
  });
  router.get(['/api/Orders/GetOrders', '/api/Orders/GetOrders/ByOrderType'], (req, res) => {
    const range = listRange(req);
    sendPage(res, list(world.orders.documents, listTests(req), queryTimeMs(req, 'changedSince')), range);
  });
  router.get('/api/Orders/GetOrdersForPickUpPoint', (req, res) => {
    const range = listRange(req);
    const byStatus = anyOf<Order>(queryValues(req, 'status'), ({ status }) => status);
    sendPage(res, list(world.orders.documents, [...pickUpAt(queryValues(req, 'storeId')), ...byStatus]), range);
  });
  router.get('/api/Orders/GetOrdersForCustomer', (req, res) => {
    const range = listRange(req);
    sendPage(res, ofCustomer(req, world), range);
  });
};

const addSearches = (router: Router, world: World): void => {
  const size = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/Orders/Search', (req, res) => {
    const search = readBody(orderSearchModel, req.body ?? {});
    const range = searchRange(search);
    sendPage(res, searchOrders(world.orders, search), range);
  });
  router.post('/api/Orders/Scroll', (req, res) => {
    const hits = searchOrders(world.orders, readBody(orderSearchModel, req.body ?? {}));
    const { result, ...rest } = world.scrolls.start('orders', hits, { first: size, next: size });
    sendDocuments(res, result as Order[], rest);
  });
  router.get('/api/Orders/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('orders', req.params.id);
    sendDocuments(res, result as Order[], rest);
  });
  router.post('/api/Orders/SearchByCustomProperties', (req, res) => {
    const key = queryValue(req, 'key');
    const value = queryValue(req, 'value');
    const property = { ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }) };
    sendPage(res, searchOrders(world.orders, { properties: [property] }), [0, 100]);
  });
};

/** Orders as they are read (contract §3.1). */
export const addOrderReadRoutes = (router: Router, world: World): void => {
  addLists(router, world);
  addSearches(router, world);
  router.post('/api/Orders/ExistMany', (req, res) => {
    res.json(readTexts(req.body, 1000).filter((id) => world.orders.documents.get(id) !== undefined));
  });
  router.get('/api/Orders/secret/:secretKey', (req, res) => {
    const order = list(world.orders.documents, [(each) => each['secretKey'] === req.params.secretKey])[0];
    if (order === undefined) {
      throw notFound('The order');
    }
    sendDocument(res, order);
  });
  // HEAD, and GET for those whose client cannot send it.
  router.head('/api/Orders/:id/Exists', (req, res) => {
    res.status(world.orders.find(req.params.id) === undefined ? 404 : 200).end();
  });
  router.get('/api/Orders/:id', (req, res) => {
    sendDocument(res, world.orders.require(req.params.id));
  });
};
