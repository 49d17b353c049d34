import { type Router } from 'express';

import { sendDocument, sendDocuments, sendPage } from '../http';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, textIs, when } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';
import { type PurchaseOrder } from './purchase-documents';

/** The members of a search body that the sandbox answers (contract §7.2). */
interface PurchaseOrderSearch extends CommonSearch, PageRequest {
  readonly orderNumber?: string;
  readonly productNumbers?: readonly string[];
  readonly requestedDeliveryDateFrom?: string;
  readonly requestedDeliveryDateTo?: string;
  readonly searchText?: string;
  readonly selectedStatuses?: readonly string[];
  readonly selectedStores?: readonly string[];
  readonly supplierId?: string;
  readonly supplierName?: string;
  readonly supplierWarehouseCode?: string;
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'externalIds', 'tags', 'excludedTags', 'sortOrder'],
  ...['take', 'page', 'orderNumber', 'productNumbers', 'requestedDeliveryDateFrom', 'requestedDeliveryDateTo'],
  ...['searchText', 'selectedStatuses', 'selectedStores', 'supplierId', 'supplierName', 'supplierWarehouseCode'],
]);

const searchModel = model<PurchaseOrderSearch>('PurchaseOrderSearchRequest');

const hasProduct = (order: PurchaseOrder, skus: readonly string[]): boolean =>
  order.purchaseOrderForm.lineItems.some(({ code }) => skus.includes(code));

const testsOf = (search: PurchaseOrderSearch): Test<PurchaseOrder>[] => [
  ...textIs<PurchaseOrder>(search.orderNumber, ({ purchaseOrderNumber }) => purchaseOrderNumber),
  ...when<readonly string[], PurchaseOrder>(search.productNumbers, (skus) => (order) => hasProduct(order, skus)),
  ...when<string, PurchaseOrder>(
    search.requestedDeliveryDateFrom,
    (from) =>
      ({ requestedDeliveryDate = '' }) =>
        requestedDeliveryDate >= from,
  ),
  ...when<string, PurchaseOrder>(
    search.requestedDeliveryDateTo,
    (to) =>
      ({ requestedDeliveryDate }) =>
        requestedDeliveryDate !== undefined && requestedDeliveryDate <= to,
  ),
  ...anyOf<PurchaseOrder>(search.selectedStatuses, ({ status }) => status),
  ...anyOf<PurchaseOrder>(search.selectedStores, ({ storeId }) => storeId),
  ...textIs<PurchaseOrder>(search.supplierId, ({ supplierId }) => supplierId),
  ...textIn<PurchaseOrder>(search.supplierName, ({ supplierName }) => [supplierName]),
  ...textIs<PurchaseOrder>(search.supplierWarehouseCode, (order) => order.supplierWarehouseCode),
  ...textIn<PurchaseOrder>(search.searchText, (order) => [
    order.id,
    order.purchaseOrderNumber,
    order.supplierName,
    order['referenceNumber'],
    order['name'],
  ]),
];

const searchPurchaseOrders = (
  { purchasing }: World,
  body: unknown,
): { search: PurchaseOrderSearch; hits: PurchaseOrder[] } => {
  const search = readBody(searchModel, body ?? {});
  refuseUnoffered(search, offered);
  const { orderNumber, externalIds } = search;
  const source = purchasing.orders.documents.narrowedBy({ orderNumber, externalIds });
  return { search, hits: findHits(source, search, testsOf(search)) };
};

/** Purchase orders as they are read (contract §7.1). */
export const addPurchaseOrderReadRoutes = (router: Router, world: World): void => {
  const { purchasing, directory, suppliers } = world;
  const size = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/PurchaseOrders/Search', (req, res) => {
    const { search, hits } = searchPurchaseOrders(world, req.body);
    sendPage(res, hits, searchRange(search));
  });
  router.post('/api/PurchaseOrders/Scroll', (req, res) => {
    const { hits } = searchPurchaseOrders(world, req.body);
    const { result, ...rest } = world.scrolls.start('purchase orders', hits, { first: size, next: size });
    sendDocuments(res, result as PurchaseOrder[], rest);
  });
  router.get('/api/PurchaseOrders/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('purchase orders', req.params.id);
    sendDocuments(res, result as PurchaseOrder[], rest);
  });
  router.get('/api/PurchaseOrders/Extended/:purchaseOrderId', (req, res) => {
    const order = purchasing.orders.require(req.params.purchaseOrderId);
    res.json({
      ...order,
      store: directory.stores.get(order.storeId ?? ''),
      supplier: suppliers.get(order.supplierId ?? ''),
      customerOrderNumbers: purchasing.reservations.orderNumbersOf(order.id),
    });
  });
  router.get('/api/PurchaseOrders/:purchaseOrderId', (req, res) => {
    sendDocument(res, purchasing.orders.require(req.params.purchaseOrderId));
  });
};
