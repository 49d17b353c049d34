import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ladderDelayMs,
  ladderRetryPolicy,
  LONGEST_DELAY_MS,
  RETRY_LADDERS,
  SHORTEST_DELAY_MS,
  type RetryLadderName,
} from '../../../src/contracts/retry-ladder';

const MINUTE_MS = 60_000;
const names = Object.keys(RETRY_LADDERS) as RetryLadderName[];

describe('retry ladder', () => {
  it('is the vendor’s table, and its last rung for ever', () => {
    const minutes = (name: RetryLadderName): number[] =>
      Array.from({ length: 12 }, (_, index) => ladderDelayMs(name, index + 1) / MINUTE_MS);
    assert.deepEqual(minutes('one-minute'), [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 120, 120]);
    assert.deepEqual(minutes('two-minutes'), [2, 2, 5, 10, 20, 30, 45, 60, 90, 120, 120, 120]);
  });

  it('merges what the vendor asks for: never earlier, however long it is, and never zero', () => {
    assert.equal(ladderDelayMs('one-minute', 1, 90_000), 90_000);
    assert.equal(ladderDelayMs('one-minute', 3, 90_000), 5 * MINUTE_MS);
    assert.equal(ladderDelayMs('one-minute', 1, 24 * 60 * MINUTE_MS), 24 * 60 * MINUTE_MS);
    assert.equal(ladderDelayMs('one-minute', 12, 121 * MINUTE_MS), 121 * MINUTE_MS);
    assert.equal(ladderDelayMs('one-minute', 1, Number.NaN), MINUTE_MS);
    assert.equal(ladderDelayMs('one-minute', 1, -5), MINUTE_MS);
  });

  it('stays within its bounds for any attempt and any wish', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer(), fc.double(), (name, attempt, wish) => {
        const delay = ladderDelayMs(name, attempt, wish);
        const wanted = Number.isFinite(wish) ? wish : 0;
        assert.ok(delay >= Math.max(SHORTEST_DELAY_MS, wanted) && delay <= Math.max(LONGEST_DELAY_MS, wanted));
      }),
    );
  });

  it('stays within one rung as a policy, for attempts that end without our say', () => {
    for (const name of names) {
      const { initialInterval, backoffCoefficient, maximumInterval } = ladderRetryPolicy(name);
      const rungs = RETRY_LADDERS[name];
      for (let attempt = 1; attempt <= 14; attempt += 1) {
        const policyMinutes =
          Math.min(initialInterval * backoffCoefficient ** (attempt - 1), maximumInterval) / MINUTE_MS;
        const oneBelow = rungs[Math.max(Math.min(attempt, rungs.length) - 2, 0)] ?? 120;
        const oneAbove = rungs[Math.min(attempt, rungs.length - 1)] ?? 120;
        assert.ok(
          policyMinutes >= oneBelow && policyMinutes <= oneAbove,
          `${name}, attempt ${attempt}: ${policyMinutes}`,
        );
      }
    }
  });
});
