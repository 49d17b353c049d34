import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OmniumCostPrice } from '../../../src/clients/omnium/prices';
import {
  nextCostChange,
  selectChainCost,
  selectOnAccount,
  type CostWanted,
} from '../../../src/activities/catalogue/mapping/select-cost';

const WANTED: CostWanted = {
  sku: 'A-1',
  markets: [{ marketId: 'NOR', marketGroupId: 'nordic' }, { marketId: 'NOB' }],
  currency: 'NOK',
  at: new Date('2026-03-01T12:00:00Z'),
};
const cost = (amount: number, more: Partial<OmniumCostPrice> = {}): OmniumCostPrice => ({
  skuId: 'A-1',
  cost: amount,
  ...more,
});

describe('what an article costs the chain', () => {
  it('is what no store is named for, in the order of markets', () => {
    const byRank = [cost(1, { marketId: 'NOR' }), cost(2, { marketGroupId: 'nordic' }), cost(3)];
    for (const [index, best] of byRank.entries()) {
      const some = byRank.slice(index);
      fc.assert(
        fc.property(fc.shuffledSubarray(some, { minLength: some.length }), (shuffled) => {
          const others = [cost(9, { storeId: 'oslo' }), cost(9, { marketId: 'SWE' }), cost(9, { type: 'SOA' })];
          assert.equal(selectChainCost([...others, ...shuffled], WANTED)?.costCents, Number(best.cost) * 100);
        }),
        { numRuns: 10 },
      );
    }
    assert.equal(selectChainCost([cost(4, { marketId: 'NOB' })], WANTED)?.costCents, 400);
  });

  it('is in another currency only where there is none in ours', () => {
    const foreign = cost(5, { marketId: 'NOR', currencyCode: 'EUR' });
    assert.deepEqual(selectChainCost([foreign], WANTED), { costCents: 500, currency: 'EUR' });
    assert.deepEqual(selectChainCost([foreign, cost(6, { currencyCode: 'nok' })], WANTED), {
      ...{ costCents: 600, currency: 'NOK' },
    });
    assert.equal(selectChainCost([], WANTED), undefined);
  });
});

describe('stock on account', () => {
  const wanted = { ...WANTED, storeId: 'oslo' };
  const soa = (amount: number, more: Partial<OmniumCostPrice> = {}): OmniumCostPrice =>
    cost(amount, { storeId: 'Oslo', type: 'soa', ...more });

  it('is what is named so for the store', () => {
    assert.deepEqual(selectOnAccount([soa(3), cost(4, { storeId: 'oslo' })], wanted), {
      ...{ kind: 'price', unitPriceCents: 300 },
    });
    assert.deepEqual(selectOnAccount([cost(4, { type: 'SOA' }), soa(5, { storeId: 'bergen' })], wanted), {
      ...{ kind: 'none', hasEnded: false },
    });
  });

  it('tells that it has ended', () => {
    const ended = soa(3, { validUntil: '2026-02-01T00:00:00Z' });
    assert.deepEqual(selectOnAccount([ended], wanted), { kind: 'none', hasEnded: true });
  });
});

describe('the next change of a cost', () => {
  const next = (prices: readonly OmniumCostPrice[]): string | undefined =>
    nextCostChange(prices, WANTED, [], false)?.toISOString();

  it('is the first beginning or end to come, of those that are meant', () => {
    const prices = [
      cost(1, { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-05-01T00:00:00Z' }),
      cost(2, { validFrom: '2026-04-01T00:00:00Z' }),
      cost(3, { validFrom: '2026-03-02T00:00:00Z', storeId: 'oslo' }),
      cost(4, { validFrom: '2026-03-02T00:00:00Z', type: 'SOA' }),
    ];
    assert.equal(next(prices), '2026-04-01T00:00:00.000Z');
    assert.equal(next(prices.slice(0, 1)), '2026-05-01T00:00:00.000Z');
  });

  it('is none in years that nobody will see, and none that is over', () => {
    assert.equal(next([cost(1, { validFrom: '2020-01-01T00:00:00Z', validUntil: '9999-12-31T00:00:00Z' })]), undefined);
    assert.equal(next([cost(1)]), undefined);
  });
});
