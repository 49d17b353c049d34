import { type Response, type Router } from 'express';

import { type Order, type OrderInput } from '../documents';
import { type EventCause } from '../events/event-stream';
import { causeOf, patchResult, sendDocument } from '../http';
import { invalidField, invalidFields, OmniumProblem } from '../problem';
import { queryFlag } from '../state/paging';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type CreateMode } from './order-book';
import { applyPatch, forceNull, patchForm, type PatchOptions } from './merge';
import { posOrderOf } from './pos-order';

const orderModel = model<OrderInput>('Order');
const patchModel = model<OrderInput & PatchOptions & { forceUpdate?: string[] }>('OrderPatch');
const statusModel = model<StatusPatch>('UpdateStatusPatch');

/** The body of `UpdateStatus` (contract §3.4). */
export interface StatusPatch extends JsonObject {
  readonly status?: string;
  readonly skipRunWorkflow?: boolean;
  readonly returnId?: string;
  readonly shipmentInfo?: JsonObject & { shipmentId?: string; orderStatus?: string };
}

const batchLimit = 1000;

/** An `OrderWorkflowExecutionResult`: the sandbox's workflow has one step, which succeeds. */
export const workflowResult = (order: Order, ran: boolean): JsonObject => ({
  isAborted: false,
  order,
  orderActionExecutionResults: ran
    ? [{ actionType: 'SandboxStatusStep', actionStatus: 'Success', cancelWorkflow: false, isInvisible: false }]
    : [],
});

const created = (res: Response): void => {
  res.status(200).end();
};

const addCreate = (router: Router, { orders }: World): void => {
  router.post('/api/Orders', (req, res) => {
    orders.create(readBody(orderModel, req.body), 'workflow', causeOf(req, res));
    created(res);
  });
  router.put('/api/Orders', (req, res) => {
    const input = readBody(orderModel, req.body);
    const orderNumber = orders.generateNumber();
    const numbered = { ...input, orderNumber, id: input.id ?? orderNumber };
    sendDocument(res, orders.create(numbered, 'workflow', causeOf(req, res)));
  });
  router.put('/api/Orders/PosOrders', (req, res) => {
    const order = posOrderOf(readBody(orderModel, req.body), orders.now());
    if (orders.isTaken(order.id) || orders.isTaken(order.orderNumber)) {
      throw invalidField('orderNumber', 'is taken by another order');
    }
    orders.create(order, 'till', causeOf(req, res));
    res.status(201).end();
  });
};

const addUpdate = (router: Router, { orders, context: { manners } }: World): void => {
  const overwrite = (input: OrderInput, runWorkflow: boolean, cause: EventCause): Order => {
    const before = orders.require(input.id ?? '');
    const { order } = orders.change(before, input, { operation: 'processedOrder', cause });
    return runWorkflow ? orders.runWorkflow(order, cause) : order;
  };
  router.post('/api/Orders/Update', (req, res) => {
    const run = queryFlag(req, 'runWorkflow') === true;
    res.json(workflowResult(overwrite(readBody(orderModel, req.body), run, causeOf(req, res)), run));
  });
  router.put('/api/Orders/Update', (req, res) => {
    res.json(workflowResult(overwrite(readBody(orderModel, req.body), false, causeOf(req, res)), false));
  });
  router.patch('/api/Orders/:orderId/PatchOrder', (req, res) => {
    const order = orders.require(req.params.orderId);
    const body = readBody(patchModel, req.body);
    const { customerPickupDeadline: _deadline, ...withoutDeadline } = body;
    const patch = manners.has('deadline-not-kept') ? withoutDeadline : body;
    const patched = forceNull(applyPatch<OrderInput>(order, patch), patch.forceUpdate ?? []);
    const form = patch.orderForm === undefined ? order.orderForm : patchForm(order.orderForm, patch.orderForm);
    const write = { operation: 'apiOrderPatch', cause: causeOf(req, res) } as const;
    const { changed } = orders.change(order, { ...patched, orderForm: form }, write);
    res.json(patchResult(changed));
  });
  router.delete('/api/Orders/:orderId', (req, res) => {
    const order = orders.require(req.params.orderId);
    const cause = causeOf(req, res);
    if (queryFlag(req, 'deletePermanently') === true) {
      orders.removeForGood(order, cause);
    } else {
      orders.change(order, { ...order, status: 'Deleted' }, { operation: 'deletedOrder', cause });
    }
    res.status(200).end();
  });
};

