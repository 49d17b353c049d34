import { Decimal } from 'decimal.js';
import { type Request, type Response, type Router } from 'express';

import {
  type LineInput,
  type Order,
  type OrderInput,
  type OrderLine,
  type PaymentInput,
  type PropertyItem,
  type ShipmentInput,
} from '../documents';
import { type OperationName } from '../events/operations';
import { causeOf, patchResult, sendDocument } from '../http';
import { type FieldIssue, invalidField, invalidFields, notFound } from '../problem';
import { queryValue } from '../state/paging';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { mergeByKey, mergeProperties, patchLines } from './merge';
import { workflowResult } from './write-routes';

interface LineUpdate extends JsonObject {
  readonly lineItemId?: string;
  readonly deliveredQuantity?: number;
  readonly canceledQuantity?: number;
}

interface LinesUpdate extends JsonObject {
  readonly lineItemUpdates?: readonly LineUpdate[];
  readonly status?: string;
  readonly shipmentInfo?: JsonObject & { shipmentId?: string };
}

const lineModel = model<LineInput>('OrderLine');
const linePatchModel = model<LineInput>('OrderLinePatch');
const linesUpdateModel = model<LinesUpdate>('UpdateLineItemStatusPatch');
const paymentModel = model<PaymentInput>('Payment');
const shipmentModel = model<ShipmentInput>('Shipment');
const linePropertiesModel = model<JsonObject & { lineItemId?: string; properties?: PropertyItem[] }>(
  'LineItemPropertiesPatch',
);
const cancelManyModel = model<JsonObject & { orderId?: string; lineItemIds?: string[] }>('OrderLineIdRequest');
const commentModel = model<JsonObject & { orderId?: string; commentText?: string; commentType?: string }>(
  'OrderCommentRequest',
);

const plus = (a: number | undefined, b: number | undefined): number => new Decimal(a ?? 0).plus(b ?? 0).toNumber();

/** Every order as a draft whose lists can be replaced. */
const withForm = (order: Order, form: Partial<NonNullable<OrderInput['orderForm']>>): OrderInput => ({
  ...order,
  orderForm: { ...order.orderForm, ...form },
});

/** Adds what was delivered and cancelled now to what was before: the call is not repeat-safe (contract §3.1). */
const addQuantities = (order: Order, updates: readonly LineUpdate[]): OrderLine[] => {
  const issues: FieldIssue[] = [];
  const byId = new Map(order.orderForm.lineItems.map((line) => [line.lineItemId, line]));
  for (const [index, update] of updates.entries()) {
    const field = `lineItemUpdates[${index}]`;
    const line = byId.get(update.lineItemId ?? '');
    if (line === undefined) {
      issues.push({ field: `${field}.lineItemId`, message: 'is not a line of the order' });
      continue;
    }
    const deliveredQuantity = plus(line.deliveredQuantity, update.deliveredQuantity);
    const canceledQuantity = plus(line.canceledQuantity, update.canceledQuantity);
    if ((update.deliveredQuantity ?? 0) < 0 || (update.canceledQuantity ?? 0) < 0) {
      issues.push({ field, message: 'quantities must not be negative' });
    } else if (plus(deliveredQuantity, canceledQuantity) > line.quantity) {
      issues.push({ field, message: 'more than the quantity would be delivered or cancelled' });
    }
    byId.set(line.lineItemId, { ...line, deliveredQuantity, canceledQuantity });
  }
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return [...byId.values()];
};

/** A shipment id nobody has makes a new shipment of the lines that are named (contract §3.1). */
const shipmentsFor = (order: Order, update: LinesUpdate): ShipmentInput[] => {
  const { shipments } = order.orderForm;
  const { shipmentId, ...facts } = update.shipmentInfo ?? {};
  if (shipmentId === undefined) {
    return shipments;
  }
  if (shipments.some((shipment) => shipment.shipmentId === shipmentId)) {
    return shipments.map((shipment) => (shipment.shipmentId === shipmentId ? { ...shipment, ...facts } : shipment));
  }
  const moved = new Set((update.lineItemUpdates ?? []).map(({ lineItemId }) => lineItemId));
  const remaining = shipments.map((shipment) => ({
    ...shipment,
    lineItems: shipment.lineItems.filter(({ lineItemId }) => !moved.has(lineItemId)),
  }));
  const lineItems = order.orderForm.lineItems.filter(({ lineItemId }) => moved.has(lineItemId));
  const warehouseCode = shipments[0]?.warehouseCode;
  const sender = warehouseCode === undefined ? {} : { warehouseCode };
  return [...remaining, { ...sender, ...facts, shipmentId, lineItems }];
};

