import { onAbort } from './abort-fan';

/** How many requests a vendor grants over time. */
export interface RequestBudget {
  /** Requests that may be made in one burst. */
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** Settings of a {@link RequestGate}. */
export interface RequestGateOptions {
  readonly maxConcurrent: number;
  readonly budget?: RequestBudget;
  /** Milliseconds that only grow; for tests. */
  readonly clock?: () => number;
}

type Proceed = () => void;

/**
 * Lets requests through, never more at once and never faster than the vendor allows. Who waits is let in in turn: one
 * request of each party, in the order they came, so that nobody waits for all that another one has asked for before.
 * Waiting here is not part of a call's timeout: nothing has been sent yet.
 */
export class RequestGate {
  private maxConcurrent: number;
  private readonly budget: RequestBudget | undefined;
  private readonly clock: () => number;
  /** By party; the first is the next one's turn. None is empty. */
  private readonly waiting = new Map<string, Line>();
  private inside = 0;
  private tokens: number;
  private refilledAt: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: RequestGateOptions) {
    this.maxConcurrent = options.maxConcurrent;
    this.budget = options.budget;
    this.clock = options.clock ?? (() => performance.now());
    this.tokens = options.budget?.capacity ?? 0;
    this.refilledAt = this.clock();
  }

  /** Where several clients share a vendor account, the most careful setting holds for all. */
  lowerLimitTo(maxConcurrent: number): void {
    this.maxConcurrent = Math.min(this.maxConcurrent, maxConcurrent);
  }

  /**
   * Waits for a place. The caller must call the returned function once when its request is over. Rejects with the
   * signal's reason when that fires first.
   *
   * @param party on whose behalf, e.g. the tenant of several that share an account
   */
  async enter(signal: AbortSignal | undefined, party = ''): Promise<() => void> {
    signal?.throwIfAborted();
    // With a free place and nobody before us there is nothing to wait for, and nothing that a signal could end.
    const isFree = this.waiting.size === 0 && this.inside < this.maxConcurrent && this.takeToken();
    if (isFree) this.inside += 1;
    else if (!(await this.waitForPlace(signal, party))) signal?.throwIfAborted();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside -= 1;
      this.admit();
    };
  }

  /** False when the signal fired first. Who is admitted holds a place and has to give it back, whatever fires meanwhile. */
  private waitForPlace(signal: AbortSignal | undefined, party: string): Promise<boolean> {
    return new Promise((resolve) => {
      const proceed = (): void => {
        forgetSignal?.();
        resolve(true);
      };
      const forgetSignal =
        signal &&
        onAbort(signal, () => {
          this.forget(party, proceed);
          resolve(false);
        });
      this.lineOf(party).add(proceed);
      this.admit();
    });
  }

  private lineOf(party: string): Line {
    let line = this.waiting.get(party);
    if (!line) this.waiting.set(party, (line = new Line()));
    return line;
  }

  private forget(party: string, proceed: Proceed): void {
    const line = this.waiting.get(party);
    line?.remove(proceed);
    if (line?.isEmpty) this.waiting.delete(party);
  }

  private admit(): void {
    while (this.waiting.size > 0 && this.inside < this.maxConcurrent && this.takeToken()) {
      this.inside += 1;
      this.next()?.();
    }
    if (this.waiting.size === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }

  /** Takes out the first of the party whose turn it is; that party's turn is then the last. */
  private next(): Proceed | undefined {
    for (const [party, line] of this.waiting) {
      const proceed = line.takeFirst();
      if (line.isEmpty) this.waiting.delete(party);
      else if (this.waiting.size > 1) {
        this.waiting.delete(party);
        this.waiting.set(party, line);
      }
      return proceed;
    }
    return undefined;
  }

  private takeToken(): boolean {
    if (this.budget === undefined) return true;
    const now = this.clock();
    const { capacity, refillPerSecond } = this.budget;
    this.tokens = Math.min(capacity, this.tokens + ((now - this.refilledAt) / 1000) * refillPerSecond);
    this.refilledAt = now;
    if (this.tokens < 1) {
      this.timer ??= setTimeout(
        () => {
          this.timer = undefined;
          this.admit();
        },
        Math.ceil(((1 - this.tokens) / refillPerSecond) * 1000),
      );
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}

/** Places at the front that are left empty before the others move up. */
const EMPTY_PLACES = 256;

/**
 * Who waits, in the order they came. An array, and no Set for the reason given at `AbortFan`: those who come and go at a
 * busy gate would be kept until the next full garbage collection.
 */
class Line {
  private readonly places: (Proceed | undefined)[] = [];
  private first = 0;
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  add(proceed: Proceed): void {
    this.places.push(proceed);
    this.count += 1;
  }

  takeFirst(): Proceed | undefined {
    while (this.first < this.places.length) {
      const proceed = this.places[this.first];
      this.places[this.first] = undefined;
      this.first += 1;
      if (this.first >= EMPTY_PLACES) {
        this.places.splice(0, this.first);
        this.first = 0;
      }
      if (proceed) {
        this.count -= 1;
        return proceed;
      }
    }
    return undefined;
  }

  /** For one that may have been taken before. */
  remove(proceed: Proceed): void {
    const place = this.places.indexOf(proceed, this.first);
    if (place < 0) return;
    this.places[place] = undefined;
    this.count -= 1;
  }
}
