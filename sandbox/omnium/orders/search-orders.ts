import { type Order } from '../documents';
import { type PageRequest } from '../state/paging';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, textIs, when } from '../state/filters';
import { model } from '../wire/schema';
import { type OrderBook } from './order-book';

/** The members of a search body that the sandbox answers (contract §3.4). */
export interface OrderSearch extends CommonSearch, PageRequest {
  readonly completedFrom?: string;
  readonly completedTo?: string;
  readonly readyForPickupFrom?: string;
  readonly readyForPickupTo?: string;
  readonly customerId?: string;
  readonly customerIds?: readonly string[];
  readonly customerName?: string;
  readonly customerNumber?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly orderNumber?: string;
  readonly orderType?: string;
  readonly productNumbers?: readonly string[];
  readonly salesChannels?: readonly string[];
  readonly searchText?: string;
  readonly selectedMarkets?: readonly string[];
  readonly selectedStatuses?: readonly string[];
  readonly excludedStatuses?: readonly string[];
  readonly selectedStores?: readonly string[];
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'externalIds', 'tags', 'excludedTags', 'properties'],
  ...['property', 'sortOrder', 'take', 'page', 'disableFacets', 'completedFrom', 'completedTo', 'readyForPickupFrom'],
  ...['readyForPickupTo', 'customerId', 'customerIds', 'customerName', 'customerNumber', 'email', 'phone'],
  ...['orderNumber', 'orderType', 'productNumbers', 'salesChannels', 'searchText', 'selectedMarkets'],
  ...['selectedStatuses', 'excludedStatuses', 'selectedStores'],
]);

/** The body of `POST /api/Orders/Search` and `/Scroll`. */
export const orderSearchModel = model<OrderSearch>('OrderSearchRequest');

const from = (member: string, value: string | undefined): Test<Order>[] =>
  when(value, (wanted) => (order) => typeof order[member] === 'string' && order[member] >= wanted);

const to = (member: string, value: string | undefined): Test<Order>[] =>
  when(value, (wanted) => (order) => typeof order[member] === 'string' && order[member] <= wanted);

const hasProduct = (order: Order, skus: readonly string[]): boolean =>
  order.orderForm.lineItems.some(({ code }) => skus.includes(code));

/** @throws OmniumProblem 400 for a filter that is not offered or an unknown sort order. */
export const searchOrders = (book: OrderBook, search: OrderSearch): Order[] => {
  refuseUnoffered(search, offered);
  const excluded = new Set(search.excludedStatuses ?? []);
  const source = book.documents.narrowedBy({
    orderNumber: search.orderNumber,
    externalIds: search.externalIds,
    email: search.email,
    phone: search.phone,
    customerId: search.customerId ?? search.customerIds,
  });
  return findHits(source, search, [
    ...from('completed', search.completedFrom),
    ...to('completed', search.completedTo),
    ...from('readyForPickup', search.readyForPickupFrom),
    ...to('readyForPickup', search.readyForPickupTo),
    ...textIs<Order>(search.customerId, ({ customerId }) => customerId),
    ...anyOf<Order>(search.customerIds, ({ customerId }) => customerId),
    ...textIn<Order>(search.customerName, (order) => [order['customerName']]),
    ...textIs<Order>(search.customerNumber, ({ customerNumber }) => customerNumber),
    ...textIs<Order>(search.email, (order) => order['customerEmail']),
    ...textIs<Order>(search.phone, (order) => order['customerPhone']),
    ...textIs<Order>(search.orderNumber, ({ orderNumber }) => orderNumber),
    ...textIs<Order>(search.orderType, ({ orderType }) => orderType),
    ...anyOf<Order>(search.salesChannels, (order) => order['salesChannel']),
    ...anyOf<Order>(search.selectedMarkets, ({ marketId }) => marketId),
    ...anyOf<Order>(search.selectedStatuses, ({ status }) => status),
    ...(excluded.size === 0 ? [] : [({ status }: Order) => !excluded.has(status)]),
    ...anyOf<Order>(search.selectedStores, ({ storeId }) => storeId),
    ...when<readonly string[], Order>(search.productNumbers, (skus) => (order) => hasProduct(order, skus)),
    ...textIn<Order>(search.searchText, (order) => [
      order.id,
      order.orderNumber,
      order['customerName'],
      order['customerEmail'],
      order['customerPhone'],
    ]),
  ]);
};
