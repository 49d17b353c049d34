import { randomUUID } from 'node:crypto';
import { VendorHttpError } from '../../clients/errors';
import type { FlowReceivement } from '../../clients/flow/receivements';
import { stockMasterOf } from '../../config/stock-master';
import type { ConfirmReceptionInput, GoodsReceptionOutcome } from '../../contracts/goods-reception-messages';
import type { StockSubject } from '../../contracts/stock-messages';
import { SyncError } from '../shared/failures';
import type { LevelCounters } from '../stock/flow-levels';
import { sendReceivedLevels } from '../stock/omnium-levels';
import { unknownWarehouse, type Warehouse } from '../stores/warehouse-directory';
import { confirmOnOrder, type OrderConfirmation } from './confirm-on-order';
import { findOrders, type OrdersOfReception } from './find-orders';
import type { ReceptionWork } from './reception-work';
import { tellReceivements } from './tell-receivements';
import { unconfirmedGoods } from './unconfirmed-goods';

/**
 * Tells Omnium of goods that were received in Flow. On a purchase order that Omnium knows: a goods reception, by
 * increments that Omnium counts once. Otherwise, where Flow is the stock master: the levels. Never both for one product.
 *
 * @throws SyncError `FlowReceivementNotFound` when Flow does not know the receivement (yet), `WarehouseUnknown` when one of
 *   the two systems does not know where it came in
 */
export async function confirmReception(
  work: ReceptionWork,
  input: ConfirmReceptionInput,
): Promise<GoodsReceptionOutcome> {
  work.attempt.storeUid = input.storeUid;
  const outcome =
    input.subject === 'purchase-order' ? await tellReceivements(work, input) : await bringToOmnium(work, input);
  return { ...outcome, calls: work.attempt.calls };
}

async function bringToOmnium(work: ReceptionWork, input: ConfirmReceptionInput): Promise<GoodsReceptionOutcome> {
  const { tenant, attempt } = work;
  const { storeUid, receivementUid } = input;
  const receivement = await tenant.flow.receivements.get(storeUid, receivementUid, attempt);
  if (!receivement) {
    throw new SyncError('FlowReceivementNotFound', `Flow's store ${storeUid} has no receivement ${receivementUid}`);
  }
  const warehouse = await tenant.warehouses.resolveUid(receivement.warehouseUid, attempt);
  const orders = await findOrders(work, receivement);
  const confirmed = await confirm(work, { receivement, warehouse, orders });
  const levels = await levelsOf(work, { receivement, warehouse, productUids: confirmed.unorderedProductUids });
  await askStockOwner(work, { receivement, warehouse }, confirmed);
  return { storeUid, ...outcomeOf(confirmed, levels) };
}

interface Reception {
  readonly receivement: FlowReceivement;
  readonly warehouse: Warehouse;
}

type Confirmed = OrderConfirmation & { readonly refused?: string };

async function confirm(
  work: ReceptionWork,
  { receivement, warehouse, orders }: Reception & { readonly orders: OrdersOfReception | undefined },
): Promise<Confirmed> {
  if (!orders) return { ...NOTHING_CONFIRMED, unorderedProductUids: productsOf(receivement) };
  const { config } = work.tenant;
  const { storeUid } = warehouse;
  if (stockMasterOf(config, storeUid) === 'omnium' && config.goods.receptionsWhereOmniumIsMaster === 'refuse') {
    const refused = `Omnium is the stock master of ${storeUid}: goods receptions are not confirmed there (goods.receptionsWhereOmniumIsMaster)`;
    return { ...NOTHING_CONFIRMED, refused, differences: [refused] };
  }
  return await explainingUnknown(warehouse, () => confirmOnOrder(work, { receivement, warehouse, orders }));
}

const NOTHING_CONFIRMED: OrderConfirmation = { deliveries: [], unorderedProductUids: [], differences: [] };

/** The levels of goods that are on no purchase order of Omnium's. */
async function levelsOf(
  { tenant, attempt, client }: ReceptionWork,
  { receivement, warehouse, productUids }: Reception & { readonly productUids: readonly string[] },
): Promise<LevelCounters> {
  const context = { ...attempt, tenant };
  return await explainingUnknown(warehouse, () =>
    sendReceivedLevels(context, client, receivement, productUids, unconfirmedGoods),
  );
}

/** Omnium refuses what comes from a warehouse that it does not have: the refusal itself would not say so. */
async function explainingUnknown<T>(warehouse: Warehouse, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof VendorHttpError && error.vendor === 'omnium' && error.status === 400;
    if (!isRefusal || warehouse.isInOmnium) throw error;
    throw new SyncError('WarehouseUnknown', unknownWarehouse(warehouse), { cause: error });
  }
}

/**
 * Where Flow is the master, the owner of the store's stock looks at these products once more: it may have left them to this
 * reception, or have written a level that the confirmation has come on top of.
 */
async function askStockOwner(
  { tenant, inbox }: ReceptionWork,
  reception: Reception,
  { hasPackages }: OrderConfirmation,
): Promise<void> {
  const { tenantUid } = tenant.config;
  const { receivementUid } = reception.receivement;
  const { storeUid } = reception.warehouse;
  if (stockMasterOf(tenant.config, storeUid) !== 'flow') return;
  const subjects = [...levelsIn(reception), ...(hasPackages ? changesSince(reception) : [])];
  await Promise.all(
    subjects.map((subject) =>
      inbox.recordStock(
        { tenantUid, storeUid },
        // Never taken for an earlier one: each attempt may have changed the level again.
        { eventId: randomUUID(), source: 'flow', what: `Goods reception ${receivementUid}`, subject },
      ),
    ),
  );
}

function levelsIn({ receivement, warehouse: { warehouseUid } }: Reception): StockSubject[] {
  const { receivementUid } = receivement;
  return productsOf(receivement).map((productUid) => ({ kind: 'level', warehouseUid, productUid, receivementUid }));
}

/** What was in a package is not named by the receivement; Flow knows what its shelves have got since. */
function changesSince({ receivement: { createdAt } }: Reception): StockSubject[] {
  if (createdAt === undefined) return [];
  return [{ kind: 'changes', since: new Date(Date.parse(createdAt) - SAME_MOMENT_MS).toISOString() }];
}

/** The goods go on the shelves at the moment that the receivement is made. */
const SAME_MOMENT_MS = 1_000;

function productsOf({ items }: FlowReceivement): string[] {
  return [...new Set(items.map(({ product }) => product.productUid))];
}

function outcomeOf(confirmed: Confirmed, levels: LevelCounters): Omit<GoodsReceptionOutcome, 'storeUid'> {
  const { deliveries, refused } = confirmed;
  const differences = [...confirmed.differences, ...levels.differences];
  const about = {
    ...(deliveries.length > 0 && { deliveries }),
    ...(levels.written > 0 && { levels: levels.written }),
    ...(differences.length > 0 && { differences }),
  };
  if (deliveries.length > 0) return { action: 'confirmed', ...about };
  if (levels.written > 0) return { action: 'levels-sent', ...about };
  const reason = refused ?? levels.differences[0];
  if (reason !== undefined) return { action: 'skipped', reason, ...about };
  const left = levels.inFlight > 0 && {
    reason: 'another goods reception of the same goods is under way and looks again',
  };
  return { action: 'unchanged', ...left, ...about };
}
