import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OmniumCostPrice } from '../../../src/clients/omnium/prices';
import { AmountInvalidError } from '../../../src/domain/money';
import { selectCostPrice, type CostPriceWanted } from '../../../src/activities/catalogue/mapping/select-cost';

const WANTED: CostPriceWanted = {
  sku: 'A-1',
  storeIds: ['oslo-wh', 'oslo'],
  marketId: 'NOR',
  marketGroupId: 'nordic',
  currency: 'NOK',
  at: new Date('2026-03-01T12:00:00Z'),
};

const price = (cost: number, more: Partial<OmniumCostPrice> = {}): OmniumCostPrice => ({ skuId: 'A-1', cost, ...more });
const centsOf = (prices: readonly OmniumCostPrice[]): number | undefined =>
  selectCostPrice(prices, WANTED)?.costPriceCents;

describe('the cost price of a stock level', () => {
  it('is the most specific one, whatever the order', () => {
    const byRank = [
      price(1, { storeId: 'oslo-wh' }),
      price(2, { storeId: 'oslo' }),
      price(3, { marketId: 'NOR' }),
      price(4, { marketGroupId: 'nordic' }),
      price(5),
    ];
    for (let from = 0; from < byRank.length; from += 1) {
      const some = byRank.slice(from);
      fc.assert(
        fc.property(fc.shuffledSubarray(some, { minLength: some.length }), (shuffled) => {
          assert.equal(centsOf(shuffled), (from + 1) * 100);
        }),
      );
    }
  });

  it('is one that is valid now', () => {
    const ended = price(1, { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-03-01T12:00:00Z' });
    const coming = price(2, { validFrom: '2026-03-01T12:00:01Z' });
    assert.equal(centsOf([ended, coming]), undefined);
    assert.equal(centsOf([ended, coming, price(3, { validFrom: '2026-02-01T00:00:00Z' })]), 300);
  });

  it('is the one that begins latest, then the one changed latest', () => {
    const old = price(1, { validFrom: '2026-01-01T00:00:00Z', modified: '2026-02-20T00:00:00Z' });
    const later = price(2, { validFrom: '2026-02-01T00:00:00Z', modified: '2026-01-20T00:00:00Z' });
    const corrected = price(3, { validFrom: '2026-02-01T00:00:00Z', modified: '2026-02-10T00:00:00Z' });
    assert.equal(centsOf([old, later]), 200);
    assert.equal(centsOf([corrected, old, later]), 300);
  });

  it('is none of another product, place, currency, supplier or store group', () => {
    const others = [
      price(1, { skuId: 'B-2' }),
      price(2, { storeId: 'bergen' }),
      price(3, { marketId: 'SWE' }),
      price(4, { marketGroupId: 'baltic' }),
      price(5, { currencyCode: 'SEK' }),
      price(6, { supplier: 'acme' }),
      price(7, { storeGroupId: 'east' }),
      { skuId: 'A-1' },
    ];
    assert.equal(centsOf(others), undefined);
    assert.equal(centsOf([...others, price(8, { currencyCode: 'nok', marketId: 'nor' })]), 800);
  });

  it('says since when it is what it is', () => {
    const changed = price(1, { validFrom: '2026-01-01T00:00:00Z', modified: '2026-02-20T00:00:00Z' });
    assert.deepEqual(selectCostPrice([changed], WANTED)?.holdsSince, new Date('2026-02-20T00:00:00Z'));
    const begun = price(1, { validFrom: '2026-02-25T00:00:00Z', modified: '2026-02-20T00:00:00Z' });
    assert.deepEqual(selectCostPrice([begun], WANTED)?.holdsSince, new Date('2026-02-25T00:00:00Z'));
    assert.equal(selectCostPrice([price(1)], WANTED)?.holdsSince, undefined);
  });

  it('is rounded to whole cents, and refused when it is no amount', () => {
    assert.equal(centsOf([price(10.005)]), 1_001);
    assert.throws(() => centsOf([{ skuId: 'A-1', cost: 'ten' }]), AmountInvalidError);
  });
});
