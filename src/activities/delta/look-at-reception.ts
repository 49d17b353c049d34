import type { FlowReceivement } from '../../clients/flow/purchase-orders';
import { stockMasterOf, stockWriteRefused } from '../../config/stock-master';
import type { SweepTarget } from '../../contracts/sweep-messages';
import type { Attempt } from '../shared/sync-context';
import { findOrders, readConfirmationPlan, type OrdersOfReception } from '../goods/confirm-on-order';
import { readLevels } from '../stock/flow-levels';
import { levelsThatDiffer } from '../stock/omnium-levels';
import type { Tenant } from '../tenants';
import type { Look } from './sweep-stream';

/** A receivement, and whom to tell of it. */
export interface ReceptionToLookAt {
  readonly target: Extract<SweepTarget, { kind: 'goods-reception' }>;
  readonly receivement: FlowReceivement;
}

/** What is to be said of the goods of one receivement. */
type Verdict = Look['verdict'];

/**
 * Compares what came in with what Omnium knows of it, in the same way as the goods reception's own workflow: on a purchase
 * order of Omnium's by the confirmations, other goods by their stock levels where Flow is the master.
 */
export async function lookAtReception(
  tenant: Tenant,
  { target, receivement }: ReceptionToLookAt,
  attempt: Attempt,
): Promise<Look> {
  const verdicts = await lookAtGoods({ tenant, attempt }, receivement);
  const { storeUid } = receivement;
  if (verdicts.includes('differs')) return { verdict: 'differs', target, storeUid };
  return { verdict: verdicts.includes('inSync') ? 'inSync' : 'notOurs', storeUid };
}

interface Parts {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

async function lookAtGoods(parts: Parts, receivement: FlowReceivement): Promise<readonly Verdict[]> {
  const productUids = [...new Set(receivement.items.map(({ product }) => product.productUid))];
  const orders = await findOrders({ ...parts.attempt, tenant: parts.tenant }, receivement);
  if (!orders) return [await lookAtLevels(parts, receivement, productUids)];
  const { config } = parts.tenant;
  const isRefused =
    stockMasterOf(config, receivement.storeUid) === 'omnium' && config.goods.receptionsWhereOmniumIsMaster === 'refuse';
  if (isRefused) return ['notOurs'];
  return await lookAtOrder(parts, receivement, orders);
}

async function lookAtOrder(
  parts: Parts,
  receivement: FlowReceivement,
  orders: OrdersOfReception,
): Promise<readonly Verdict[]> {
  const warehouse = await parts.tenant.warehouses.resolveUid(receivement.warehouseUid, parts.attempt);
  const context = { ...parts.attempt, tenant: parts.tenant };
  const plan = await readConfirmationPlan(context, receivement, warehouse.warehouseCode, orders);
  const { confirmations, withoutDelivery, differences, unorderedProductUids } = plan;
  // What cannot be confirmed is only shown by the reception's own workflow, so that has to run once.
  const isDue = confirmations.length + withoutDelivery.length + differences.length > 0;
  if (isDue) return ['differs'];
  if (unorderedProductUids.length === 0) return ['inSync'];
  return ['inSync', await lookAtLevels(parts, receivement, unorderedProductUids)];
}

async function lookAtLevels(
  parts: Parts,
  { storeUid, warehouseUid }: FlowReceivement,
  productUids: readonly string[],
): Promise<Verdict> {
  if (productUids.length === 0 || stockWriteRefused(parts.tenant.config, { into: 'omnium', storeUid }))
    return 'notOurs';
  const keys = productUids.map((productUid) => ({ productUid, warehouseUid }));
  const context = { ...parts.attempt, tenant: parts.tenant };
  for await (const levels of readLevels(context, keys)) {
    if ((await levelsThatDiffer(context, levels)).length > 0) return 'differs';
  }
  return 'inSync';
}
