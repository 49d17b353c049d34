import { randomUUID } from 'node:crypto';

import { type Router } from 'express';
import { z } from 'zod';

import { addCatalogueControlRoutes } from './catalogue/control-routes';
import { addInvoiceControlRoutes } from './invoices/read-routes';
import { addPurchasingControlRoutes } from './purchasing/control-routes';
import { type World } from './world';

const subscriptionSchema = z.strictObject({
  subscriptionId: z.string().min(1).optional(),
  name: z.string().default('subscription'),
  url: z.url(),
  method: z.enum(['POST', 'PUT']).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  classNames: z.array(z.string()).optional(),
  subClassNames: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
  statuses: z.array(z.string()).optional(),
  stores: z.array(z.string()).optional(),
  markets: z.array(z.string()).optional(),
  operationIds: z.array(z.int()).optional(),
  isError: z.boolean().optional(),
});

const apiUserSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  active: z.boolean().optional(),
  roles: z.array(z.string()).optional(),
});

const eventSchema = z.looseObject({ objectId: z.string().optional(), className: z.string().optional() });

const customerRulesSchema = z.strictObject({
  customerIdField: z.enum(['given', 'email', 'phone']).optional(),
  uniqueEmail: z.boolean().optional(),
  uniquePhone: z.boolean().optional(),
});

/** `CustomerIdField` and what must be unique: the tenant's settings, for customers that come from now on. */
const addCustomerRules = (router: Router, world: World): void => {
  router.get('/customer-rules', (_req, res) => {
    res.json(world.customerRules);
  });
  router.post('/customer-rules', (req, res) => {
    const given = customerRulesSchema.parse(req.body);
    const { customerIdField, uniqueEmail, uniquePhone } = world.customerRules;
    world.customerRules = {
      customerIdField: given.customerIdField ?? customerIdField,
      uniqueEmail: given.uniqueEmail ?? uniqueEmail,
      uniquePhone: given.uniquePhone ?? uniquePhone,
    };
    world.context.markDirty();
    res.json(world.customerRules);
  });
};

const addSubscriptions = (router: Router, { events, context }: World): void => {
  router.post('/subscriptions', (req, res) => {
    const given = subscriptionSchema.parse(req.body);
    const subscription = { ...given, subscriptionId: given.subscriptionId ?? randomUUID() };
    events.subscriptions.set(subscription.subscriptionId, subscription);
    context.markDirty();
    res.status(201).json({ subscriptionId: subscription.subscriptionId });
  });
  router.get('/subscriptions', (_req, res) => {
    res.json({ subscriptions: [...events.subscriptions.values()] });
  });
  router.delete('/subscriptions', (_req, res) => {
    events.subscriptions.clear();
    context.markDirty();
    res.status(204).end();
  });
  router.delete('/subscriptions/:subscriptionId', (req, res) => {
    const removed = events.subscriptions.delete(req.params.subscriptionId);
    context.markDirty();
    res.status(removed ? 204 : 404).end();
  });
};

/**
 * What people do in Omnium's own user interface, and what only a test does, below `/_sandbox`:
 * subscriptions, API users (`active: false` kills live tokens at once), rules about customers, hand-made events, files
 * of invoices, locks of purchase orders, reservations, the tenant's purchase settings and its stock step, and below
 * `/catalogue` changes of products, prices and categories.
 */
export const addOmniumControlRoutes = (router: Router, world: World): void => {
  addSubscriptions(router, world);
  addCustomerRules(router, world);
  addInvoiceControlRoutes(router, world);
  addPurchasingControlRoutes(router, world);
  addCatalogueControlRoutes(router, world);
  router.post('/events', (req, res) => {
    const body = z.union([eventSchema, z.array(eventSchema).min(1)]).parse(req.body);
    res.status(202).json({ deliveries: world.events.send(body) });
  });
  router.get('/api-users', (_req, res) => {
    res.json({ users: world.users.values().map(({ clientId, active, roles }) => ({ clientId, active, roles })) });
  });
  router.post('/api-user', (req, res) => {
    const given = apiUserSchema.parse(req.body);
    const clientId = given.clientId ?? world.chain.omniumApiUser.clientId;
    const before = world.users.get(clientId);
    const clientSecret = given.clientSecret ?? before?.clientSecret;
    if (clientSecret === undefined) {
      res.status(400).json({ message: 'a new API user needs a clientSecret' });
      return;
    }
    const active = given.active ?? before?.active ?? true;
    const roles = given.roles ?? before?.roles ?? ['ApiOwner'];
    world.users.put({ clientId, clientSecret, active, roles });
    world.context.markDirty();
    res.json({ clientId, active, roles });
  });
};
