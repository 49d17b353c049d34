import type { IntegrationConfig, TenantConfig } from '../config/types';
import { Publisher } from '../temporal/publisher';
import type { TemporalClient } from '../temporal/connection';
import { EXIT, OpsError } from './ops-error';

/** What every command works with. */
export interface OpsContext {
  readonly config: IntegrationConfig;
  readonly temporal: TemporalClient;
}

/** The tenants a command looks at: the one that was named, or all. */
export function chosenTenants(
  { config }: Pick<OpsContext, 'config'>,
  tenantUid: string | undefined,
): readonly TenantConfig[] {
  if (tenantUid === undefined) return config.tenants;
  const chosen = config.tenants.filter((tenant) => tenant.tenantUid === tenantUid);
  if (chosen.length > 0) return chosen;
  const known = config.tenants.map((tenant) => tenant.tenantUid).join(', ');
  throw new OpsError(EXIT.usage, `There is no tenant "${tenantUid}". Configured: ${known}.`);
}

const ASK_SERVER_MS = 10_000;

/** What a command publishes events with. */
export function publisherOf({ config, temporal }: OpsContext): Publisher {
  return new Publisher({
    client: () => temporal.client,
    retryLadder: config.retryLadder,
    callTimeoutMs: ASK_SERVER_MS,
  });
}