/** The status that follows from what is delivered when the call names none. */
const derivedStatus = (order: Order, known: (status: string) => boolean): string | undefined => {
  const lines = order.orderForm.lineItems;
  const delivered = lines.some(({ deliveredQuantity = 0 }) => deliveredQuantity > 0);
  const done = lines.every((line) => plus(line.deliveredQuantity, line.canceledQuantity) >= line.quantity);
  const status = done ? 'Completed' : ['PartiallyShipped', 'PartiallyDelivered'].find(known);
  return delivered && status !== undefined && known(status) && status !== order.status ? status : undefined;
};

/** A payment with a known id takes the place of the earlier one; without id it is always one more (contract §3.1). */
const overwritten = (existing: readonly PaymentInput[], incoming: readonly PaymentInput[]): PaymentInput[] => {
  const payments = [...existing];
  for (const payment of incoming) {
    const index = payment.id === undefined ? -1 : payments.findIndex(({ id }) => id === payment.id);
    payments.splice(index < 0 ? payments.length : index, 1, payment);
  }
  return payments;
};

const addLinesUpdate = (router: Router, world: World): void => {
  const { orders, directory } = world;
  router.post('/api/Orders/:orderId/OrderLinesUpdate', (req, res) => {
    const order = orders.require(req.params.orderId);
    const update = readBody(linesUpdateModel, req.body);
    if (update.lineItemUpdates === undefined) {
      throw invalidField('lineItemUpdates', 'is required');
    }
    if (update.status !== undefined) {
      orders.requireStatus(order, update.status);
    }
    const cause = causeOf(req, res);
    const lineItems = addQuantities(order, update.lineItemUpdates);
    const next = withForm(order, { lineItems, shipments: shipmentsFor(order, update) });
    const { order: changed } = orders.change(order, next, { operation: 'apiOrderUpdatePartial', cause });
    const statuses = directory.orderTypes.get(order.orderType)?.orderStatuses ?? [];
    const status = update.status ?? derivedStatus(changed, (name) => statuses.some((each) => each.name === name));
    const final =
      status === undefined ? changed : orders.setStatus(changed, status, { workflow: true, cause, deliversAll: false });
    res.json(workflowResult(final, status !== undefined));
  });
};

type Change = (order: Order, req: Request) => OrderInput;

const addLineEdits = (router: Router, { orders }: World): void => {
  const editing =
    (operation: OperationName, change: Change) =>
    (req: Request, res: Response): void => {
      const order = orders.require(String(req.params['orderId']));
      const outcome = orders.change(order, change(order, req), { operation, cause: causeOf(req, res) });
      sendDocument(res, outcome.order);
    };
  const addLines = (order: Order, lines: readonly LineInput[], req: Request): OrderInput => {
    const shipmentId = queryValue(req, 'shipmentId') ?? order.orderForm.shipments[0]?.shipmentId;
    const named = lines.map((line, index) => ({ ...line, lineItemId: line.lineItemId ?? `${Date.now()}-${index}` }));
    const shipments = order.orderForm.shipments.map((shipment) =>
      shipment.shipmentId === shipmentId ? { ...shipment, lineItems: [...shipment.lineItems, ...named] } : shipment,
    );
    return withForm(order, { lineItems: [...order.orderForm.lineItems, ...named], shipments });
  };
  router.post(
    '/api/Orders/:orderId/OrderLines',
    editing('apiOrderLinePatch', (order, req) => addLines(order, [readBody(lineModel, req.body)], req)),
  );
  router.post(
    '/api/Orders/:orderId/AddManyOrderLines',
    editing('apiOrderLinePatch', (order, req) => addLines(order, readList(lineModel, req.body, 1000), req)),
  );
  router.put(
    '/api/Orders/:orderId/AddOrderLineProperties',
    editing('apiOrderLinePatch', (order, req) => {
      const patches = readList(linePropertiesModel, req.body, 1000).map(({ lineItemId = '', properties = [] }) => {
        const line = order.orderForm.lineItems.find((each) => each.lineItemId === lineItemId);
        if (line === undefined) {
          throw invalidField('lineItemId', 'is not a line of the order');
        }
        return { lineItemId, properties: mergeProperties(line.properties ?? [], properties, {}) };
      });
      return withForm(order, { lineItems: mergeByKey<LineInput>(order.orderForm.lineItems, patches, 'lineItemId') });
    }),
  );
  router.post(
    '/api/Orders/:orderId/AddPayments',
    editing('apiOrderAddPayment', (order, req) =>
      withForm(order, {
        payments: overwritten(order.orderForm.payments, readList(paymentModel, req.body, 1000)),
      }),
    ),
  );
  router.put(
    '/api/Orders/:orderId/PutPayments',
    editing('apiOrderAddPayment', (order, req) =>
      withForm(order, { payments: readList(paymentModel, req.body, 1000) }),
    ),
  );
  router.put(
    '/api/OrderShipments/:orderId',
    editing('apiOrderPatch', (order, req) => withForm(order, { shipments: readList(shipmentModel, req.body, 1000) })),
  );
  router.patch(
    '/api/OrderShipments/:orderId',
    editing('apiOrderPatch', (order, req) => {
      const patches = readList(shipmentModel, req.body, 1000);
      for (const [index, { shipmentId }] of patches.entries()) {
        if (!order.orderForm.shipments.some((shipment) => shipment.shipmentId === shipmentId)) {
          throw invalidField(`[${index}].shipmentId`, 'is not a shipment of the order');
        }
      }
      return withForm(order, {
        shipments: mergeByKey<ShipmentInput>(order.orderForm.shipments, patches, 'shipmentId'),
      });
    }),
  );
  router.patch('/api/Orders/:orderId/PatchUpdateOrderLines', (req, res) => {
    const order = orders.require(req.params.orderId);
    const patches = readList(linePatchModel, req.body, 1000);
    const known = new Set<unknown>(order.orderForm.lineItems.map(({ lineItemId }) => lineItemId));
    const found = patches.filter(({ lineItemId }) => known.has(lineItemId));
    const next = withForm(order, { lineItems: patchLines(order.orderForm.lineItems, found) });
    const write = { operation: 'apiOrderLinePatch', cause: causeOf(req, res) } as const;
    const { changed } = orders.change(order, next, write);
    const notFoundCount = patches.length - found.length;
    const updatedCount = changed ? found.length : 0;
    const counts = {
      totalCount: patches.length,
      updatedCount,
      unchangedCount: found.length - updatedCount,
      notFoundCount,
    };
    res.json({ ...patchResult(changed), ...counts });
  });
};

