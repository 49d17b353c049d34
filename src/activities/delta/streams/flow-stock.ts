import { stockWriteRefused } from '../../../config/stock-master';
import type { Attempt } from '../../shared/sync-context';
import { readChanges, readLevels, type FlowLevel } from '../../stock/flow-levels';
import { levelsThatDiffer } from '../../stock/omnium-levels';
import type { Look, StreamDocument, StreamRead, StreamReader } from '../sweep-stream';

/** Flow takes `modifiedAfter` to be exclusive; levels of one millisecond may be on two pages. */
const TIE_MS = 1;

/**
 * Stock that has changed in Flow, in the stores whose stock master is Flow. A document is a page of a store's changes, oldest
 * change first: one question to Omnium answers for all of it, and one that differs speaks for the whole store, whose stock
 * is then looked at from the beginning of the window on.
 */
export const readFlowStock: StreamReader = async function* (read) {
  const { tenant, attempt, window, cursor } = read;
  const until = Date.now();
  const { storeUid: begunStoreUid = '', modifiedAfter } = cursor ?? {};
  for (const storeUid of await storesOfFlow(read)) {
    if (storeUid < String(begunStoreUid)) continue;
    const isBegun = storeUid === begunStoreUid && typeof modifiedAfter === 'string';
    let after = isBegun ? modifiedAfter : window.from;
    const store = new StoreLooks(read, storeUid);
    for await (const levels of readChanges({ ...attempt, tenant }, storeUid, after)) {
      // What changes while it is read is the next sweep's.
      const due = levels.filter(({ lastModifiedAt }) => !isAfter(lastModifiedAt, until));
      const own = await store.ownLevels(due);
      after = placeAfter(due) ?? after;
      yield { documents: own.length > 0 ? [store.documentOf(own)] : [], cursor: { storeUid, modifiedAfter: after } };
      if (store.hasDiffered || due.length < levels.length) break;
    }
  }
};

/** Stores that may send levels to Omnium, of those that Flow has. */
async function storesOfFlow({ tenant, attempt }: StreamRead): Promise<readonly string[]> {
  const stores = await tenant.flow.stores.list(attempt);
  return stores
    .map(({ storeUid }) => storeUid)
    .filter((storeUid) => stockWriteRefused(tenant.config, { into: 'omnium', storeUid }) === undefined)
    .sort();
}

/** What is seen of one store. */
class StoreLooks {
  hasDiffered = false;

  constructor(
    private readonly read: StreamRead,
    private readonly storeUid: string,
  ) {}

  /** Without warehouses of other stores that this one may only look into. */
  async ownLevels(levels: readonly FlowLevel[]): Promise<readonly FlowLevel[]> {
    const { tenant, attempt } = this.read;
    const own = await tenant.warehouses.ofStore(this.storeUid, attempt);
    const warehouseUids = new Set(own.map(({ warehouseUid }) => warehouseUid));
    return levels.filter(({ warehouseUid }) => warehouseUids.has(warehouseUid));
  }

  documentOf(levels: readonly FlowLevel[]): StreamDocument {
    const { storeUid, read } = this;
    const target = { kind: 'stock' as const, storeUid, since: read.window.from };
    const modifiedAt = levels.at(-1)?.lastModifiedAt;
    const look = async (attempt: Attempt): Promise<Look> => {
      const isDiffering = await this.differs(levels, attempt);
      this.hasDiffered ||= isDiffering;
      return isDiffering ? { verdict: 'differs', target, storeUid } : { verdict: 'inSync', storeUid };
    };
    return { target, modifiedAt, look };
  }

  /** A level that has changed since it was listed is compared as it is now. */
  private async differs(levels: readonly FlowLevel[], attempt: Attempt): Promise<boolean> {
    const context = { ...attempt, tenant: this.read.tenant };
    const differing = await levelsThatDiffer(context, levels);
    for await (const now of readLevels(context, differing)) {
      if ((await levelsThatDiffer(context, now)).length > 0) return true;
    }
    return false;
  }
}

function isAfter(timestamp: string | undefined, momentMs: number): boolean {
  return timestamp !== undefined && Date.parse(timestamp) > momentMs;
}

function placeAfter(levels: readonly FlowLevel[]): string | undefined {
  const latest = levels.at(-1)?.lastModifiedAt;
  return latest === undefined ? undefined : new Date(Date.parse(latest) - TIE_MS).toISOString();
}
