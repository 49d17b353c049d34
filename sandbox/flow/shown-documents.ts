import { type MannerSwitches } from '../kit/manners';
import { type FlowDocument } from './orders/order-document';
import { type Answer } from './routes/route';

const isDocument = (value: unknown): value is FlowDocument =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

type Change = (document: FlowDocument) => FlowDocument;

/** Applies a change to every object in a value, the innermost first. */
function everywhere(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((each) => everywhere(each, change));
  if (!isDocument(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, everywhere(each, change)])));
}

/** What pages are counted by stays numbers. */
const counts = /^(pageNumber|pageSize|totalCount)$/;

const withText: Change = (document) =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      typeof value === 'number' && !counts.test(name) ? String(value) : value,
    ]),
  );

const oddLists = ['addresses', 'contacts', 'consents', 'extensions', 'vatTotals'];

const withOddEntries: Change = (document) =>
  Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      oddLists.includes(name) && Array.isArray(value) ? [...(value as unknown[]), {}] : value,
    ]),
  );

/** Names that a sum of VAT may as well have. */
const otherNames: Readonly<Record<string, string>> = {
  totalVatAmount: 'totalVat',
  itemVatAmount: 'vat',
  totalSettlement: 'settledAmount',
};

const renamed: Change = (document) =>
  Object.fromEntries(Object.entries(document).map(([name, value]) => [otherNames[name] ?? name, value]));

/** Beside each payment of an order, one that has not begun and one that failed. */
const withUnfinished: Change = (document) => {
  const { settlements } = document;
  if (!Array.isArray(settlements) || !('settlementTotals' in document)) return document;
  const others = settlements.filter(isDocument).flatMap((settlement) => {
    const uid = String(settlement['settlementUid']);
    const other = { ...settlement, orderReceiptUid: null, settledAt: null };
    return [
      { ...other, settlementUid: `${uid}_new`, state: 'NOT_STARTED', status: 'NEW' },
      { ...other, settlementUid: `${uid}_failed`, state: 'FAILED', status: 'CANCELLED' },
    ];
  });
  return { ...document, settlements: [...others, ...(settlements as unknown[])] };
};

/** A receipt that does not say how it was paid, and payments that do not say on which receipt they are. */
const withoutPayments: Change = (document) => {
  if ('orderReceiptUid' in document && 'settlements' in document) return { ...document, settlements: [] };
  return 'settlementUid' in document ? { ...document, orderReceiptUid: null } : document;
};

const changes: readonly (readonly [manner: string, Change])[] = [
  ['receipts-without-payments', withoutPayments],
  ['unfinished-settlements', withUnfinished],
  ['vat-named-otherwise', renamed],
  ['odd-entries', withOddEntries],
  ['numbers-as-text', withText],
];

/** An answer of the API as it is shown in the manners that are on. */
export function shownIn(manners: MannerSwitches, answer: Answer): Answer {
  const on = changes.filter(([manner]) => manners.has(manner));
  if (on.length === 0 || answer.status >= 300 || Buffer.isBuffer(answer.body)) return answer;
  return { ...answer, body: on.reduce((body, [, change]) => everywhere(body, change), answer.body) };
}

/** Texts as Flow keeps them when it normalises: e-mail addresses in small letters, no needless blanks, phones with 00. */
export function normalised(value: unknown, member = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => normalised(each, member));
  if (isDocument(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, normalised(each, name)]));
  }
  if (typeof value !== 'string') return value;
  const text = value.trim().replace(/ {2,}/g, ' ');
  if (/email/i.test(member)) return text.toLowerCase();
  return /mobile|phone/i.test(member) ? text.replace(/^\+/, '00') : text;
}
