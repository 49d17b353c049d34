import { randomUUID } from 'node:crypto';

import { type Response, type Router } from 'express';

import { type EventCause } from '../events/event-stream';
import { causeOf, sendDocument } from '../http';
import { applyPatch, type PatchOptions } from '../orders/merge';
import { type FieldIssue, invalidField, invalidFields, notFound } from '../problem';
import { queryFlag } from '../state/paging';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { purchaseOrderStatuses } from './prepare-purchase-order';
import {
  type PurchaseOrder,
  type PurchaseOrderInput,
  type PurchaseOrderLine,
  type PurchaseOrderLineInput,
} from './purchase-documents';
import { openQuantity, plus, splitLine } from './purchase-order-lines';

type PurchaseOrderPatch = PurchaseOrderInput & PatchOptions & { keepExistingOrderLines?: boolean };

interface SplitRequest extends JsonObject {
  readonly lineItemId?: string;
  readonly newLineItemId?: string;
  readonly quantityToSplit?: number;
}

interface WorkflowRequest extends JsonObject {
  readonly status?: string;
  readonly expectedDeliveryDate?: string;
}

const orderModel = model<PurchaseOrderInput>('PurchaseOrder');
const patchModel = model<PurchaseOrderPatch>('PurchaseOrderPatch');
const splitModel = model<SplitRequest>('SplitPurchaseOrderLine');
const workflowModel = model<WorkflowRequest>('PurchaseOrderWorkflowRequest');
const batchLimit = 1000;

/** A `PurchaseOrderWorkflowExecutionResult`: the sandbox's workflow has one step. */
const sendWorkflowResult = (res: Response, purchaseOrder: PurchaseOrder, isAborted = false): void => {
  const actionStatus = isAborted ? 'Error' : 'Success';
  res.json({
    isAborted,
    purchaseOrder,
    purchaseOrderActionExecutionResults: [
      {
        actionType: 'SandboxStatusStep',
        actionStatus,
        cancelWorkflow: isAborted,
        ...(isAborted ? { errorReason: 'The workflow of this status was told to abort.' } : {}),
      },
    ],
  });
};

/** Of two members that say the same with and without tax, one that is patched alone takes the other along. */
const twins: readonly (readonly [string, string])[] = [
  ['placedPrice', 'placedPriceExclTax'],
  ['lineItemDiscountAmount', 'lineItemDiscountAmountExclTax'],
];

