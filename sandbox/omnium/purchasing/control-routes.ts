import { type Router } from 'express';
import { z } from 'zod';

import { type EventCause } from '../events/event-stream';
import { type World } from '../world';

const lockSchema = z.strictObject({ purchaseOrderId: z.string().min(1), seconds: z.number().positive() });

const reservationSchema = z.strictObject({
  orderNumber: z.string().min(1),
  lineItemId: z.string().min(1),
  purchaseOrderId: z.string().min(1),
  purchaseOrderLineId: z.string().min(1),
  quantity: z.number().positive(),
});

const settingsSchema = z.strictObject({
  goodsReceptionCompletedStatus: z.string().min(1).nullable().optional(),
  deliveryIdPrefix: z.string().optional(),
  abortedStatuses: z.array(z.string()).optional(),
});

const stockStepSchema = z.strictObject({ storeIds: z.array(z.string()) });

/** Somebody at Omnium's own screens, not an API user. */
const person = (origin: string): EventCause => ({ origin, userId: 'omnium-user' });

const addLocks = (router: Router, { purchasing, context }: World): void => {
  const { locks } = purchasing.orders;
  router.post('/locks', (req, res) => {
    const { purchaseOrderId, seconds } = lockSchema.parse(req.body);
    purchasing.orders.require(purchaseOrderId);
    const lock = locks.lock(purchaseOrderId, seconds);
    context.markDirty();
    res.status(201).json(lock);
  });
  router.get('/locks', (_req, res) => {
    res.json({ locks: locks.list() });
  });
  router.delete('/locks/:purchaseOrderId', (req, res) => {
    const released = locks.release(req.params.purchaseOrderId);
    context.markDirty();
    res.status(released ? 204 : 404).end();
  });
};

/** Locks, reservations, the tenant's purchase settings and the workflow step that moves stock, below `/_sandbox`. */
export const addPurchasingControlRoutes = (router: Router, world: World): void => {
  const { purchasing, stockStep, context } = world;
  addLocks(router, world);
  router.post('/reservations', (req, res) => {
    const order = purchasing.reservations.reserve(reservationSchema.parse(req.body), person('GUI reservation'));
    res.status(201).json(order);
  });
  router.get('/purchase-settings', (_req, res) => {
    res.json(purchasing.settings);
  });
  router.post('/purchase-settings', (req, res) => {
    const given = settingsSchema.parse(req.body);
    const { goodsReceptionCompletedStatus, deliveryIdPrefix, abortedStatuses } = purchasing.settings;
    purchasing.settings = {
      goodsReceptionCompletedStatus:
        given.goodsReceptionCompletedStatus === undefined
          ? goodsReceptionCompletedStatus
          : given.goodsReceptionCompletedStatus,
      deliveryIdPrefix: given.deliveryIdPrefix ?? deliveryIdPrefix,
      abortedStatuses: given.abortedStatuses ?? abortedStatuses,
    };
    context.markDirty();
    res.json(purchasing.settings);
  });
  router.get('/stock-step', (_req, res) => {
    res.json({ storeIds: stockStep.storeIds });
  });
  router.post('/stock-step', (req, res) => {
    stockStep.setStores(stockStepSchema.parse(req.body).storeIds);
    context.markDirty();
    res.json({ storeIds: stockStep.storeIds });
  });
};
