import { type Price } from '../documents';
import { seededAt } from '../settings/seed-settings';

/** What `POST /api/Prices/Search` may ask for; all given members must match. */
export interface PriceSearch {
  readonly productCodes?: readonly string[];
  readonly marketId?: string;
  readonly lastModified?: string;
  readonly priceType?: string;
  readonly unit?: string;
  readonly customerId?: string;
  readonly customerGroupId?: string;
  readonly isCustomerSpecificPrice?: boolean;
  readonly scrollSize?: number;
}

/** Whether times belong to what makes a price the same one. */
export interface MatchOptions {
  readonly ignoreDates?: boolean;
  readonly ignoreValidUntilDate?: boolean;
}

/** A stretch of time, both ends included, and which end of a price must lie in it. Times as Omnium writes them. */
export interface TimeWindow {
  readonly edge: 'validFrom' | 'validUntil';
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What tells two prices of one code apart (contract §9.2). */
const dimensions = [
  ...['customerId', 'customerGroup', 'marketId', 'marketGroupId', 'currencyCode', 'promotionId', 'storeId'],
  'priceListId',
];

/** Two prices of one code with one key are the same price. */
export const keyOf = (price: Price, { ignoreDates, ignoreValidUntilDate }: MatchOptions): string => {
  const dates = ignoreDates === true ? [] : ignoreValidUntilDate === true ? ['validFrom'] : ['validFrom', 'validUntil'];
  const dated: Price = { ...price, validFrom: price.validFrom ?? seededAt };
  return JSON.stringify([...dimensions, ...dates].map((name) => dated[name] ?? null));
};

/** Whether a price is a hit; a filter on a member lets only prices through that have the very value. */
export const matchesSearch = (price: Price, search: PriceSearch): boolean => {
  const { marketId, lastModified, priceType, unit, customerId, customerGroupId, isCustomerSpecificPrice } = search;
  const specific = price.customerId !== undefined;
  return (
    (marketId === undefined || price.marketId === marketId) &&
    (lastModified === undefined || (price.modified ?? '') > lastModified) &&
    (priceType === undefined || price['priceType'] === priceType) &&
    (unit === undefined || price['unit'] === unit) &&
    (customerId === undefined || price.customerId === customerId) &&
    (customerGroupId === undefined || price.customerGroup === customerGroupId) &&
    (isCustomerSpecificPrice === undefined || specific === isCustomerSpecificPrice)
  );
};

/** Valid at a time as Omnium writes it; the end belongs to it no more. */
export const isCurrent = ({ validFrom, validUntil }: Price, at: string): boolean =>
  (validFrom === undefined || validFrom <= at) && (validUntil === undefined || validUntil > at);

/** Starts after the catalogue was made, or ends. */
export const isDated = ({ validFrom, validUntil }: Price): boolean =>
  validUntil !== undefined || (validFrom !== undefined && validFrom > seededAt);

export const startsOrEndsIn = (price: Price, { edge, from, to }: TimeWindow): boolean => {
  const at = price[edge];
  return at !== undefined && (from === undefined || at >= from) && (to === undefined || at <= to);
};

/** For every customer, one piece, and no store in particular. */
export const isForEverybody = (price: Price): boolean =>
  price.customerId === undefined &&
  price.customerGroup === undefined &&
  price.storeId === undefined &&
  price['isCustomerClubSpecificPrice'] !== true &&
  (typeof price['minQuantity'] !== 'number' || price['minQuantity'] <= 1);

/** Holds in one of the markets: names it, names its group, or names no market at all. */
export const holdsIn = (price: Price, markets: ReadonlySet<string>, groups: ReadonlySet<string>): boolean =>
  price.marketId !== undefined
    ? markets.has(price.marketId)
    : price.marketGroupId === undefined || groups.has(price.marketGroupId);
