import type { Client } from '@temporalio/client';
import { stockMasterOf, stockWriteRefused } from '../../config/stock-master';
import {
  looksAtEverything,
  type StockMaster,
  type StockOutcome,
  type StockSubject,
  type SyncStockInput,
} from '../../contracts/stock-messages';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import { readChanges, readLevels, readWarehouse } from './flow-levels';
import { addTallies, NO_LEVELS, type FlowLevel, type LevelKey, type LevelTally } from './level';
import { writeLevelsToOmnium } from './levels-to-omnium';
import { alignFlow } from './levels-to-flow';
import { ordersUnderWay } from './orders-under-way';
import { ReceptionsUnderWay } from './receptions-under-way';

/** What a look at stock is made with. */
export interface StockWork {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly client: Client;
}

/**
 * Looks at the stock of one Flow store and writes what differs to the system that is not its master. Who is the master is
 * asked now, with the configuration of this worker: an event that was recorded before a switch does no harm after it.
 */
export async function syncStock(work: StockWork, input: SyncStockInput): Promise<StockOutcome> {
  const { tenant, attempt } = work;
  const { storeUid, subjects } = input;
  attempt.storeUid = storeUid;
  const master = stockMasterOf(tenant.config, storeUid);
  const isWhole = looksAtEverything(subjects);
  if (master === 'omnium' && !isWhole) {
    const reason = stockWriteRefused(tenant.config, { into: 'omnium', storeUid }) ?? 'Omnium is the stock master';
    return { action: 'skipped', master, reason, compared: 0, written: 0, inFlight: 0, calls: attempt.calls };
  }
  const tally = isHandedOver(subjects, { storeUid, master })
    ? await takeOver(work, storeUid, master)
    : master === 'flow'
      ? await towardsOmnium(work, input, isWhole)
      : await alignFlow({ tenant, attempt, storeUid });
  const { differences, ...counts } = tally;
  return {
    action: counts.written > 0 ? 'aligned' : 'unchanged',
    master,
    ...counts,
    ...(differences.length > 0 && { differences }),
    calls: attempt.calls,
  };
}

/**
 * Whether the store has another master than at its last alignment. Two switches that came before it was aligned leave it as
 * it was.
 *
 * @throws SyncError `ConfigurationIncomplete` when the last switch was told by a newer configuration than this worker's
 */
function isHandedOver(
  subjects: readonly StockSubject[],
  { storeUid, master }: { readonly storeUid: string; readonly master: StockMaster },
): boolean {
  const masters = subjects.flatMap((subject) => (subject.kind === 'switch' ? [subject.master] : []));
  const latest = masters.at(-1);
  if (latest !== undefined && latest !== master) {
    const message = `The stock master of ${storeUid} is ${latest} by now, and ${master} in this worker's configuration: restart it with the new one`;
    throw new SyncError('ConfigurationIncomplete', message);
  }
  return masters.length % 2 === 1;
}

/**
 * The first alignment after a switch: until then the other master was right, so its last word is brought to the new one.
 * What is on its way, and will be told by an order or a goods reception of its own, is reckoned with.
 */
async function takeOver(work: StockWork, storeUid: string, master: StockMaster): Promise<LevelTally> {
  let tally = NO_LEVELS;
  for (let rounds = 1; rounds <= MOST_ROUNDS; rounds += 1) {
    const latest = await bringLastWord(work, storeUid, master);
    tally = { ...addTallies(tally, latest), compared: latest.compared };
    // What was on its way may have arrived between our look and our write: only a round that writes nothing has seen all.
    if (latest.written === 0) return tally;
  }
  throw new SyncError(
    'FlowConflict',
    `The stock of ${storeUid} changes faster than it can be handed to its new master`,
  );
}

/** A shop sells less than this often in the moment that a round takes. */
const MOST_ROUNDS = 10;

async function bringLastWord(work: StockWork, storeUid: string, master: StockMaster): Promise<LevelTally> {
  const { tenant, attempt } = work;
  const sold = await ordersUnderWay(work, storeUid);
  const received = await new ReceptionsUnderWay({ ...work, storeUid }).everywhere();
  if (master === 'flow') {
    const lastWord = { sold, received: (level: LevelKey) => received(level)?.quantity ?? 0 };
    return await alignFlow({ tenant, attempt, storeUid, lastWord });
  }
  let tally = NO_LEVELS;
  for await (const levels of everything(work, storeUid)) {
    const parts = {
      tenant,
      attempt,
      underWay: (level: LevelKey) => Promise.resolve(received(level)),
      lastWord: { sold },
    };
    tally = addTallies(tally, await writeLevelsToOmnium(levels, parts));
  }
  return tally;
}

async function towardsOmnium(work: StockWork, input: SyncStockInput, isWhole: boolean): Promise<LevelTally> {
  const { tenant, attempt } = work;
  const done = new Set(
    input.subjects.flatMap((subject) => (subject.kind === 'level' ? (subject.receivementUid ?? []) : [])),
  );
  const receptions = new ReceptionsUnderWay({ ...work, storeUid: input.storeUid, done });
  let tally = NO_LEVELS;
  for await (const levels of isWhole ? everything(work, input.storeUid) : named(work, input)) {
    const underWay = (level: FlowLevel): ReturnType<ReceptionsUnderWay['of']> => receptions.of(level);
    tally = addTallies(tally, await writeLevelsToOmnium(levels, { tenant, attempt, underWay }));
  }
  return tally;
}

async function* everything({ tenant, attempt }: StockWork, storeUid: string): AsyncGenerator<FlowLevel[]> {
  for (const { warehouseUid } of await tenant.warehouses.ofStore(storeUid, attempt)) {
    yield* readWarehouse({ storeUid, warehouseUid }, { tenant, attempt });
  }
}

/** What the events have named: single levels, and what changed since the earliest moment. */
async function* named(work: StockWork, { storeUid, subjects }: SyncStockInput): AsyncGenerator<FlowLevel[]> {
  const keys: LevelKey[] = subjects.filter((subject) => subject.kind === 'level');
  yield* readLevels(keys, work);
  const since = earliest(subjects);
  if (since !== undefined) yield* readChanges(storeUid, since, work);
}

function earliest(subjects: readonly StockSubject[]): string | undefined {
  const moments = subjects.flatMap((subject) => (subject.kind === 'changes' ? [subject.since] : []));
  return moments.sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}
