import { type Request, type Router } from 'express';

import { causeOf, sendDocument, sendPage } from '../http';
import { applyPatch, type PatchOptions } from '../orders/merge';
import { type FieldIssue, conflict, invalidFields, OmniumProblem } from '../problem';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, when } from '../state/filters';
import { type PageRequest, queryFlag, queryTimeMs, queryValue, searchRange } from '../state/paging';
import { formatDateTime, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type CreateDeliveryOptions } from './create-delivery';
import { type DeliveryInput } from './delivery-book';
import { type Delivery, type GoodsReceptionLine, type PurchaseOrderLineReference } from './purchase-documents';

interface DeliverySearch extends CommonSearch, PageRequest {
  readonly estimatedTimeOfArrivalFrom?: string;
  readonly estimatedTimeOfArrivalTo?: string;
  readonly purchaseOrderNumber?: string;
  readonly searchText?: string;
  readonly selectedDeliveries?: readonly string[];
  readonly selectedStatuses?: readonly string[];
  readonly selectedStores?: readonly string[];
  readonly supplierIds?: readonly string[];
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'tags', 'excludedTags', 'sortOrder', 'take', 'page', 'estimatedTimeOfArrivalFrom'],
  ...['estimatedTimeOfArrivalTo', 'purchaseOrderNumber', 'searchText', 'selectedDeliveries', 'selectedStatuses'],
  ...['selectedStores', 'supplierIds'],
]);

const searchModel = model<DeliverySearch>('DeliverySearchRequest');
const deliveryModel = model<DeliveryInput>('Delivery');
const patchModel = model<DeliveryInput & PatchOptions>('DeliveryPatch');
const referenceModel = model<PurchaseOrderLineReference>('PurchaseOrderLineReference');
const receptionModel = model<GoodsReceptionLine>('DeliveryGoodsReceptionLine');
const batchLimit = 1000;

const testsOf = (search: DeliverySearch, { purchasing }: World): Test<Delivery>[] => [
  ...when<string, Delivery>(
    search.estimatedTimeOfArrivalFrom,
    (from) =>
      ({ estimatedTimeOfArrival = '' }) =>
        estimatedTimeOfArrival >= from,
  ),
  ...when<string, Delivery>(
    search.estimatedTimeOfArrivalTo,
    (to) =>
      ({ estimatedTimeOfArrival }) =>
        estimatedTimeOfArrival !== undefined && estimatedTimeOfArrival <= to,
  ),
  ...when<string, Delivery>(
    search.purchaseOrderNumber,
    (number) =>
      ({ id }) =>
        purchasing.orders.linesOf(id).some(({ order }) => order.purchaseOrderNumber === number),
  ),
  ...anyOf<Delivery>(search.selectedDeliveries, ({ id }) => id),
  ...anyOf<Delivery>(search.selectedStatuses, ({ deliveryStatus }) => deliveryStatus),
  ...anyOf<Delivery>(search.selectedStores, ({ warehouseCode }) => warehouseCode),
  ...((search.supplierIds ?? []).length === 0
    ? []
    : [({ supplierIds }: Delivery) => supplierIds.some((id) => search.supplierIds?.includes(id))]),
  ...textIn<Delivery>(search.searchText, (delivery) => [delivery.id, delivery['deliveryTrackingNumber']]),
];

