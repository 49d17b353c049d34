import type { StockMaster } from '../contracts/kinds/stock';
import type { ConnectorProperties, TenantConfig } from './types';

/**
 * Who is right about the stock of a Flow store: Flow where its setting OMNIUM_FLOW_STOCK_MASTER is true, else Omnium
 * (Flow, inventory page). Every store has exactly one master.
 */
export function stockMasterOf(tenant: Pick<TenantConfig, 'stores'>, storeUid: string): StockMaster {
  const store = tenant.stores.find((configured) => configured.storeUid === storeUid);
  return store?.settings.OMNIUM_FLOW_STOCK_MASTER ? 'flow' : 'omnium';
}

/** A write of stock levels: into which system, of which store. */
export interface StockWrite {
  readonly into: 'flow' | 'omnium';
  readonly storeUid: string;
  /** Connector properties of the store's market; the connector's own when the market is not known. */
  readonly properties?: Pick<ConnectorProperties, 'OmniumIsMasterForStock'>;
}

/**
 * The guard on both paths: why stock levels must not be written, or undefined when they may. Asked before every write, with
 * the configuration of the moment (docs/adr/0011-one-stock-master.md).
 */
export function stockWriteRefused(
  tenant: TenantConfig,
  { into, storeUid, properties }: StockWrite,
): string | undefined {
  const master = stockMasterOf(tenant, storeUid);
  if (into === 'omnium') {
    return master === 'flow' ? undefined : `Omnium is the stock master of ${storeUid}: no levels are sent there`;
  }
  if (master === 'flow') return `Flow is the stock master of ${storeUid}: no levels are sent there`;
  const { OmniumIsMasterForStock } = properties ?? tenant.connector.properties;
  return OmniumIsMasterForStock ? undefined : 'OmniumIsMasterForStock is false: Omnium sends no levels';
}
