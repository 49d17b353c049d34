import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { VendorHttpError } from '../../clients/errors';
import type { FlowReceivement } from '../../clients/flow/purchase-orders';
import { stockMasterOf } from '../../config/stock-master';
import {
  goodsReceptionKind,
  type ConfirmReceptionInput,
  type GoodsReceptionOutcome,
} from '../../contracts/kinds/goods-reception';
import { stockKind, type StockSubject } from '../../contracts/kinds/stock';
import { compact } from '../../domain/compact';
import type { Publisher } from '../../temporal/publisher';
import { SyncError } from '../shared/failures';
import { runSync, type SyncContext } from '../shared/sync-context';
import { NO_LEVELS } from '../stock/flow-levels';
import { sendReceivedLevels } from '../stock/omnium-levels';
import { unknownWarehouse } from '../stores/warehouse-directory';
import type { TenantRegistry } from '../tenants';
import {
  confirmOnOrder,
  findOrders,
  missingInFlow,
  unconfirmedGoods,
  type OrderConfirmation,
} from './confirm-on-order';

/** The goods go on the shelves at the moment that the receivement is made. */
const SAME_MOMENT_MS = 1_000;

/** The activity of goods receptions. It converges: it may run any number of times. */
export function createGoodsReceptionActivities(
  tenants: TenantRegistry,
  publisher: Publisher,
): {
  confirmReception(input: ConfirmReceptionInput): Promise<GoodsReceptionOutcome>;
} {
  return {
    confirmReception: (input) =>
      runSync(tenants, input, async (context) => {
        const { storeUid, receivementUid, subject } = input;
        context.storeUid = storeUid;
        const outcome =
          subject === 'purchase-order'
            ? await notifyReceivements(context, publisher, storeUid, receivementUid)
            : await confirmReception(context, Context.current().client, publisher, storeUid, receivementUid);
        return { storeUid, ...outcome, calls: context.calls };
      }),
  };
}

/**
 * A webhook that names only the purchase order: the workflow of each of its receivements is notified, also of those that
 * were before, which find nothing to do.
 *
 * @throws SyncError `FlowReceivementNotFound` when Flow does not know the purchase order
 */
async function notifyReceivements(
  context: SyncContext,
  publisher: Publisher,
  storeUid: string,
  purchaseOrderUid: string,
): Promise<GoodsReceptionOutcome> {
  const { config, flow } = context.tenant;
  if (!(await flow.purchaseOrders.get(storeUid, purchaseOrderUid, context))) {
    throw missingInFlow(storeUid, purchaseOrderUid);
  }
  const uids = new Set<string>();
  for await (const receivements of flow.receivements.list(storeUid, { purchaseOrderUid }, context)) {
    for (const { receivementUid } of receivements) uids.add(receivementUid);
  }
  await Promise.all(
    [...uids].map((receivementUid) =>
      publisher.publish(
        goodsReceptionKind,
        { tenantUid: config.tenantUid, receivementUid, storeUid, subject: 'receivement' },
        { eventId: randomUUID(), source: 'flow', what: `Purchase order ${purchaseOrderUid}` },
      ),
    ),
  );
  if (uids.size > 0) return { action: 'forwarded', receivements: uids.size };
  return { action: 'skipped', reason: 'nothing was received in Flow on this purchase order' };
}

/**
 * Brings goods that were received in Flow to Omnium. On a purchase order that Omnium knows: a goods reception, by
 * increments that Omnium counts once. Otherwise, where Flow is the stock master: the levels. Never both for one product.
 *
 * @throws SyncError `FlowReceivementNotFound` when Flow does not know the receivement (yet), `WarehouseUnknown` when one of
 *   the two systems does not know where it came in
 */
