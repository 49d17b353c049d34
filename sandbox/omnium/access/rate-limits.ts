import { type Request, type Response } from 'express';

import { OmniumProblem } from '../problem';

/** The numbers of contract §10. */
export interface LimitNumbers {
  readonly concurrentPerUser: number;
  readonly concurrentPerTenant: number;
  readonly concurrentBatches: number;
  readonly concurrentScrollStarts: number;
  readonly concurrentReads: number;
  readonly bucketCapacity: number;
  /** Tokens that come back every ten seconds. */
  readonly refillPerTenSeconds: number;
  readonly retryAfterSeconds: number;
}

/** The vendor's defaults. */
export const documentedLimits: LimitNumbers = {
  concurrentPerUser: 20,
  concurrentPerTenant: 40,
  concurrentBatches: 4,
  concurrentScrollStarts: 1,
  concurrentReads: 150,
  bucketCapacity: 12_000,
  refillPerTenSeconds: 1000,
  retryAfterSeconds: 2,
};

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const tooMany = (detail: string): OmniumProblem => new OmniumProblem(429, detail);
const batchPath = /many\/?$/i;
const scrollStart = /^\/api\/([^/]+)\/scroll(search)?\/?$/i;
const widelyReadable = /^\/api\/(products|inventory)(\/|$)/i;

/** Counts what runs and what has run, per API user; one call costs one token. */
export class RateLimits {
  readonly numbers: LimitNumbers;
  readonly #running = new Map<string, number>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(numbers: LimitNumbers) {
    this.numbers = numbers;
  }

  /** Lets a call in and counts it until its answer is out. @throws OmniumProblem 429, with `Retry-After` set on `res`. */
  admit(clientId: string, req: Request, res: Response): void {
    try {
      this.#take(clientId);
      this.#enter(this.#lanesOf(clientId, req), res);
    } catch (error) {
      res.setHeader('retry-after', String(this.numbers.retryAfterSeconds));
      throw error;
    }
  }

  clear(): void {
    this.#buckets.clear();
  }

  #lanesOf(clientId: string, req: Request): (readonly [lane: string, limit: number])[] {
    const { numbers } = this;
    const isRead = req.method === 'GET' || /\/(search\w*|scroll\w*|query)/i.test(req.path);
    const wide = isRead && widelyReadable.test(req.path);
    const scrolled = req.method === 'POST' ? scrollStart.exec(req.path)?.[1]?.toLowerCase() : undefined;
    const lanes: (readonly [string, number])[] = wide
      ? [[`${clientId} reads`, numbers.concurrentReads]]
      : [
          [`${clientId} calls`, numbers.concurrentPerUser],
          ['tenant calls', numbers.concurrentPerTenant],
        ];
    if (batchPath.test(req.path)) {
      lanes.push([`${clientId} batches`, numbers.concurrentBatches]);
    }
    if (scrolled !== undefined) {
      lanes.push([`${clientId} scrolls ${scrolled}`, numbers.concurrentScrollStarts]);
    }
    return lanes;
  }

  #enter(lanes: (readonly [lane: string, limit: number])[], res: Response): void {
    for (const [lane, limit] of lanes) {
      if ((this.#running.get(lane) ?? 0) >= limit) {
        throw tooMany(`No more than ${limit} calls may run at once here.`);
      }
    }
    for (const [lane] of lanes) {
      this.#running.set(lane, (this.#running.get(lane) ?? 0) + 1);
    }
    let left = false;
    const leave = (): void => {
      if (!left) {
        left = true;
        for (const [lane] of lanes) {
          this.#running.set(lane, (this.#running.get(lane) ?? 1) - 1);
        }
      }
    };
    // `finish` comes before the caller can have read the answer and sent its next call; `close` covers lost connections.
    res.once('finish', leave);
    res.once('close', leave);
  }

  #take(clientId: string): void {
    const { bucketCapacity, refillPerTenSeconds } = this.numbers;
    const nowMs = performance.now();
    const bucket = this.#buckets.get(clientId) ?? { tokens: bucketCapacity, filledAtMs: nowMs };
    const refill = ((nowMs - bucket.filledAtMs) / 10_000) * refillPerTenSeconds;
    bucket.tokens = Math.min(bucketCapacity, bucket.tokens + refill);
    bucket.filledAtMs = nowMs;
    this.#buckets.set(clientId, bucket);
    if (bucket.tokens < 1) {
      throw tooMany('The call quota is used up.');
    }
    bucket.tokens -= 1;
  }
}