/** What is open of the lines is cancelled; what was delivered or cancelled before stays as it is. */
const cancelled = (order: Order, lineItemIds: readonly string[], now: string): OrderInput =>
  withForm(order, {
    lineItems: order.orderForm.lineItems.map((line) => {
      const open = new Decimal(line.quantity).minus(plus(line.deliveredQuantity, line.canceledQuantity));
      return lineItemIds.includes(line.lineItemId) && open.greaterThan(0)
        ? { ...line, canceledQuantity: plus(line.canceledQuantity, open.toNumber()), canceledDate: now }
        : line;
    }),
  });

const addCancel = (router: Router, { orders }: World): void => {
  router.post('/api/Orders/OrderLines/Cancel', (req, res) => {
    const requests = readList(cancelManyModel, req.body, 100);
    const cause = causeOf(req, res);
    let count = 0;
    const known = requests.map(({ orderId = '', lineItemIds = [] }) => ({
      order: orders.require(orderId),
      lineItemIds,
    }));
    for (const { order, lineItemIds } of known) {
      const write = { operation: 'apiOrderLineCancel', cause } as const;
      const { changed } = orders.change(order, cancelled(order, lineItemIds, orders.now()), write);
      count += changed ? lineItemIds.length : 0;
    }
    res.json(count);
  });
  router.post('/api/Orders/:orderId/OrderLines/:lineItemId/Cancel', (req, res) => {
    const { orderId, lineItemId } = req.params;
    const order = orders.require(orderId);
    if (!order.orderForm.lineItems.some((line) => line.lineItemId === lineItemId)) {
      throw notFound('The order line');
    }
    const write = { operation: 'apiOrderLineCancel', cause: causeOf(req, res) } as const;
    sendDocument(res, orders.change(order, cancelled(order, [lineItemId], orders.now()), write).order);
  });
};

const addComments = (router: Router, { orders }: World): void => {
  router.post('/api/Orders/AddComment', (req, res) => {
    const { orderId = '', commentText = '', commentType = 'Public', ...rest } = readBody(commentModel, req.body);
    if (commentType !== 'Public' && commentType !== 'Internal') {
      throw invalidField('commentType', 'must be Public or Internal');
    }
    const order = orders.require(orderId);
    const list = commentType === 'Public' ? 'publicOrderNotes' : 'orderNotes';
    const notes: unknown[] = Array.isArray(order[list]) ? order[list] : [];
    const note = { detail: commentText, type: commentType, created: orders.now(), creator: rest['createdBy'] };
    const write = { operation: 'apiOrderPatch', cause: causeOf(req, res) } as const;
    orders.change(order, { ...order, [list]: [...notes, note] }, write);
    res.status(200).end();
  });
};

/** Lines, payments, shipments and notes of an order (contract §3.1). */
export const addOrderLineRoutes = (router: Router, world: World): void => {
  addLinesUpdate(router, world);
  addCancel(router, world);
  addLineEdits(router, world);
  addComments(router, world);
};
