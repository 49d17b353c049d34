import { STORE, type CrashWorld, type Json } from './crash-world';

/** Where everything is that a flow writes to. Documents that are not there are compared as such. */
export interface Whereabouts {
  /** Uids of orders in Flow. */
  readonly flowOrders?: readonly string[];
  /** Ids of orders in Omnium. */
  readonly omniumOrders?: readonly string[];
  readonly flowCustomers?: readonly string[];
  readonly privateCustomers?: readonly string[];
  readonly businessCustomers?: readonly string[];
}

/** Both systems' documents of one instance of a flow, without what cannot be the same in two instances. */
export async function documentsOf(world: CrashWorld, where: Whereabouts, tag: string): Promise<unknown> {
  const documents: Json = {};
  for (const uid of where.flowOrders ?? []) {
    const order = await world.flow('GET', `/orders/${uid}`);
    documents[`Flow order ${uid}`] = order;
    const settlements = (order?.settlements ?? []) as Json[];
    const receipts: unknown[] = [];
    documents[`Flow receipts of ${uid}`] = receipts;
    const receiptUids = settlements.map(({ orderReceiptUid }) => orderReceiptUid);
    for (const receiptUid of new Set(receiptUids.filter((each) => typeof each === 'string'))) {
      const path = `/stores/${String(order?.storeUid)}/receipts/${receiptUid}`;
      receipts.push(await world.flow('GET', path));
    }
  }
  for (const id of where.omniumOrders ?? []) {
    documents[`Omnium order ${id}`] = await world.omnium('GET', `/api/Orders/${id}`);
    documents[`Omnium invoices of ${id}`] = await world.omnium('GET', `/api/Invoices/Orders/${id}`);
  }
  for (const uid of where.flowCustomers ?? []) {
    documents[`Flow customer ${uid}`] = await world.flow('GET', `/customers/${uid}`);
  }
  for (const [resource, ids] of Object.entries({
    PrivateCustomers: where.privateCustomers,
    BusinessCustomers: where.businessCustomers,
  })) {
    for (const id of ids ?? []) {
      documents[`${resource} ${id}`] = await world.omnium('GET', `/api/${resource}/${encodeURIComponent(id)}`);
    }
  }
  return comparable(documents, tag);
}

/** How many documents of each kind both systems have in all: whatever a flow makes twice, this grows too much. */
export async function countDocuments(world: CrashWorld): Promise<Record<string, number>> {
  const inFlow = async (path: string): Promise<number> => {
    const page = await world.flow('GET', `${path}?pageSize=1`);
    return Number((page?.paging as Json | undefined)?.totalCount);
  };
  const inOmnium = async (resource: string): Promise<number> =>
    Number((await world.omnium('POST', `/api/${resource}/Search`, { take: 1, page: 0 }))?.totalHits);
  return {
    'Flow orders': await inFlow(`/stores/${STORE}/orders`),
    'Flow customers': await inFlow('/customers'),
    'Flow receipts': await inFlow(`/stores/${STORE}/receipts`),
    'Omnium orders': await inOmnium('Orders'),
    'Omnium invoices': await inOmnium('Invoices'),
    'Omnium private customers': await inOmnium('PrivateCustomers'),
    'Omnium business customers': await inOmnium('BusinessCustomers'),
  };
}

/** What has been added between two counts. */
export function growth(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]));
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const TIME = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?/g;
/** Phone and organisation numbers of these tests: each instance of a flow has its own. */
const COMPANY_NUMBER = /\b914\d{6}\b/g;
const PHONE = /\+4790\d{6}\b/g;
/** Fingerprints of values that hold the instance's own name. */
const FINGERPRINT = /\b(vatNumber|email|mobile|loyaltyId):[0-9a-f]{8}\b/g;
/** Numbers that the vendors count up by themselves. */
const COUNTED = /"(?:orderNumber|voucherNumber|invoiceNumber)":"(\d+)"/g;
/** Size of a file: a PDF names its order and the time. */
const SIZE = /"length":\d+/g;

/** What is left of documents when the names of one instance, times and running numbers are taken out. */
export function comparable(documents: unknown, tag: string): unknown {
  let text = JSON.stringify(sorted(documents));
  const uuids = new Map<string, string>();
  for (const number of new Set([...text.matchAll(COUNTED)].map(([, found]) => found ?? ''))) {
    text = text.replaceAll(new RegExp(`\\b${number}\\b`, 'g'), '#number');
  }
  text = text
    .replaceAll(UUID, (uuid) => {
      const known = uuids.get(uuid) ?? `#uid${uuids.size + 1}`;
      uuids.set(uuid, known);
      return known;
    })
    .replaceAll(TIME, '#time')
    .replaceAll(tag, '#tag')
    .replaceAll(tag.toUpperCase(), '#TAG')
    .replaceAll(PHONE, '#phone')
    .replaceAll(COMPANY_NUMBER, '#company')
    .replaceAll(FINGERPRINT, '$1:#hash')
    .replaceAll(SIZE, '"length":"#size"');
  return JSON.parse(text);
}

/** With members by name: two ways of writing a document may leave them in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