async function confirmReception(
  context: SyncContext,
  client: Client,
  publisher: Publisher,
  storeUid: string,
  receivementUid: string,
): Promise<GoodsReceptionOutcome> {
  const { config, flow, warehouses } = context.tenant;
  const receivement = await flow.receivements.get(storeUid, receivementUid, context);
  if (!receivement) {
    throw new SyncError('FlowReceivementNotFound', `Flow's store ${storeUid} has no receivement ${receivementUid}`);
  }
  const warehouse = await warehouses.resolveUid(receivement.warehouseUid, context);
  const { storeUid: owner } = warehouse;
  const orders = await findOrders(context, receivement);
  const productUids = [...new Set(receivement.items.map(({ product }) => product.productUid))];

  let confirmed: OrderConfirmation = {
    deliveries: [],
    unorderedProductUids: orders ? [] : productUids,
    differences: [],
  };
  let levels = NO_LEVELS;
  const isMaster = stockMasterOf(config, owner) === 'flow';
  const isRefused = orders !== undefined && !isMaster && config.goods.receptionsWhereOmniumIsMaster === 'refuse';
  const refused = `Omnium is the stock master of ${owner}: goods receptions are not confirmed there (goods.receptionsWhereOmniumIsMaster)`;
  if (isRefused) confirmed = { ...confirmed, differences: [refused] };
  try {
    if (orders && !isRefused) confirmed = await confirmOnOrder(context, receivement, warehouse.warehouseCode, orders);
    const { unorderedProductUids } = confirmed;
    levels = await sendReceivedLevels(context, client, receivement, unorderedProductUids, unconfirmedGoods);
  } catch (error) {
    // Omnium refuses what comes from a warehouse that it does not have: the refusal itself would not say so.
    const isRefusal = error instanceof VendorHttpError && error.vendor === 'omnium' && error.status === 400;
    if (!isRefusal || warehouse.isInOmnium) throw error;
    throw new SyncError('WarehouseUnknown', unknownWarehouse(warehouse), { cause: error });
  }

  if (isMaster) await notifyStockOwner(context, publisher, receivement, owner, confirmed.hasPackages === true);

  const { deliveries } = confirmed;
  const differences = [...confirmed.differences, ...levels.differences];
  const written = compact({
    deliveries: deliveries.length > 0 ? deliveries : undefined,
    levels: levels.written > 0 ? levels.written : undefined,
    differences: differences.length > 0 ? differences : undefined,
  });
  if (deliveries.length > 0) return { action: 'confirmed', ...written };
  if (levels.written > 0) return { action: 'levels-sent', ...written };
  const reason = isRefused ? refused : levels.differences[0];
  if (reason !== undefined) return { action: 'skipped', reason, ...written };
  const left = levels.inFlight > 0 && {
    reason: 'another goods reception of the same goods is under way and looks again',
  };
  return { action: 'unchanged', ...left, ...written };
}

/**
 * Where Flow is the master, the store's stock workflow compares these products once more: it may have left them to this
 * reception, or have written a level that the confirmation has come on top of.
 */
async function notifyStockOwner(
  { tenant }: SyncContext,
  publisher: Publisher,
  { receivementUid, warehouseUid, items, createdAt }: FlowReceivement,
  storeUid: string,
  hasPackages: boolean,
): Promise<void> {
  const { tenantUid } = tenant.config;
  const productUids = new Set(items.map(({ product }) => product.productUid));
  const subjects = [...productUids].map((productUid): StockSubject => {
    return { kind: 'level', warehouseUid, productUid, receivementUid };
  });
  // What was in a package is not named by the receivement; Flow knows what its shelves have got since.
  if (hasPackages && createdAt !== undefined) {
    const since = new Date(Date.parse(createdAt) - SAME_MOMENT_MS).toISOString();
    subjects.push({ kind: 'changes', since });
  }
  await Promise.all(
    subjects.map((subject) =>
      publisher.publish(
        stockKind,
        { tenantUid, storeUid },
        // Never taken for an earlier one: each attempt may have changed the level again.
        { eventId: randomUUID(), source: 'flow', what: `Goods reception ${receivementUid}`, subject },
      ),
    ),
  );
}
