import type { TradeKind } from './trade';

/** How the integration hears of a trade, for counting its calls. */
type Hearing = 'once' | 'by-all-webhooks' | 'by-sweep' | 'again' | 'as-echo';

/** A line of the table of vendor calls: a case, and the fewest calls that the vendors' contracts leave for it. */
export interface CallCase {
  readonly name: string;
  readonly trade: TradeKind;
  readonly hearing: Hearing;
  readonly minimum: number;
  /** Why it cannot be fewer. */
  readonly why: string;
  /** What those are for that ours makes beyond the minimum. */
  readonly added: string;
}

const LOOK_AND_PROOF =
  'look before the write (a repeat makes no second order); read back (PosOrders answers nothing; totals are compared)';
const LOOK =
  'look at the order in both systems before the write (what is there already is neither paid nor delivered again)';
const TWO_OWNERS =
  'the webhook names the return, and the sale’s own workflow does the work: read return and sale once more';

/** All cases, in the order of the table. Written for the fewest calls by somebody who never repeats and never fails. */
export const CALL_CASES: readonly CallCase[] = [
  {
    ...{ name: 'sale', trade: 'sale', hearing: 'once', minimum: 2 },
    why: 'read the order in Flow (webhooks carry references only); PosOrders',
    added: LOOK_AND_PROOF,
  },
  {
    ...{ name: 'sale, known customer', trade: 'sale-with-customer', hearing: 'once', minimum: 3 },
    why: 'sale; read the customer (the order holds Flow’s uid, not Omnium’s id)',
    added: LOOK_AND_PROOF,
  },
  {
    ...{ name: 'sale, new customer', trade: 'sale-with-new-customer', hearing: 'once', minimum: 5 },
    why: 'sale; read the customer; save it in Omnium; write Omnium’s id back to Flow',
    added: `${LOOK_AND_PROOF}; look-ups by id, e-mail and mobile (no customer is made twice); read back which id Omnium kept`,
  },
  {
    ...{ name: 'sale with receipt', trade: 'sale-with-receipt', hearing: 'once', minimum: 6 },
    why: 'sale; read the receipt; PDF; UpdateInvoice; AddAsset',
    added: `${LOOK_AND_PROOF}; look at the invoice; the receipt’s order (tells pre-payments of the web from money taken in the shop)`,
  },
  {
    ...{ name: 'sale, all three webhooks at once', trade: 'sale', hearing: 'by-all-webhooks', minimum: 2 },
    why: 'as a sale: nothing has changed between the three',
    added: `${LOOK_AND_PROOF}; webhooks that come while the pass runs ask for one more, which looks at both sides (none to two, by timing)`,
  },
  {
    ...{ name: 'hand-over of a web order', trade: 'hand-over', hearing: 'once', minimum: 3 },
    why: 'read the order in Flow; AddPayments; OrderLinesUpdate with the status',
    added: LOOK,
  },
  {
    ...{ name: 'hand-over, number is no uid', trade: 'hand-over-of-other-number', hearing: 'once', minimum: 3 },
    why: 'as a hand-over',
    added: `${LOOK}; the webhook names the uid, and the workflow of the number does the work: read in Flow once more`,
  },
  {
    ...{ name: 'part hand-over', trade: 'part-hand-over', hearing: 'once', minimum: 2 },
    why: 'read the order in Flow; OrderLinesUpdate',
    added: LOOK,
  },
  {
    ...{ name: 'cancellation in the shop', trade: 'cancellation', hearing: 'by-sweep', minimum: 2 },
    why: 'read the order in Flow; UpdateStatus (Flow tells nobody: the sweep’s own calls are not counted)',
    added: LOOK,
  },
  {
    ...{ name: 'return', trade: 'return', hearing: 'once', minimum: 2 },
    why: 'read the return in Flow; POST Return (the id of a sale born at a till is Flow’s uid)',
    added: `read the sale (its prices, and whether it came from Omnium); look for the RMA number in Omnium; ${TWO_OWNERS}`,
  },
  {
    ...{ name: 'exchange', trade: 'exchange', hearing: 'once', minimum: 2 },
    why: 'as a return: the new goods go along',
    added: 'as a return',
  },
  {
    ...{ name: 'blind return', trade: 'blind-return', hearing: 'once', minimum: 2 },
    why: 'as a sale, with negative pieces',
    added: LOOK_AND_PROOF,
  },
  {
    ...{ name: 'echo of our own write', trade: 'sale', hearing: 'as-echo', minimum: 0 },
    why: 'the author says that it is ours',
    added: '',
  },
  {
    ...{ name: 'second event, nothing changed', trade: 'sale', hearing: 'again', minimum: 1 },
    why: 'read the order in Flow: a webhook does not say whether anything changed',
    added: 'look at the order in Omnium: equal is what both have',
  },
  {
    ...{ name: 'second event, with receipt', trade: 'sale-with-receipt', hearing: 'again', minimum: 1 },
    why: 'as above',
    added: 'as above; look at the invoice and its file',
  },
];
