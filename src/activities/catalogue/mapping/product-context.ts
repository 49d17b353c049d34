import type { OmniumMarket } from '../../../clients/omnium/directory';
import type { OmniumProduct } from '../../../clients/omnium/products';
import type { CatalogueRules, ConnectorProperties, MarketConfig, TenantConfig } from '../../../config/types';
import { isSameId } from '../../../domain/uid';
import type { PriceMarket } from './select-price';

/** What a product's documents become in Flow depends on, beside themselves. */
export interface ProductContext {
  /** Those of the market whose product it is. */
  readonly properties: Pick<
    ConnectorProperties,
    'VatCodeUids' | 'DefaultVatCodeUid' | 'SyncCategoriesToFlow' | 'CreatePackageSlots'
  >;
  readonly rules: Pick<CatalogueRules, 'nonPurchasableAssortmentCodes' | 'textProperties' | 'choiceProperties'>;
  /** The product's markets among the tenant's, in order of priority. */
  readonly markets: readonly PriceMarket[];
  /** ISO 4217, the tenant's. */
  readonly currency: string;
  /** IANA time zone in which days begin. */
  readonly timezone: string;
  /** Prices come by a task of their own: the recommended price is left to it. */
  readonly hasPriceTask: boolean;
  /** Cost prices come by a task of their own: a new product begins with what its document says. */
  readonly hasCostTask: boolean;
  /** The moment as of which prices, sales and assortments count. */
  readonly at: Date;
}

/** The tenant's markets that have a product, in order. Texts, VAT codes and categories of the leading one count. */
interface ProductMarkets {
  readonly leading: MarketConfig;
  readonly all: readonly MarketConfig[];
}

type Offered = Pick<OmniumProduct, 'marketIds' | 'marketGroupIds'>;

/**
 * The tenant's markets that have a product; undefined when none has. A product that names neither markets nor market groups
 * is in all of them. Omnium's ids are compared without regard to case.
 */
export function marketsOf(product: Offered, markets: readonly MarketConfig[]): ProductMarkets | undefined {
  const all = markets.filter((market) => isOffered(product, [market]));
  const [leading] = all;
  return leading && { leading, all };
}

/** Whether one of these markets has a variant, which says so only where it is not as its style. */
export function isOffered({ marketIds, marketGroupIds }: Offered, markets: readonly PriceMarket[]): boolean {
  if (marketIds.length === 0 && marketGroupIds.length === 0) return true;
  return markets.some(
    ({ marketId, marketGroupId }) =>
      marketIds.some((id) => isSameId(id, marketId)) || marketGroupIds.some((id) => isSameId(id, marketGroupId)),
  );
}

/** Whether a product was deleted in Omnium: its document stays for a while (omnium-api.md §9.1). */
export function isDeleted({ status }: Pick<OmniumProduct, 'status'>): boolean {
  return status?.toLowerCase() === 'deleted';
}

/** @param omniumMarkets as Omnium describes them, with their default tax rates */
export function productContext(
  { leading, all }: ProductMarkets,
  config: Pick<TenantConfig, 'catalogue' | 'connector' | 'currency' | 'timezone'>,
  omniumMarkets: readonly OmniumMarket[],
  at: Date,
): ProductContext {
  const running = config.connector.scheduledTasks.filter(({ isDisabled }) => !isDisabled);
  const tasks = running.map(({ implementationType }): string => implementationType);
  return {
    properties: leading.properties,
    rules: config.catalogue,
    markets: all.map(({ marketId, marketGroupId }) => ({
      marketId,
      marketGroupId,
      defaultTaxRate: omniumMarkets.find((market) => isSameId(market.marketId, marketId))?.defaultTaxRate,
    })),
    currency: config.currency,
    timezone: config.timezone,
    hasPriceTask: tasks.includes('FlowPriceScheduledTask'),
    hasCostTask: tasks.includes('FlowCostPriceScheduledTask'),
    at,
  };
}
