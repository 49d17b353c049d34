import type { z } from 'zod';

import type { propertiesSchema } from './connector';
import type { configSchema } from './schema';
import type { tenantSchema } from './tenant-schema';

/**
 * The configuration as the rest of the service sees it: checked whole, defaults filled in, secrets resolved. What each
 * setting means is declared in schema.ts and connector.ts (docs/settings.md). Only src/config/ builds this.
 */
export interface IntegrationConfig extends Omit<Settled<z.infer<typeof configSchema>>, 'tenants'> {
  readonly tenants: readonly TenantConfig[];
}

/** One Flow tenant. Markets are in order of priority: the first one's price and texts win. */
export type TenantConfig = Settled<FinishedTenant>;

type ParsedTenant = z.infer<typeof tenantSchema>;
type WithAllProperties<T> = Omit<T, 'properties'> & { properties: z.infer<typeof propertiesSchema> };

/** A tenant whose connector and markets have all properties that hold for them. */
export type FinishedTenant = Omit<ParsedTenant, 'connector' | 'markets' | 'omnium'> & {
  connector: Omit<WithAllProperties<ParsedTenant['connector']>, 'name'>;
  markets: WithAllProperties<ParsedTenant['markets'][number]>[];
  omnium: ParsedTenant['omnium'] & { apiUserId: string };
};

/** A parsed part of the file: read-only, and what is not set is absent. */
type Settled<T> = T extends object ? { readonly [K in keyof T]: Settled<Exclude<T[K], undefined>> } : T;

export type WorkerConfig = IntegrationConfig['worker'];

/** Any one of the schemes is enough; several at once make rotation possible without a lost event. */
export type WebhookScheme = TenantConfig['webhooks']['omnium']['schemes'][number];

/** The connector's properties as they hold for a market or the whole tenant. `VatCodeUids`: tax rate in percent → uid. */
export type ConnectorProperties = TenantConfig['connector']['properties'];
export type ScheduledTask = TenantConfig['connector']['scheduledTasks'][number];
export type MarketConfig = TenantConfig['markets'][number];
export type StoreConfig = TenantConfig['stores'][number];

/** Our own rules where the vendors' documents are silent (docs/assumptions.md). */
export type OrderRules = TenantConfig['orders'];
export type CatalogueRules = TenantConfig['catalogue'];

/** How a web order type is handled in the shop: parked for pick-up, or confirmed for dispatch. */
export type OrderHandlingKind = OrderRules['orderTypes'][string];