/** Bulk writes are all or nothing: one bad order refuses the batch, and nothing says which was good (contract §10). */
const addBulk = (router: Router, { orders }: World): void => {
  const readBatch = (body: unknown): OrderInput[] => {
    const batch = readList(orderModel, body, batchLimit);
    const issues = batch.flatMap((input, index) => {
      const found = input.id === undefined ? [{ field: 'id', message: 'is required' }] : orders.issuesOf(input);
      return found.map(({ field, message }) => ({ field: `[${index}].${field}`, message }));
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    return batch;
  };
  const addNew = (batch: readonly OrderInput[], mode: CreateMode, cause: EventCause): void => {
    for (const input of batch.filter(({ id }) => orders.documents.get(id ?? '') === undefined)) {
      orders.create(input, mode, cause);
    }
  };
  router.post('/api/Orders/AddMany', (req, res) => {
    addNew(readBatch(req.body), 'workflow', causeOf(req, res));
    created(res);
  });
  router.post('/api/Orders/ImportMany', (req, res) => {
    addNew(readBatch(req.body), 'plain', causeOf(req, res));
    created(res);
  });
  router.post('/api/Orders/UpdateMany', (req, res) => {
    const runWorkflow = queryFlag(req, 'runWorkflow') === true;
    const cause = causeOf(req, res);
    for (const input of readBatch(req.body)) {
      const before = orders.documents.get(input.id ?? '');
      if (before === undefined) {
        orders.create(input, runWorkflow ? 'workflow' : 'plain', cause);
      } else {
        const { order } = orders.change(before, input, { operation: 'processedOrder', cause });
        if (runWorkflow) {
          orders.runWorkflow(order, cause);
        }
      }
    }
    created(res);
  });
};

/** Writes what a status call says about a shipment; the shipment must exist. */
const withShipmentInfo = (order: Order, info: NonNullable<StatusPatch['shipmentInfo']>): OrderInput => {
  const { shipmentId, trackingNumber, trackingUrl, shipmentMethodName, ...rest } = info;
  const shipments = order.orderForm.shipments;
  if (shipmentId !== undefined && !shipments.some((shipment) => shipment.shipmentId === shipmentId)) {
    throw invalidField('shipmentInfo.shipmentId', 'is not a shipment of the order');
  }
  const facts: JsonObject = {
    ...rest,
    ...(trackingNumber === undefined ? {} : { shipmentTrackingNumber: trackingNumber }),
    ...(trackingUrl === undefined ? {} : { shipmentTrackingLink: trackingUrl }),
    ...(shipmentMethodName === undefined ? {} : { shippingMethodName: shipmentMethodName }),
  };
  const changed = shipments.map((shipment, index) =>
    shipment.shipmentId === shipmentId || (shipmentId === undefined && index === 0)
      ? { ...shipment, ...facts }
      : shipment,
  );
  return { ...order, orderForm: { ...order.orderForm, shipments: changed } };
};

const addStatus = (router: Router, { orders }: World): void => {
  router.post('/api/Orders/:orderId/UpdateStatus', (req, res) => {
    let order = orders.require(req.params.orderId);
    const patch = readBody(statusModel, req.body);
    if (patch.status === undefined) {
      throw invalidField('status', 'is required');
    }
    if (patch.returnId !== undefined) {
      throw new OmniumProblem(400, 'returnId: use the Returns endpoint for a return');
    }
    const cause = causeOf(req, res);
    orders.requireStatus(order, patch.status);
    if (patch.shipmentInfo !== undefined) {
      const next = withShipmentInfo(order, patch.shipmentInfo);
      order = orders.change(order, next, { operation: 'apiOrderUpdatePartial', cause }).order;
    }
    const workflow = patch.skipRunWorkflow !== true;
    res.json(workflowResult(orders.setStatus(order, patch.status, { workflow, cause }), workflow));
  });
};

/** Orders as they are made and changed (contract §3.1, §3.2). */
export const addOrderWriteRoutes = (router: Router, world: World): void => {
  addCreate(router, world);
  addUpdate(router, world);
  addBulk(router, world);
  addStatus(router, world);
};
