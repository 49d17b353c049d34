/** Flow's own table of countries and Omnium markets (architecture, "Country/market mapping"). */
const MARKET_ID_BY_COUNTRY: Readonly<Record<string, string>> = { NO: 'NOR', SE: 'SWE', DK: 'DNK', FI: 'FIN' };

/** A store whose country has no Omnium market and that names none itself. */
export class MarketUnknownError extends Error {
  override readonly name = 'MarketUnknownError';
  readonly countryCode: string;

  constructor(countryCode: string) {
    super(
      `country ${JSON.stringify(countryCode.slice(0, 20))} has no Omnium market (known: ${Object.keys(MARKET_ID_BY_COUNTRY).join(', ')}); ` +
        "set the market id as the store's externalId in Flow",
    );
    this.countryCode = countryCode;
  }
}

/**
 * Omnium market of a Flow store: the store's `externalId` when it has one, else by country (ISO 3166 alpha-2).
 *
 * @throws MarketUnknownError for another country without an externalId
 */
export function marketIdOfStore(store: {
  readonly countryCode: string;
  readonly externalId?: string | undefined;
}): string {
  const ownMarketId = store.externalId?.trim();
  if (ownMarketId) return ownMarketId;
  const marketId = MARKET_ID_BY_COUNTRY[store.countryCode.trim().toUpperCase()];
  if (marketId === undefined) throw new MarketUnknownError(store.countryCode);
  return marketId;
}
