import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CATEGORY_TASK, exportsPurchaseOrders } from '../config/connector';
import type { TenantConfig } from '../config/types';
import { customerKind } from '../contracts/kinds/customer';
import { orderKind } from '../contracts/kinds/order';
import { purchaseOrderKind } from '../contracts/kinds/purchase-order';
import { storesKind } from '../contracts/kinds/stores';
import type { Publisher } from '../temporal/publisher';
import { sealedCustomer } from '../temporal/sealed-reference';
import {
  durable,
  type EventHandler,
  type EventResult,
  ignored,
  isPlainWord,
  isUsableId,
  membersOf,
  OWN_WRITE,
  plainText,
  refused,
  UNUSABLE_ID,
} from './intake';
import type { ProductIntake } from './product-intake';

/** Where events become durable. */
export interface EventServices {
  readonly publisher: Publisher;
  readonly products: ProductIntake;
}

/** An Omnium event as far as it concerns us: the object and what happened to it, never the document. */
const omniumEvent = z.object({
  id: plainText,
  operationid: plainText,
  timestamp: plainText,
  classname: plainText,
  subclassname: plainText,
  objectid: plainText,
  objectnumber: plainText,
  category: plainText,
  market: plainText,
  storeid: plainText,
  status: plainText,
  previousstatus: plainText,
  origin: plainText,
});
type OmniumEvent = z.infer<typeof omniumEvent>;

/** Records an event of one class. `id` is the object's. */
type Recorder = (services: EventServices, tenant: TenantConfig, event: OmniumEvent, id: string) => Promise<EventResult>;

/** The classes that are synced, in lower case. */
const RECORDERS: ReadonlyMap<string, Recorder> = new Map<string, Recorder>([
  ['order', recordOrder],
  [
    'privatecustomer',
    (services, tenant, event, id) => recordCustomer(services, tenant, event, { kind: 'private', id }),
  ],
  [
    'businesscustomer',
    (services, tenant, event, id) => recordCustomer(services, tenant, event, { kind: 'business', id }),
  ],
  [
    'purchaseorder',
    (services, tenant, event, id) => recordPurchaseOrder(services, tenant, event, { purchaseOrderId: id }),
  ],
  ['delivery', (services, tenant, event, id) => recordPurchaseOrder(services, tenant, event, { deliveryId: id })],
  ['store', recordStores],
  ['product', recordProduct],
]);
const SYNCED_CLASSES = 'Order, PrivateCustomer, BusinessCustomer, PurchaseOrder, Delivery, Store and Product';

/**
 * Omnium's events (contract: "Event subscriptions"). Orders are recorded; customers, purchase orders with their deliveries,
 * stores and products where the connector exports them.
 */
export function omniumEvents(services: EventServices): EventHandler {
  return async (tenant, value) => {
    const members = membersOf(value);
    if (!members) return refused('an event is a JSON object');
    const event = omniumEvent.parse(members);
    if (!event.objectid) return refused('the event names no object (objectId)');
    const record = RECORDERS.get(event.classname?.toLowerCase() ?? '');
    if (record === undefined) return ignored(notSynced(event.classname));
    // The author is no part of the event's schema, and so of its identity: older events keep the ids they had.
    if (plainText.parse(members.userid) === tenant.omnium.apiUserId) return OWN_WRITE;
    return await record(services, tenant, event, event.objectid);
  };
}

async function recordOrder(
  { publisher }: EventServices,
  { tenantUid, stores }: TenantConfig,
  event: OmniumEvent,
  omniumOrderId: string,
): Promise<EventResult> {
  const orderNumber = event.objectnumber || omniumOrderId;
  if (!isUsableId(orderNumber) || !isUsableId(omniumOrderId)) return refused(`an order number ${UNUSABLE_ID}`);
  const store = stores.find(({ storeId }) => storeId === event.storeid);
  const outcome = await durable(
    publisher.publish(orderKind, { tenantUid, orderNumber, omniumOrderId }, noticeOf(event), {
      direction: 'inbound',
      storeUid: store?.storeUid,
    }),
  );
  return { outcome, orderNumber };
}

