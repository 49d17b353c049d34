import { type Request, type Response } from 'express';

import { type MannerSwitches } from '../kit/manners';
import { isJsonObject, type JsonObject, withNulls } from './wire/schema';

/** Models of the documents below a path; the first that fits. */
const modelsByPath: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/orders(\/|$)/i, 'Order'],
  [/^\/api\/privatecustomers(\/|$)/i, 'PrivateCustomer'],
  [/^\/api\/businesscustomers(\/|$)/i, 'BusinessCustomer'],
  [/^\/api\/purchaseorders(\/|$)/i, 'PurchaseOrder'],
  [/^\/api\/deliveries(\/|$)/i, 'Delivery'],
  [/^\/api\/products(\/|$)/i, 'Product'],
];

/** Counts of an envelope, which stay numbers. */
const counts = /^(totalHits|total|page|take|\w+Count)$/;

type Change = (document: JsonObject, member: string) => JsonObject;

/** Applies a change to every object in a value, the innermost first. */
const everywhere = (value: unknown, change: Change, member = ''): unknown => {
  if (Array.isArray(value)) {
    return value.map((each) => everywhere(each, change, member));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const members = Object.entries(value).map(([name, each]) => [name, everywhere(each, change, name)]);
  return change(Object.fromEntries(members) as JsonObject, member);
};

const isPayment = (member: string): boolean => member === 'payments';

const withText = (document: JsonObject, member: string): JsonObject =>
  member === '' && 'totalHits' in document
    ? document
    : Object.fromEntries(
        Object.entries(document).map(([name, value]) => [
          name,
          typeof value === 'number' && !counts.test(name) ? String(value) : value,
        ]),
      );

/** Lists of extra facts, in which one entry can be empty without the document meaning less. */
const oddLists = ['properties', 'externalIds', 'publicOrderNotes', 'assets', 'availableWarehouses'];

const withOddEntries = (document: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      oddLists.includes(name) && Array.isArray(value) ? [...(value as unknown[]), {}] : value,
    ]),
  );

const changesOf = (manners: MannerSwitches, model: string | undefined): Change[] => {
  const isOrder = model === 'Order';
  const isPurchase = model === 'PurchaseOrder' || model === 'Delivery';
  return [
    ...(isOrder && manners.has('payments-without-ids')
      ? [
          (document: JsonObject, member: string) =>
            isPayment(member) && document['id'] === '' ? { ...document, id: null } : document,
        ]
      : []),
    ...(isOrder && manners.has('captured-for-capture')
      ? [
          (document: JsonObject, member: string) =>
            isPayment(member) && document['transactionType'] === 'Capture'
              ? { ...document, transactionType: 'Captured' }
              : document,
        ]
      : []),
    ...(isOrder && manners.has('order-without-form')
      ? [
          (document: JsonObject) =>
            'orderForm' in document && Array.isArray(document['tags']) && document['tags'].includes('odd')
              ? { ...document, orderForm: null }
              : document,
        ]
      : []),
    ...(isPurchase && manners.has('purchase-lines-less-cancelled')
      ? [
          (document: JsonObject, member: string) =>
            member === 'lineItems' && 'extendedPriceExclTax' in document
              ? {
                  ...document,
                  discountedPrice: document['extendedPrice'],
                  discountedPriceExclTax: document['extendedPriceExclTax'],
                }
              : document,
        ]
      : []),
    ...(manners.has('odd-entries') ? [withOddEntries] : []),
    ...(manners.has('numbers-as-text') ? [withText] : []),
  ];
};

/**
 * Has documents be shown in the other ways that the contract leaves open, in whatever answer they are: `order-without-form`,
 * `payments-without-ids`, `captured-for-capture`, `purchase-lines-less-cancelled`, `nulls-shown`, `odd-entries`, `numbers-as-text`.
 */
export const showDifferently = (manners: MannerSwitches, req: Request, res: Response): void => {
  const model = modelsByPath.find(([path]) => path.test(req.path))?.[1];
  const changes = changesOf(manners, model);
  const fillsNulls = model !== undefined && manners.has('nulls-shown');
  if (changes.length === 0 && !fillsNulls) {
    return;
  }
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    if (typeof body !== 'string' || res.statusCode >= 300 || !/^\s*[[{]/.test(body)) return send(body);
    let shown: unknown = JSON.parse(body);
    if (fillsNulls) shown = withNulls(model, shown);
    for (const change of changes) shown = everywhere(shown, change);
    return send(JSON.stringify(shown));
  };
};
