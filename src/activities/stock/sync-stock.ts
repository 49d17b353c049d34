import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { stockMasterOf, stockWriteRefused } from '../../config/stock-master';
import type { StockMaster, StockOutcome, SyncStockInput } from '../../contracts/kinds/stock';
import { SyncError } from '../shared/failures';
import { runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import {
  addCounters,
  alignFlow,
  NO_LEVELS,
  readChanges,
  readLevels,
  readWarehouse,
  type FlowLevel,
  type LevelCounters,
  type LevelKey,
} from './flow-levels';
import { ordersUnderWay, receptionsUnderWay, type UnconfirmedGoods } from './goods-under-way';
import { writeLevelsToOmnium } from './omnium-levels';

/** The activity of the stock of Flow's stores. It converges: it may run any number of times. */
export function createStockActivities(
  tenants: TenantRegistry,
  unconfirmedGoods: UnconfirmedGoods,
): { readonly syncStock: (input: SyncStockInput) => Promise<StockOutcome> } {
  return {
    syncStock: (input) =>
      runSync(tenants, input, (context) => syncStock(context, input, Context.current().client, unconfirmedGoods)),
  };
}

/**
 * Compares the stock of one Flow store and writes what differs to the system that is not its master. Who is the master is
 * asked now, with the configuration of this worker: an event that was recorded before a switch does no harm after it.
 *
 * @throws SyncError `ConfigurationIncomplete` when the last switch came from a newer configuration than this worker's
 */
async function syncStock(
  context: SyncContext,
  { storeUid, subjects }: SyncStockInput,
  client: Client,
  unconfirmedGoods: UnconfirmedGoods,
): Promise<StockOutcome> {
  const { config } = context.tenant;
  context.storeUid = storeUid;
  const master = stockMasterOf(config, storeUid);
  if (master === 'omnium' && !subjects.some(({ kind }) => kind === 'all' || kind === 'switch')) {
    const reason = stockWriteRefused(config, { into: 'omnium', storeUid }) ?? 'Omnium is the stock master';
    return { action: 'skipped', master, reason, compared: 0, written: 0, inFlight: 0, calls: context.calls };
  }
  const switches = subjects.flatMap((subject) => (subject.kind === 'switch' ? [subject.master] : []));
  const latest = switches.at(-1);
  if (latest !== undefined && latest !== master) {
    const message = `The stock master of ${storeUid} is ${latest} by now, and ${master} in this worker's configuration: restart it with the new one`;
    throw new SyncError('ConfigurationIncomplete', message);
  }
  const done = new Set(subjects.flatMap((one) => (one.kind === 'level' ? (one.receivementUid ?? []) : [])));
  let counters = NO_LEVELS;
  // Two switches that came before the store was aligned leave it as it was.
  if (switches.length % 2 === 1) counters = await takeOver(context, storeUid, master, client, unconfirmedGoods);
  else if (master === 'omnium') counters = await alignFlow(context, storeUid);
  else {
    const receptions = receptionsUnderWay(context, client, storeUid, unconfirmedGoods, done);
    for await (const levels of levelsNamed(context, storeUid, subjects)) {
      const written = await writeLevelsToOmnium(context, levels, { underWay: (level) => receptions.of(level) });
      counters = addCounters(counters, written);
    }
  }
  const { differences, ...counts } = counters;
  return {
    action: counts.written > 0 ? 'aligned' : 'unchanged',
    master,
    ...counts,
    ...(differences.length > 0 && { differences }),
    calls: context.calls,
  };
}

/** A shop sells less than this often in the moment that a round takes. */
const MOST_ROUNDS = 10;

/**
 * The first alignment after a switch: until then the other master was right, so its final balance is brought to the new
 * one. What is on its way, and will come by an order or a goods reception of its own, is reckoned with.
 */
async function takeOver(
  context: SyncContext,
  storeUid: string,
  master: StockMaster,
  client: Client,
  unconfirmedGoods: UnconfirmedGoods,
): Promise<LevelCounters> {
  let counters = NO_LEVELS;
  for (let rounds = 1; rounds <= MOST_ROUNDS; rounds += 1) {
    const sold = await ordersUnderWay(context, storeUid);
    const received = await receptionsUnderWay(context, client, storeUid, unconfirmedGoods).everywhere();
    let round = NO_LEVELS;
    if (master === 'flow') {
      round = await alignFlow(context, storeUid, (level) => (received(level)?.quantity ?? 0) - sold(level));
    } else {
      for await (const levels of levelsNamed(context, storeUid, [{ kind: 'all' }])) {
        const options = { underWay: (level: LevelKey) => Promise.resolve(received(level)), sold };
        round = addCounters(round, await writeLevelsToOmnium(context, levels, options));
      }
    }
    counters = { ...addCounters(counters, round), compared: round.compared };
    // What was on its way may have arrived between read and write: only a round that writes nothing has seen all.
    if (round.written === 0) return counters;
  }
  throw new SyncError(
    'FlowConflict',
    `The stock of ${storeUid} changes faster than it can be handed to its new master`,
  );
}

/** Flow's levels that subjects name: all of the store's, or single ones and what changed since the earliest moment. */
async function* levelsNamed(
  context: SyncContext,
  storeUid: string,
  subjects: SyncStockInput['subjects'],
): AsyncGenerator<FlowLevel[]> {
  if (subjects.some(({ kind }) => kind === 'all' || kind === 'switch')) {
    for (const { warehouseUid } of await context.tenant.warehouses.ofStore(storeUid, context)) {
      yield* readWarehouse(context, { storeUid, warehouseUid });
    }
    return;
  }
  yield* readLevels(
    context,
    subjects.filter((subject) => subject.kind === 'level'),
  );
  const [since] = subjects
    .flatMap((subject) => (subject.kind === 'changes' ? [subject.since] : []))
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  if (since !== undefined) yield* readChanges(context, storeUid, since);
}