const optionsOf = (req: Request): CreateDeliveryOptions => {
  const expectedMs = queryTimeMs(req, 'expectedDeliveryDate');
  const texts = { existingDeliveryId: undefined, newDeliveryId: undefined, barcode: undefined };
  const given = Object.keys(texts).flatMap((name) => {
    const value = queryValue(req, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(given),
    ...(expectedMs === undefined ? {} : { expectedDeliveryDate: formatDateTime(expectedMs) }),
    cancelRemainingLineItems: queryFlag(req, 'cancelRemainingLineItems') === true,
    preventDuplicateLineItems: queryFlag(req, 'preventDuplicateLineItems') === true,
  };
};

const addReads = (router: Router, world: World): void => {
  const { deliveries, orders } = world.purchasing;
  router.post('/api/Deliveries/Search', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const range = searchRange(search);
    sendPage(res, findHits(deliveries.documents, search, testsOf(search, world)), range);
  });
  router.get('/api/Deliveries/:deliveryId/PurchaseOrderLines', (req, res) => {
    const { id } = deliveries.require(req.params.deliveryId);
    res.json(orders.linesOf(id).map(({ line }) => line));
  });
  router.get('/api/Deliveries/:deliveryId', (req, res) => {
    sendDocument(res, deliveries.require(req.params.deliveryId));
  });
};

const addWrites = (router: Router, { purchasing }: World): void => {
  const { deliveries } = purchasing;
  router.put('/api/Deliveries', (req, res) => {
    const input = readBody(deliveryModel, req.body);
    const write = { operation: 'apiUpdateDelivery', cause: causeOf(req, res) } as const;
    sendDocument(res, deliveries.change(deliveries.require(input.id ?? ''), input, write));
  });
  router.put('/api/Deliveries/UpdateMany', (req, res) => {
    const batch = readList(deliveryModel, req.body, batchLimit);
    const issues = batch.flatMap((input, index): FieldIssue[] => {
      const delivery = deliveries.documents.get(input.id ?? '');
      if (delivery === undefined) {
        return [{ field: `[${index}].id`, message: 'is not a delivery' }];
      }
      try {
        deliveries.prepare(delivery, input);
        return [];
      } catch (error) {
        if (error instanceof OmniumProblem) {
          return error.issues.map(({ field, message }) => ({ field: `[${index}].${field}`, message }));
        }
        throw error;
      }
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    const write = { operation: 'apiUpdateDelivery', cause: causeOf(req, res) } as const;
    const written = batch.map((input) => deliveries.change(deliveries.require(input.id ?? ''), input, write));
    res.json(written[0] ?? {});
  });
  router.patch('/api/Deliveries/:deliveryId', (req, res) => {
    const patch = readBody(patchModel, req.body);
    const delivery = deliveries.require(req.params.deliveryId);
    const write = { operation: 'apiUpdateDelivery', cause: causeOf(req, res) } as const;
    sendDocument(res, deliveries.change(delivery, applyPatch<DeliveryInput>(delivery, patch), write));
  });
};

const addLifecycle = (router: Router, { purchasing }: World): void => {
  const { deliveries, orders, maker, receptions } = purchasing;
  router.post('/api/Deliveries/CreateDelivery/:purchaseOrderId', (req, res) => {
    const references = readList(referenceModel, req.body, batchLimit);
    const order = orders.requireFree(req.params.purchaseOrderId);
    const prefix = purchasing.settings.deliveryIdPrefix;
    sendDocument(res, maker.create(order, references, { options: optionsOf(req), prefix, cause: causeOf(req, res) }));
  });
  router.post('/api/Deliveries/ProcessGoodsReception', (req, res) => {
    receptions.process(undefined, readList(receptionModel, req.body, batchLimit), causeOf(req, res));
    res.status(200).end();
  });
  router.post('/api/Deliveries/:deliveryId/ProcessGoodsReception', (req, res) => {
    receptions.process(req.params.deliveryId, readList(receptionModel, req.body, batchLimit), causeOf(req, res));
    res.status(200).end();
  });
  // Its lines go back to the order; what has brought goods stays.
  router.delete('/api/Deliveries/:id', (req, res) => {
    const delivery = deliveries.require(req.params.id);
    const lines = orders.linesOf(delivery.id);
    if (lines.some(({ line }) => line.deliveredQuantity > 0)) {
      throw conflict('Goods of this delivery have been received.');
    }
    const cause = causeOf(req, res);
    const orderIds = new Set(lines.map(({ order }) => orders.requireFree(order.id).id));
    for (const id of orderIds) {
      const order = orders.require(id);
      const lineItems = order.purchaseOrderForm.lineItems.map((line) => {
        const { deliveryId, ...rest } = line;
        return deliveryId === delivery.id ? rest : line;
      });
      orders.changeLines(order, { lineItems }, { cause });
    }
    deliveries.remove(delivery, cause);
    res.status(200).end();
  });
};

/** Deliveries and goods receptions (contract §7.1). */
export const addDeliveryRoutes = (router: Router, world: World): void => {
  addReads(router, world);
  addWrites(router, world);
  addLifecycle(router, world);
};
