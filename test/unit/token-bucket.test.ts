import assert from 'node:assert/strict';
import { TokenBucket } from '../../src/domain/token-bucket';

describe('TokenBucket', () => {
  it('grants so many at once, and then as many as the seconds give', () => {
    let nowMs = 0;
    const bucket = new TokenBucket(3, 2, () => nowMs);
    const taken = (times: number): boolean[] => Array.from({ length: times }, () => bucket.take());
    assert.deepEqual(taken(5), [true, true, true, false, false]);
    assert.equal(bucket.nextInMs, 500);
    nowMs = 1_000;
    assert.deepEqual(taken(3), [true, true, false]);
    nowMs = 60_000;
    assert.deepEqual(taken(4), [true, true, true, false]);
  });
});
