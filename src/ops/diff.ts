import { IN_NEITHER_SYSTEM, inspectOrder } from '../activities/orders/sync-order';
import type { SyncContext } from '../activities/shared/sync-context';
import type { FailureType } from '../contracts/failure-types';
import type { OrderInspection } from '../contracts/order-inspection';
import { type CommandOutput, EXIT, type OpsContext, OpsError, withTenants } from './context';
import { textTable } from './tables';

const VALUE_WIDTH = 28;
const UNKNOWN_ORDER: FailureType = 'OmniumOrderNotFound';

/**
 * `diff <order>`: what a sync would write now, field by field. Reads both systems, writes nothing.
 *
 * Exit code 0: the same in both, or deliberately not synced; 4: something would be written, or a sync would fail.
 *
 * @param order Omnium's order number, or Flow's uid of an order or return
 */
export async function diff(
  context: OpsContext,
  { order, tenantUid }: { readonly order: string; readonly tenantUid: string | undefined },
): Promise<CommandOutput> {
  const found = await withTenants(context, tenantUid, async (tenants) => {
    const all = await Promise.all(tenants.map((tenant) => inspect(tenant, order)));
    return all.flatMap((inspection) => inspection ?? []);
  });
  // Another tenant's market is no answer where one has the order.
  const synced = found.filter(({ verdict }) => verdict !== 'not-synced');
  const shown = synced.length > 0 ? synced : found;
  if (shown.length === 0) {
    const message = `Neither Omnium nor Flow has an order ${order}, or the API user may not see it.`;
    throw new OpsError(EXIT.refused, message, { found: false, order });
  }
  const differs = shown.some(({ verdict }) => verdict === 'would-write' || verdict === 'blocked');
  return {
    text: shown.map(describe).join('\n\n'),
    json: { inSync: !differs, orders: shown },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

async function inspect(
  context: SyncContext,
  order: string,
): Promise<(OrderInspection & { readonly tenantUid: string }) | undefined> {
  const { flow, config } = context.tenant;
  // What is no uid of Flow's need not be asked for there.
  const inFlow = /^[A-Za-z0-9_-]+$/.test(order) ? await flow.orders.get(order, context) : undefined;
  const flowOrderUids = inFlow ? [inFlow.orderUid] : [];
  const inspection = await inspectOrder(context, { orderNumber: order, flowOrderUids });
  const { verdict, reason } = inspection;
  const isUnknown = reason === IN_NEITHER_SYSTEM || (verdict === 'blocked' && reason?.includes(UNKNOWN_ORDER) === true);
  return isUnknown && !inFlow ? undefined : { ...inspection, tenantUid: config.tenantUid };
}

function describe(found: OrderInspection & { readonly tenantUid: string }): string {
  const { orderNumber, tenantUid, verdict, changes, differences, flowOrderUid, storeUid, reason } = found;
  const headline = {
    'in-sync': 'a sync would write nothing.',
    'would-write': `a sync would write ${changes.length} ${changes.length === 1 ? 'field' : 'fields'}.`,
    'not-synced': `deliberately not synced: ${reason ?? 'no reason was given'}.`,
    blocked: 'a sync would fail.',
  }[verdict];
  const place = [flowOrderUid && `Flow order ${flowOrderUid}`, storeUid && `store ${storeUid}`].filter(Boolean);
  const rows = changes.map(({ system, field, from = '-', to = '-' }) => {
    const values = [from, to].map(String);
    return [
      system,
      field,
      ...values.map((text) => (text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 1)}…` : text)),
    ];
  });
  return [
    `Order ${orderNumber} (${tenantUid}): ${headline}`,
    ...(place.length > 0 ? [`  ${place.join(', ')}`] : []),
    ...(verdict === 'blocked' && reason ? ['', `  ${reason}`] : []),
    ...(rows.length > 0 ? ['', textTable([['SYSTEM', 'FIELD', 'FROM', 'TO'], ...rows])] : []),
    ...differences.map((difference) => `Left different by rule: ${difference}`),
  ].join('\n');
}
