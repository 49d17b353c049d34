import type { OmniumMarket } from '../../../clients/omnium/directory';
import type { OmniumProduct } from '../../../clients/omnium/products';
import type { CatalogueRules, ConnectorProperties, MarketConfig, TenantConfig } from '../../../config/types';
import type { PriceMarket } from './select-price';

/** Scheduled tasks that look after a part of a product by themselves. */
const PRICE_TASK = 'FlowPriceScheduledTask';
const COST_PRICE_TASK = 'FlowCostPriceScheduledTask';

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
  readonly at: Date;
}

/** Whose rules a product follows. */
export interface ProductMarkets {
  /** The first of the tenant's markets that has the product: its texts, VAT codes and categories count. */
  readonly leading: MarketConfig;
  /** All of the tenant's markets that have the product, in order. */
  readonly all: readonly MarketConfig[];
}

type Offered = Pick<OmniumProduct, 'marketIds' | 'marketGroupIds'>;

/**
 * The tenant's markets that have a product; undefined when none has. A product that names neither markets nor market groups
 * is in all of them. Omnium's ids are compared without regard to case.
 */
export function marketsOf(
  { marketIds, marketGroupIds }: Offered,
  markets: readonly MarketConfig[],
): ProductMarkets | undefined {
  const all = markets.filter((market) => isOffered({ marketIds, marketGroupIds }, [market]));
  const [leading] = all;
  return leading && { leading, all };
}

/** Whether one of these markets has a variant, which says so only where it is not as its style. */
export function isOffered({ marketIds, marketGroupIds }: Offered, markets: readonly PriceMarket[]): boolean {
  if (marketIds.length === 0 && marketGroupIds.length === 0) return true;
  return markets.some(
    ({ marketId, marketGroupId }) =>
      names(marketIds, marketId) || (marketGroupId !== undefined && names(marketGroupIds, marketGroupId)),
  );
}

/** Whether a product was deleted in Omnium: its document stays for a while (omnium-api.md §9.1). */
export function isDeleted({ status }: Pick<OmniumProduct, 'status'>): boolean {
  return status?.toLowerCase() === 'deleted';
}

/** The context of a product. */
export function productContext(
  { leading, all }: ProductMarkets,
  about: {
    readonly config: Pick<TenantConfig, 'catalogue' | 'connector' | 'currency' | 'timezone'>;
    /** As Omnium describes them: default tax rates. */
    readonly omniumMarkets: readonly OmniumMarket[];
    readonly at: Date;
  },
): ProductContext {
  const { config, omniumMarkets, at } = about;
  const runs = (task: string): boolean =>
    config.connector.scheduledTasks.some(
      ({ implementationType, isDisabled }) => implementationType === task && !isDisabled,
    );
  return {
    properties: leading.properties,
    rules: config.catalogue,
    markets: all.map(({ marketId, marketGroupId }) => ({
      ...{ marketId, marketGroupId },
      defaultTaxRate: omniumMarkets.find((market) => isSame(market.marketId, marketId))?.defaultTaxRate,
    })),
    currency: config.currency,
    timezone: config.timezone,
    hasPriceTask: runs(PRICE_TASK),
    hasCostTask: runs(COST_PRICE_TASK),
    at,
  };
}

function names(list: readonly string[], id: string): boolean {
  return list.some((one) => isSame(one, id));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
