import { type MarketConfig, type TenantConfig } from './types';

/** Markets of a tenant that are exported together: each on its own, or the group that shares the tenant. */
export interface ExportScope {
  /** Omnium's id of the market, or of the market group. */
  readonly marketOrGroup: string;
  readonly markets: readonly MarketConfig[];
}

/** The scopes of a tenant's exports (Omnium's Flow plugin, "Multi-Market vs Market Group Tenants"). */
export function exportScopesOf({ connector, markets }: Pick<TenantConfig, 'connector' | 'markets'>): ExportScope[] {
  const scopes = new Map<string, MarketConfig[]>();
  for (const market of markets) {
    const group = connector.properties.UseMarketGroupFlowTenants ? market.marketGroupId : undefined;
    const name = group ?? market.marketId;
    scopes.set(name, [...(scopes.get(name) ?? []), market]);
  }
  return [...scopes].map(([marketOrGroup, together]) => ({ marketOrGroup, markets: together }));
}
