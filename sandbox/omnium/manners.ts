import { type Manners } from '../kit/manners';

/** What Omnium's contract leaves open, each with the sentence it stands for. */
export const OMNIUM_MANNERS = {
  'finished-without-delivered': {
    does: 'A finished status leaves deliveredQuantity as it is.',
    contract: 'additions: a finished status does not have to fill deliveredQuantity',
  },
  'found-by-id-alone': {
    does: 'An order is found by its id, and not by its number.',
    contract: '§3.1: GET /api/Orders/{id}; by number is documented for the Returns path only',
  },
  'numbers-occur-twice': {
    does: 'A second order may have the number of another one.',
    contract: 'additions: orderNumber need not be unique, id is',
  },
  'own-statuses': {
    does: 'Every order type also knows AtTheDesk (picked), HandedToCourier (delivered), Withdrawn (cancelled), FraudCheck (a kind of OnHold) and Mystery (nothing is said about it).',
    contract: 'additions: tenants add statuses of their own; Settings/OrderTypes says what they are',
  },
  'deadline-not-kept': {
    does: 'A patch leaves customerPickupDeadline as it is.',
    contract: 'additions: customerPickupDeadline is marked calculated: a patch may be ignored',
  },
  'order-without-form': {
    does: 'An order with the tag `odd` is shown with orderForm null, in lists and by itself.',
    contract: 'additions: members documented as nullable are null somewhere: orderForm …',
  },
  'queued-first': {
    does: 'A new order is Queued for two seconds, and refuses updates until then.',
    contract: 'additions: while an order is Queued it must not be updated',
  },
  'orders-in-euro': {
    does: 'A new order is in EUR, whatever its market’s currency is.',
    contract: 'additions: billingCurrency can differ from the tenant’s',
  },
  'vat-free-lines': {
    does: 'The lines of a new order have the tax rate 0.',
    contract: '§3.3: taxRate of an order line is its own, not the product’s',
  },
  'captured-at-hand-over': {
    does: 'The workflow of a handed over order captures in two parts what was authorised; that of a cancelled one voids it.',
    contract: 'additions: web payments are normally Authorization first, captured by the workflow on Ship / PickedUp',
  },
  'failed-payment-first': {
    does: 'Before each payment of a new order stands the same one, failed.',
    contract: '§3.3: status of a payment: Processed or Failed',
  },
  'payments-without-ids': {
    does: 'Payments of a new order, and what its workflow captures, have no id.',
    contract: 'additions: several captures may share one transactionId and have no id',
  },
  'captured-for-capture': {
    does: 'A Capture is shown as Captured.',
    contract: 'additions: one table spells the capture Captured, another Capture: read both',
  },
  'shipment-per-line': {
    does: 'A new order has a shipment for each line.',
    contract: 'additions: an order may have several shipments with their own sender, status and lines',
  },
  'pickup-in-two-shops': {
    does: 'The lines of a new order but the first are picked up in another shop.',
    contract: 'additions: an order may have several shipments with their own pick-up shop',
  },
  'lines-in-no-shipment': {
    does: 'The shipment of a new order holds none of its lines.',
    contract: 'additions: lines may stand on the order form and in no shipment',
  },
  'shop-address-on-pickup': {
    does: 'The shipment of a pick-up order has the address of the shop.',
    contract: 'additions: on pick-up shipments Omnium itself puts the shop’s address',
  },
  'unique-email': {
    does: 'A second customer of a kind with one e-mail address is refused.',
    contract: '§5.2: unique e-mail/phone can be enforced, then a duplicate create fails',
  },
  'purchase-lines-less-cancelled': {
    does: 'The discounted price of a purchase order’s line is for what is not cancelled.',
    contract: 'additions: whether purchase order lines take cancelled pieces out of discountedPrice is undocumented',
  },
  'ended-prices-left-out': {
    does: 'A search for prices gives those that have not ended.',
    contract:
      '§9.2: whether Prices/Search gives prices that have ended is not said; §9.1: a product has those that hold',
  },
  'inactive-stores-left-out': {
    does: 'The list of all stores leaves out inactive ones.',
    contract: '§9.4: SearchStores leaves inactive ones out unless includeInactive; of GET /api/Stores nothing is said',
  },
  'nulls-shown': {
    does: 'Texts, lists and objects that a document does not have are there as null.',
    contract: 'additions: members documented as nullable are null somewhere',
  },
  'odd-entries': {
    does: 'Lists of properties, external ids, notes, files and available warehouses have one empty entry.',
    contract: 'additions: members documented as nullable are null somewhere: warehouseCode of an available warehouse …',
  },
  'numbers-as-text': {
    does: 'Numbers in documents are texts.',
    contract: '§2: what answers do beyond their models is open',
  },
  'scrolls-end-early': {
    does: 'A scroll gives its first batch and then an empty one, though totalHits says that there are more.',
    contract: 'additions: answers can be partial: a search that gives fewer hits than totalHits has not been read',
  },
  'short-pages': {
    does: 'A page of a search or list holds half of what is due on it, though totalHits says how much there is.',
    contract: 'additions: answers can be partial: a search that gives fewer hits than totalHits has not been read',
  },
  'searches-capped': {
    does: 'A search without a scroll gives no more than one batch, and totalHits says how many there are.',
    contract: '§9.2: CostPrices/Search; no scroll endpoint listed',
  },
} as const satisfies Manners;
