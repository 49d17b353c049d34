import { type ChainMarket } from '../../chain/types';
import { type FieldError } from '../problem';

/** Units of each currency for one Norwegian krone; made up, but not far off. */
const PER_KRONE: ReadonlyMap<string, number> = new Map([
  ['NOK', 1],
  ['SEK', 0.98],
  ['DKK', 0.65],
  ['EUR', 0.087],
  ['USD', 0.095],
  ['GBP', 0.075],
]);

/** Currency and rate of an order; null for the tenant's own. */
export interface OrderCurrency {
  readonly currency: string | null;
  readonly exchangeRate: number | null;
}

/** The tenant's foreign currencies: those an order may be in, beside its own. */
function foreignCurrencies({ currency }: ChainMarket): string[] {
  return [...PER_KRONE.keys()].filter((code) => code !== currency);
}

/** Units of the tenant's currency for one of a foreign currency. */
function rateOf({ currency: own }: ChainMarket, foreign: string): number {
  return Math.round(((PER_KRONE.get(own) ?? 1) / (PER_KRONE.get(foreign) ?? 1)) * 10_000) / 10_000;
}

/**
 * What is wrong with a currency and a rate (API:purchase): a currency is named only when the order is not a local one,
 * and must be one of the tenant's foreign currencies; a rate belongs to such a currency.
 */
export function checkCurrency(market: ChainMarket, { currency, exchangeRate }: OrderCurrency): FieldError[] {
  const errors: FieldError[] = [];
  if (currency === market.currency) {
    errors.push({ field: 'currency', message: "is the tenant's own: it is left out for a local order" });
  } else if (currency && !foreignCurrencies(market).includes(currency)) {
    errors.push({ field: 'currency', message: "is none of the tenant's foreign currencies" });
  }
  if (!currency && exchangeRate) {
    errors.push({ field: 'exchangeRate', message: 'belongs to a foreign currency' });
  }
  return errors;
}

/** The currency an order is kept with; without a rate, the one on the currency holds. */
export function keptCurrency(market: ChainMarket, { currency, exchangeRate }: OrderCurrency): OrderCurrency {
  return currency
    ? { currency, exchangeRate: exchangeRate ?? rateOf(market, currency) }
    : { currency: null, exchangeRate: null };
}
