import { SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import type { EntityDirectory, FailingSync, RunCounts } from '../temporal/entity-directory';

/** What the status page shows: the orders by state, and every sync that fails. */
export interface Overview {
  readonly takenAt: Date;
  readonly counts: Readonly<Record<SyncState, RunCounts>>;
  /** Orders first, the latest of each. */
  readonly failing: readonly FailingSync[];
  /** What waits to be tried again and is no order: customers, goods, stock, stores, sweeps. */
  readonly failingBeside: number;
}

/** What an overview asks. */
export type OverviewSource = Pick<EntityDirectory, 'countByState' | 'listFailing' | 'countFailing'>;

/** An overview, or the reason why there is none right now. `stale` tells that it is an older one. */
export type OverviewReading =
  | { readonly kind: 'overview'; readonly overview: Overview; readonly stale: boolean }
  | { readonly kind: 'unavailable' };

/** Failing orders, and failing other syncs, on the page; the rest is a click away in the Web UI or in `ops failing`. */
const FAILING_SHOWN = 25;

const FRESH_FOR_MS = 2_000;
/** Gap between two readings of any kind: one reading is nine questions, and the server allows about ten a second. */
const READING_GAP_MS = 1_000;

/** Reads the overview at most as often as the server's index bears, however many people look at the page. */
export class OverviewCache {
  readonly #directory: OverviewSource;
  readonly #kept = new Map<string, Overview>();
  readonly #reading = new Map<string, Promise<Overview>>();
  #lastReadingAt = 0;

  constructor(directory: OverviewSource) {
    this.#directory = directory;
  }

  /** @param tenantUid a configured tenant, or none for all: callers check, as every tenant asked for is kept */
  async read(tenantUid?: string): Promise<OverviewReading> {
    const key = tenantUid ?? '';
    const kept = this.#kept.get(key);
    const now = Date.now();
    if (kept && now - kept.takenAt.getTime() < FRESH_FOR_MS) return { kind: 'overview', overview: kept, stale: false };
    if (kept && now - this.#lastReadingAt < READING_GAP_MS) return { kind: 'overview', overview: kept, stale: true };
    try {
      return { kind: 'overview', overview: await this.#readOnce(key, tenantUid), stale: false };
    } catch {
      return kept ? { kind: 'overview', overview: kept, stale: true } : { kind: 'unavailable' };
    }
  }

  #readOnce(key: string, tenantUid: string | undefined): Promise<Overview> {
    const running = this.#reading.get(key);
    if (running) return running;
    this.#lastReadingAt = Date.now();
    const reading = this.#ask(tenantUid)
      .then((overview) => {
        this.#kept.set(key, overview);
        return overview;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #ask(tenantUid: string | undefined): Promise<Overview> {
    const [counts, orders, others, failingBeside] = await Promise.all([
      this.#directory.countByState(tenantUid),
      this.#directory.listFailing('orders', FAILING_SHOWN, tenantUid),
      this.#directory.listFailing('others', FAILING_SHOWN, tenantUid),
      this.#directory.countFailing('others', tenantUid),
    ]);
    return { takenAt: new Date(), counts, failing: [...orders, ...others], failingBeside };
  }
}

/** Orders in work right now, over all states. */
export function runningTotal(counts: Overview['counts']): number {
  return SYNC_STATES.reduce((sum, state) => sum + counts[state].running, 0);
}
