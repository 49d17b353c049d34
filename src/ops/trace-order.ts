import type { OrderKey } from '../contracts/kinds/order';
import { type OpsContext } from './context';
import { findOrder } from './find-order';
import { type OrderReport, readOrderReport } from './order-report';
import { type OpenTenant, withTenants } from './with-tenants';

/**
 * The order as {@link findOrder} finds it; what was handed on to another order's workflow, with that order; and a number
 * that only the tills know (Flow's order number, or a receipt's), by asking Flow.
 */
export async function traceOrder(
  context: OpsContext,
  number: string,
  tenantUid: string | undefined,
): Promise<OrderReport[]> {
  const known = await findOrder(context, number, tenantUid);
  if (known.length > 0) return await withOwners(context, known);
  const keys = await withTenants(context, tenantUid, (tenants) =>
    Promise.all(tenants.map((tenant) => keysByTillNumber(tenant, number))),
  );
  const reports = await Promise.all(keys.flat().map((key) => readOrderReport(context, key)));
  return reports.flatMap((report) => report ?? []);
}

/** Adds the orders whose workflows go on with what these have handed on. */
async function withOwners(context: OpsContext, reports: readonly OrderReport[]): Promise<OrderReport[]> {
  const owners = reports.flatMap(({ tenantUid, outcome }) =>
    (outcome?.forwardedTo ?? []).map((orderNumber): OrderKey => ({ tenantUid, orderNumber })),
  );
  const found = await Promise.all(owners.map((key) => readOrderReport(context, key)));
  return [...reports, ...found.flatMap((report) => report ?? [])];
}

async function keysByTillNumber({ tenant, attempt }: OpenTenant, number: string): Promise<OrderKey[]> {
  const { flow } = tenant;
  const searches = [{ orderNumber: number }, { voucherNumbers: [number] }];
  // A Flow that cannot be asked knows of no receipt: the command then says what it says of any unknown number.
  const found = await Promise.allSettled(searches.map((search) => flow.receipts.find(search, attempt)));
  const receipts = found.flatMap((search) => (search.status === 'fulfilled' ? search.value : []));
  const { tenantUid } = tenant.config;
  const numbers = new Set(
    receipts.flatMap(({ externalOrderNumber, orderUid }) => externalOrderNumber ?? orderUid ?? []),
  );
  return [...numbers].map((orderNumber) => ({ tenantUid, orderNumber }));
}
