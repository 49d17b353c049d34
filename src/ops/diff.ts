import { IN_NEITHER_SYSTEM, inspectOrder } from '../activities/orders/sync-order';
import { type FieldChange, type OrderInspection } from '../contracts/order-inspection';
import { type FailureType } from '../contracts/failure-types';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';
import { EXIT, OpsError } from './ops-error';
import { textTable } from './text-table';
import { type OpenTenant, withTenants } from './with-tenants';

/** Which order is to be compared. */
export interface DiffChoice {
  /** Omnium's order number, or Flow's uid of an order or return. */
  readonly order: string;
  readonly tenantUid: string | undefined;
}

type Found = OrderInspection & { readonly tenantUid: string };

const VALUE_WIDTH = 28;
const UNKNOWN_ORDER: FailureType = 'OmniumOrderNotFound';

/**
 * `diff <order>`: what a sync would write now, field by field. Reads both systems, writes nothing.
 *
 * Exit code 0: the same in both, or deliberately not synced; 4: something would be written, or a sync would fail.
 */
export async function diff(context: OpsContext, { order, tenantUid }: DiffChoice): Promise<CommandOutput> {
  const found = await withTenants(context, tenantUid, async (tenants) => {
    const all = await Promise.all(tenants.map((tenant) => inspect(tenant, order)));
    return all.filter((inspection) => inspection !== undefined);
  });
  // Another tenant's market is no answer where one has the order.
  const wanted = found.some(isOurs) ? found.filter(isOurs) : found;
  if (wanted.length === 0) {
    const message = `Neither Omnium nor Flow has an order ${order}, or the API user may not see it.`;
    throw new OpsError(EXIT.refused, message, { found: false, order });
  }
  const differs = wanted.some(({ verdict }) => verdict === 'would-write' || verdict === 'blocked');
  return {
    text: wanted.map(describe).join('\n\n'),
    json: { inSync: !differs, orders: wanted },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

async function inspect({ tenant, attempt }: OpenTenant, order: string): Promise<Found | undefined> {
  // What is no uid of Flow's need not be asked for there.
  const inFlow = /^[A-Za-z0-9_-]+$/.test(order) ? await tenant.flow.orders.get(order, attempt) : undefined;
  const flowOrderUids = inFlow ? [inFlow.orderUid] : [];
  const inspection = await inspectOrder({ ...attempt, tenant }, { orderNumber: order, flowOrderUids });
  const { verdict, reason } = inspection;
  const isUnknown = reason === IN_NEITHER_SYSTEM || (verdict === 'blocked' && reason?.includes(UNKNOWN_ORDER) === true);
  return isUnknown && !inFlow ? undefined : { ...inspection, tenantUid: tenant.config.tenantUid };
}

function isOurs({ verdict }: Found): boolean {
  return verdict !== 'not-synced';
}

function describe(found: Found): string {
  const { orderNumber, tenantUid, changes, differences, flowOrderUid, storeUid, reason } = found;
  const where = [flowOrderUid && `Flow order ${flowOrderUid}`, storeUid && `store ${storeUid}`].filter(Boolean);
  return [
    `Order ${orderNumber} (${tenantUid}): ${headline(found)}`,
    ...(where.length > 0 ? [`  ${where.join(', ')}`] : []),
    ...(found.verdict === 'blocked' && reason ? ['', `  ${reason}`] : []),
    ...(changes.length > 0 ? ['', textTable([HEADER, ...changes.map(row)])] : []),
    ...differences.map((difference) => `Left different by rule: ${difference}`),
  ].join('\n');
}

function headline({ verdict, reason, changes }: Found): string {
  switch (verdict) {
    case 'in-sync':
      return 'a sync would write nothing.';
    case 'would-write':
      return `a sync would write ${changes.length} ${changes.length === 1 ? 'field' : 'fields'}.`;
    case 'not-synced':
      return `deliberately not synced: ${reason ?? 'no reason was given'}.`;
    case 'blocked':
      return 'a sync would fail.';
  }
}

const HEADER = ['SYSTEM', 'FIELD', 'FROM', 'TO'];

function row({ system, field, from, to }: FieldChange): string[] {
  return [system, field, cell(from), cell(to)];
}

function cell(value: string | number | undefined): string {
  const text = value === undefined ? '-' : String(value);
  return text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 1)}…` : text;
}
