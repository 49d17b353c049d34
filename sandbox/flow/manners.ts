import { type Manners } from '../kit/manners';

/** What Flow's contract leaves open, each with the sentence it stands for. */
export const FLOW_MANNERS = {
  'unfinished-settlements': {
    does: 'Beside each payment of an order stand two more, one NOT_STARTED and NEW, one FAILED and CANCELLED.',
    contract: '§9: only a settlement that is done is money',
  },
  'receipts-without-payments': {
    does: 'A receipt does not say how it was paid, and no payment on which receipt it is.',
    contract: '§3.7: members of receipts beyond the documented ones are assumed',
  },
  'vat-named-otherwise': {
    does: 'Sums of VAT are called totalVat and vat, that of a receipt’s payments settledAmount.',
    contract: '§3.4: names inside orderTotals, settlementTotals and receiptTotals are documented nowhere',
  },
  'negative-prices': {
    does: 'A line may have a price below 0.',
    contract: '§9: whether Flow accepts a negative line on a web order is unknown',
  },
  'normalises-writes': {
    does: 'E-mail addresses are kept in small letters, phones with 00 instead of +, texts without needless blanks.',
    contract: '§9: Flow may normalise what it stores: compare after the same normalisation',
  },
  'found-late': {
    does: 'What was made by the API is not found by itself for fifteen seconds (times the time scale).',
    contract: '§2: when a write is to be seen is said nowhere',
  },
  'no-stock-record': {
    does: 'A product of which there is and was nothing in a warehouse has no stock record there.',
    contract: '§9: a stock record may be absent for a product in a warehouse',
  },
  'odd-entries': {
    does: 'Lists of addresses, contacts, consents and VAT totals have one empty entry.',
    contract: '§2: what answers do beyond their models is open',
  },
  'numbers-as-text': {
    does: 'Numbers in documents are texts.',
    contract: '§2: what answers do beyond their models is open',
  },
  'pre-payment-refused': {
    does: 'A pre-payment is refused with 409, as the method Pre-Payment is not enabled.',
    contract: '§9: the method Pre-Payment must be enabled on tenant and store',
  },
  'pre-payment-keeps-state': {
    does: 'A pre-payment leaves the order in the state that it is in.',
    contract: '§9: the order is set PARKED (said of orders made at a till)',
  },
  'prepaid-orders-expire': {
    does: 'A parked order with a pre-payment is deleted after its time, as one without is.',
    contract: '§9: what becomes of a pre-payment is not documented',
  },
} as const satisfies Manners;