async function recordCustomer(
  { publisher }: EventServices,
  { tenantUid, connector, settings }: TenantConfig,
  event: OmniumEvent,
  customer: { readonly kind: 'private' | 'business'; readonly id: string },
): Promise<EventResult> {
  if (!isUsableId(customer.id)) return refused(`a customer's id ${UNUSABLE_ID}`);
  const exporter = customer.kind === 'private' ? 'IPrivateCustomerExporter' : 'IBusinessCustomerExporter';
  if (!connector.implementations.includes(exporter))
    return ignored(`${customer.kind} customers are not exported: ${exporter} is not among the implementations`);
  // An anonymised customer still exists and has changed; one that was deleted does not.
  const kind = event.category?.toLowerCase() === 'deleted' ? 'deleted' : 'changed';
  const about = { side: 'omnium', ...customer } as const;
  const { key, reference, direction } = sealedCustomer(tenantUid, about, settings.OMNIUM_CLIENT_SECRET);
  const notice = { ...noticeOf(event), kind, reference } as const;
  return { outcome: await durable(publisher.publish(customerKind, key, notice, { direction })) };
}

/** An event that names another tenant's market is left to that tenant; of one that names none the pass finds out. */
async function recordPurchaseOrder(
  { publisher }: EventServices,
  { tenantUid, connector, markets }: TenantConfig,
  event: OmniumEvent,
  about: { readonly purchaseOrderId: string } | { readonly deliveryId: string },
): Promise<EventResult> {
  if (!Object.values(about).every(isUsableId)) return refused(`the id of a purchase order or delivery ${UNUSABLE_ID}`);
  if (!exportsPurchaseOrders(connector)) {
    const exporters = 'neither IPurchaseOrderSynchronousExporter nor IDeliveryExporter';
    return ignored(`purchase orders are not exported: ${exporters} is among the implementations`);
  }
  const market = event.market?.toLowerCase();
  if (market && !markets.some(({ marketId }) => marketId.toLowerCase() === market))
    return ignored('the event is of a market that the tenant does not have');
  const subject = { tenantUid, ...about };
  const outcome = await durable(publisher.publish(purchaseOrderKind, subject, noticeOf(event)));
  return { outcome, workflowId: purchaseOrderKind.id(subject) };
}

/** Which store it is does not matter: all of a tenant are compared together. */
async function recordStores(
  { publisher }: EventServices,
  { tenantUid, connector }: TenantConfig,
  event: OmniumEvent,
): Promise<EventResult> {
  if (!connector.implementations.includes('IStoreExporter'))
    return ignored('stores are not exported: IStoreExporter is not among the implementations');
  const outcome = await durable(publisher.publish(storesKind, { tenantUid }, noticeOf(event)));
  return { outcome, workflowId: storesKind.id({ tenantUid }) };
}

async function recordProduct(
  { products }: EventServices,
  tenant: TenantConfig,
  event: OmniumEvent,
  productId: string,
): Promise<EventResult> {
  if (!isUsableId(productId)) return refused(`a product's id ${UNUSABLE_ID}`);
  return await products.record(tenant, { ...noticeOf(event), productId });
}

/** The event as its workflow sees it; `what` is e.g. `Updated (310100)`. */
function noticeOf(event: OmniumEvent): { eventId: string; source: 'omnium'; what: string } {
  const { category, operationid } = event;
  const word = isPlainWord(category) ? category : 'Changed';
  const what = isPlainWord(operationid) ? `${word} (${operationid})` : word;
  return { eventId: eventIdOf(event), source: 'omnium', what };
}

/**
 * The sender's id; for older events, which have none, a hash of what they say. Without a timestamp two different changes
 * can look alike, so such an event counts as new every time: one pass too many is harmless, one too few is not.
 */
function eventIdOf(event: OmniumEvent): string {
  const hash = (value: string): string => `sha256:${createHash('sha256').update(value).digest('hex')}`;
  const { id, timestamp } = event;
  // An id of zeros and hyphens is an empty one.
  if (id && !/^[0-]*$/.test(id)) return /^[\w:.-]{1,100}$/.test(id) ? id : hash(id);
  if (!timestamp) return `unnamed:${randomUUID()}`;
  return hash(JSON.stringify(omniumEvent.keyof().options.map((name) => event[name] ?? null)));
}

/** The tree of categories is only right as a whole, parents first. */
const CATEGORIES_BY_TASK = `categories are exported by ${CATEGORY_TASK}`;

/** Classes, in lower case, whose objects reach Flow by a schedule. */
const BY_SCHEDULE: ReadonlyMap<string, string> = new Map([
  ['inventory', 'events of class Inventory are not synced: stock levels are exported by schedule'],
  ['category', CATEGORIES_BY_TASK],
  ['productcategory', CATEGORIES_BY_TASK],
  ['pricelist', 'events of class PriceList are not synced: prices are exported by schedule'],
]);

function notSynced(className: string | undefined): string {
  if (!className) return 'the event names no class (className)';
  const named = isPlainWord(className) ? `class ${className}` : 'this class';
  return BY_SCHEDULE.get(className.toLowerCase()) ?? `events of ${named} are not synced; only ${SYNCED_CLASSES} are`;
}