const patchLine = (line: PurchaseOrderLine, patch: PurchaseOrderLineInput): PurchaseOrderLineInput => {
  const merged: PurchaseOrderLineInput = { ...line, ...patch };
  for (const [a, b] of twins) {
    for (const [given, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (patch[given] !== undefined && patch[other] === undefined) {
        delete merged[other];
      }
    }
  }
  return merged;
};

/** Lines with patches applied by `lineItemId`; new ids are new lines, and what is not named stays only when told. */
const patchLines = (
  lines: readonly PurchaseOrderLine[],
  patches: readonly PurchaseOrderLineInput[],
  keepExisting: boolean,
): PurchaseOrderLineInput[] => {
  const known = new Map(lines.map((line) => [line.lineItemId, line]));
  const patched = patches.map((patch) => {
    const line = known.get(patch.lineItemId ?? '');
    return line === undefined ? patch : patchLine(line, patch);
  });
  if (!keepExisting) {
    return patched;
  }
  const byId = new Map(patched.map((line) => [line.lineItemId ?? '', line]));
  const added = patched.filter(({ lineItemId }) => !known.has(lineItemId ?? ''));
  return [...lines.map((line) => byId.get(line.lineItemId) ?? line), ...added];
};

const addCreate = (router: Router, { purchasing }: World): void => {
  router.post('/api/PurchaseOrders', (req, res) => {
    const runWorkflow = queryFlag(req, 'runWorkflow') === true;
    const cause = causeOf(req, res);
    const order = purchasing.createOrder(readBody(orderModel, req.body), cause);
    if (runWorkflow) {
      purchasing.orders.raise('purchaseOrderWorkflowCompleted', order, { cause });
    }
    sendDocument(res, order);
  });
};

const addUpdate = (router: Router, { purchasing }: World): void => {
  const { orders } = purchasing;
  const overwrite = (body: unknown, cause: EventCause): PurchaseOrder => {
    const input = readBody(orderModel, body);
    const order = orders.requireFree(input.id ?? '', input.versionId);
    return orders.change(order, input, { operation: 'apiUpdatePurchaseOrder', cause });
  };
  router.put('/api/PurchaseOrders', (req, res) => {
    queryFlag(req, 'updateAtpValues');
    sendDocument(res, overwrite(req.body, causeOf(req, res)));
  });
  router.post('/api/PurchaseOrders/UpdateAndRunWorkflow', (req, res) => {
    queryFlag(req, 'updateAtpValues');
    const cause = causeOf(req, res);
    const order = overwrite(req.body, cause);
    orders.raise('purchaseOrderWorkflowCompleted', order, { cause });
    sendWorkflowResult(res, order);
  });
  router.patch('/api/PurchaseOrders/:purchaseOrderId', (req, res) => {
    queryFlag(req, 'updateAtpValues');
    const { keepExistingOrderLines = true, versionId, ...patch } = readBody(patchModel, req.body);
    const order = orders.requireFree(req.params.purchaseOrderId, versionId);
    const { lineItems: patches, ...form } = patch.purchaseOrderForm ?? {};
    const lines = order.purchaseOrderForm.lineItems;
    const lineItems = patches === undefined ? lines : patchLines(lines, patches, keepExistingOrderLines);
    const next = {
      ...applyPatch<PurchaseOrderInput>(order, patch),
      purchaseOrderForm: { ...order.purchaseOrderForm, ...form, lineItems },
    };
    const write = { operation: 'apiPatchPurchaseOrder', cause: causeOf(req, res) } as const;
    sendDocument(res, orders.change(order, next, write));
  });
  // All or nothing, and only orders that are there: nothing says which was good (contract §10).
  router.put('/api/PurchaseOrders/UpdateMany', (req, res) => {
    const batch = readList(orderModel, req.body, batchLimit);
    const issues: FieldIssue[] = batch.flatMap((input, index) => {
      const order = orders.documents.get(input.id ?? '');
      const found =
        order === undefined ? [{ field: 'id', message: 'is not a purchase order' }] : orders.issuesOf(order, input);
      return found.map(({ field, message }) => ({ field: `[${index}].${field}`, message }));
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    for (const { id = '', versionId } of batch) {
      orders.requireFree(id, versionId);
    }
    const write = { operation: 'apiUpdatePurchaseOrder', cause: causeOf(req, res) } as const;
    for (const input of batch) {
      orders.change(orders.require(input.id ?? ''), input, write);
    }
    res.status(200).end();
  });
  router.delete('/api/PurchaseOrders/:id', (req, res) => {
    orders.remove(orders.requireFree(req.params.id), causeOf(req, res));
    res.status(200).end();
  });
};

const addStatus = (router: Router, { purchasing }: World): void => {
  const { orders } = purchasing;
  router.post('/api/PurchaseOrders/:purchaseOrderId/UpdateStatus', (req, res) => {
    const { status, expectedDeliveryDate } = readBody(workflowModel, req.body);
    if (status === undefined || !purchaseOrderStatuses.has(status)) {
      throw invalidField('status', status === undefined ? 'is required' : 'is not a purchase order status');
    }
    const order = orders.requireFree(req.params.purchaseOrderId);
    if (purchasing.settings.abortedStatuses.includes(status)) {
      sendWorkflowResult(res, order, true);
      return;
    }
    const lineItems = order.purchaseOrderForm.lineItems.map((line) =>
      expectedDeliveryDate === undefined || openQuantity(line) === 0
        ? line
        : { ...line, estimatedTimeOfArrival: expectedDeliveryDate },
    );
    const cause = causeOf(req, res);
    const next = orders.changeLines(order, { lineItems, status }, { operation: 'apiPurchaseOrderStatus', cause });
    orders.raise('purchaseOrderWorkflowCompleted', next, { cause, previousStatus: order.status });
    sendWorkflowResult(res, next);
  });
};

/** The lines of an order with the named parts taken off. @throws OmniumProblem 400. */
const splitLines = (order: PurchaseOrder, requests: readonly SplitRequest[]): PurchaseOrderLine[] => {
  const issues: FieldIssue[] = requests.length === 0 ? [{ field: 'body', message: 'must name at least one line' }] : [];
  let lines: PurchaseOrderLine[] = [...order.purchaseOrderForm.lineItems];
  for (const [index, request] of requests.entries()) {
    const { lineItemId, quantityToSplit = 0, newLineItemId = randomUUID() } = request;
    const line = lines.find((each) => each.lineItemId === lineItemId);
    if (line === undefined) {
      issues.push({ field: `[${index}].lineItemId`, message: 'is not a line of the order' });
    } else if (quantityToSplit <= 0 || quantityToSplit > openQuantity(line) || quantityToSplit >= line.quantity) {
      issues.push({ field: `[${index}].quantityToSplit`, message: 'must be more than 0 and less than what is open' });
    } else if (lines.some((each) => each.lineItemId === newLineItemId)) {
      issues.push({ field: `[${index}].newLineItemId`, message: 'is a line of the order already' });
    } else {
      lines = lines.flatMap((each) => (each === line ? splitLine(line, quantityToSplit, newLineItemId) : [each]));
    }
  }
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return lines;
};

const addLines = (router: Router, { purchasing }: World): void => {
  const { orders } = purchasing;
  router.post('/api/PurchaseOrders/:purchaseOrderId/OrderLines/Split', (req, res) => {
    const requests = readList(splitModel, req.body, batchLimit);
    const order = orders.requireFree(req.params.purchaseOrderId);
    const lineItems = splitLines(order, requests);
    const write = { operation: 'apiUpdatePurchaseOrder', cause: causeOf(req, res) } as const;
    sendDocument(res, orders.changeLines(order, { lineItems }, write));
  });
  router.post('/api/PurchaseOrders/:purchaseOrderId/OrderLines/:lineItemId/Cancel', (req, res) => {
    const { purchaseOrderId, lineItemId } = req.params;
    const order = orders.requireFree(purchaseOrderId);
    const { lineItems } = order.purchaseOrderForm;
    if (!lineItems.some((line) => line.lineItemId === lineItemId)) {
      throw notFound('The purchase order line');
    }
    const cancelled = lineItems.map((line) =>
      line.lineItemId === lineItemId
        ? { ...line, canceledQuantity: plus(line.canceledQuantity, openQuantity(line)) }
        : line,
    );
    const write = { operation: 'apiUpdatePurchaseOrder', cause: causeOf(req, res) } as const;
    sendDocument(res, orders.changeLines(order, { lineItems: cancelled }, write));
  });
};

/** Purchase orders as they are made and changed (contract §7.1). What is available to promise is not calculated. */
export const addPurchaseOrderWriteRoutes = (router: Router, world: World): void => {
  addCreate(router, world);
  addUpdate(router, world);
  addStatus(router, world);
  addLines(router, world);
};
