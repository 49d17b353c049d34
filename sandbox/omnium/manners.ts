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
