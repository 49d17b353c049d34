import { type TenantConfig } from '../config/types';
import type { OrderKey } from '../contracts/kinds/order';
import { type OpsContext } from './context';
import { EXIT, OpsError } from './ops-error';
import { type OrderReport, readOrderReport } from './order-report';
import { asArgument } from './order-text';

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

/** The order in each tenant that has it. */
export async function findOrder(
  context: OpsContext,
  orderNumber: string,
  tenantUid: string | undefined,
): Promise<OrderReport[]> {
  const keys = chosenTenants(context, tenantUid).map((tenant): OrderKey => ({
    tenantUid: tenant.tenantUid,
    orderNumber,
  }));
  const reports = await Promise.all(keys.map((key) => readOrderReport(context, key)));
  return reports.flatMap((report) => report ?? []);
}

/** What to say, and do next, when no tenant has the order. */
export function orderNotFound(context: OpsContext, orderNumber: string, tenantUid: string | undefined): OpsError {
  const searched = chosenTenants(context, tenantUid).map((tenant) => tenant.tenantUid);
  const message =
    `Order ${orderNumber} is not known here (looked in ${searched.join(', ')}).\n` +
    `Either nobody has told us about it, or its sync has been over for longer than Temporal keeps histories.\n` +
    `To fetch it now: npm run ops -- resync ${asArgument(orderNumber)}${searched.length > 1 ? ' --tenant <tenant>' : ''}`;
  return new OpsError(EXIT.refused, message, { found: false, orderNumber, searched });
}

/** One order for a command that changes something: it must be clear which is meant. */
export async function findOneOrder(
  context: OpsContext,
  orderNumber: string,
  tenantUid: string | undefined,
): Promise<OrderReport> {
  const reports = await findOrder(context, orderNumber, tenantUid);
  const [report, ...others] = reports;
  if (report === undefined) throw orderNotFound(context, orderNumber, tenantUid);
  if (others.length > 0)
    throw whichTenant(
      orderNumber,
      reports.map((found) => found.tenantUid),
    );
  return report;
}

/** Asks for `--tenant`. */
export function whichTenant(orderNumber: string, tenantUids: readonly string[]): OpsError {
  const message = `Order ${orderNumber} may be in several tenants: say which with --tenant (${tenantUids.join(', ')}).`;
  return new OpsError(EXIT.usage, message, { tenants: tenantUids });
}
