import type { TenantConfig } from './types';

/** Omnium's ids of a tenant's markets, in the order of the configuration. */
export function marketIdsOf({ markets }: Pick<TenantConfig, 'markets'>): string[] {
  return markets.map(({ marketId }) => marketId);
}
