import { RequestGate } from '../request-gate';

/** A kind of call of which Omnium allows fewer at once than of others. */
export interface CallLane {
  readonly gate: RequestGate;
  /** A refusal because of the limit is waited for here, and not left to the caller. */
  readonly isAskedAgain: boolean;
}

/** Calls on many things at once: four for an API user; "run them one after another" (omnium-api.md §10). */
const BATCH_PATH = /many\/?$/i;
const CONCURRENT_BATCHES = 4;

/**
 * First calls of a scroll: limited harder than other calls, with a number that Omnium does not tell; one at a time of each
 * resource is assumed (omnium-api.md §14).
 */
const SCROLL_START = /^\/api\/([^/]+)\/scroll(?:search)?\/?$/i;

/** The lanes of one API user in one process. */
export class CallLanes {
  private readonly lanes = new Map<string, CallLane>();

  /** @param share the part of the API user's calls that this process may make, from 0 to 1 */
  constructor(private readonly share: number) {}

  /** The lane of a call, undefined for one that is limited like all others. */
  of({ method, path }: { readonly method: string; readonly path: string }): CallLane | undefined {
    if (method !== 'GET' && BATCH_PATH.test(path)) {
      const batches = Math.max(Math.floor(CONCURRENT_BATCHES * this.share), 1);
      return this.lane('batches', { maxConcurrent: batches, isAskedAgain: false });
    }
    const resource = method === 'POST' ? SCROLL_START.exec(path)?.[1] : undefined;
    if (resource === undefined) return undefined;
    // Other processes start scrolls too, and nobody coordinates them but Omnium.
    return this.lane(`scrolls of ${resource.toLowerCase()}`, { maxConcurrent: 1, isAskedAgain: true });
  }

  private lane(
    name: string,
    { maxConcurrent, isAskedAgain }: { readonly maxConcurrent: number; readonly isAskedAgain: boolean },
  ): CallLane {
    const known = this.lanes.get(name);
    if (known) return known;
    const lane = { gate: new RequestGate({ maxConcurrent }), isAskedAgain };
    this.lanes.set(name, lane);
    return lane;
  }
}
