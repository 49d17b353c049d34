import { type Attempt } from '../activities/shared/sync-context';
import { type Tenant, TenantRegistry } from '../activities/tenants';
import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../clients/errors';
import { chosenTenants, type OpsContext } from './context';
import { EXIT, OpsError } from './ops-error';

/** A tenant with its clients, and what its calls are made with. */
export interface OpenTenant {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/** The workers use all of the vendors' limits that the configuration gives them: a command gets along with little beside. */
const SHARE_OF_LIMITS = 0.125;

/** Opens the vendors' clients of the chosen tenants for a command that reads, and closes them after it. */
export async function withTenants<T>(
  context: OpsContext,
  tenantUid: string | undefined,
  work: (tenants: readonly OpenTenant[]) => Promise<T>,
): Promise<T> {
  const chosen = chosenTenants(context, tenantUid);
  const registry = new TenantRegistry(chosen, SHARE_OF_LIMITS);
  const ending = new AbortController();
  try {
    const attempt: Attempt = { signal: ending.signal, calls: 0, onCall: () => (attempt.calls += 1) };
    return await work(chosen.map((config) => ({ tenant: registry.get(config.tenantUid), attempt })));
  } catch (error) {
    const isVendors =
      error instanceof VendorUnreachableError ||
      error instanceof VendorHttpError ||
      error instanceof VendorResponseInvalidError;
    throw isVendors ? new OpsError(EXIT.unreachable, error.message) : error;
  } finally {
    ending.abort();
    await registry.close();
  }
}
