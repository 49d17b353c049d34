import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AmountInvalidError } from '../../../src/domain/money';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import type { OmniumPrice } from '../../../src/clients/omnium/prices';
import {
  grossCents,
  selectPrice,
  type PriceWanted,
  type SelectedPrice,
} from '../../../src/activities/catalogue/mapping/select-price';

const WANTED: PriceWanted = {
  sku: 'A-1',
  productId: 'A',
  markets: [
    { marketId: 'NOR', marketGroupId: 'nordic', defaultTaxRate: 25 },
    { marketId: 'NOB', defaultTaxRate: 15 },
  ],
  currency: 'NOK',
  at: new Date('2026-03-01T12:00:00Z'),
};
const IN_STORE: PriceWanted = { ...WANTED, storeId: 'oslo' };

const price = (unitPrice: number | string, more: Partial<OmniumPrice> = {}): OmniumPrice => ({
  skuId: 'A-1',
  currencyCode: 'NOK',
  unitPrice,
  ...more,
});
const select = (prices: readonly OmniumPrice[], wanted = WANTED): SelectedPrice => selectPrice(prices, wanted);
const centsOf = (prices: readonly OmniumPrice[], wanted = WANTED): number | string => {
  const selected = select(prices, wanted);
  return selected.kind === 'price' ? selected.unitPriceCents : selected.kind;
};

describe('the selling price that holds', () => {
  it('is the most specific one: variant, then market in order, market group, any; then without a unit', () => {
    const byRank = [
      price(8, { marketId: 'NOR' }),
      price(7, { marketId: 'NOR', unit: 'box' }),
      price(6, { marketId: 'nob' }),
      price(5, { marketGroupId: 'Nordic' }),
      price(4),
      price(3, { skuId: 'A', marketId: 'NOR' }),
      price(2, { skuId: 'A' }),
    ];
    for (let from = 0; from < byRank.length; from += 1) {
      const some = byRank.slice(from);
      const best = Number(byRank[from]?.unitPrice) * 100;
      fc.assert(
        fc.property(fc.shuffledSubarray(some, { minLength: some.length }), (shuffled) => {
          assert.equal(centsOf(shuffled), best);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('is the lowest incl. VAT of those, then the one that began latest, then the one changed latest', () => {
    assert.equal(centsOf([price(100, { isTaxExcluded: true, taxRate: 25 }), price(110)]), 11_000);
    const old = price(5, { validFrom: '2026-01-01T00:00:00Z', recommendedRetailPrice: 1 });
    const late = price(5, { validFrom: '2026-02-01T00:00:00Z', recommendedRetailPrice: 2 });
    const changed = { ...late, modified: '2026-02-02T00:00:00Z', recommendedRetailPrice: 3 };
    assert.deepEqual(select([late, old]), { kind: 'price', unitPriceCents: 500, recommendedRetailPriceCents: 200 });
    assert.deepEqual(select([late, changed, old]), {
      ...{ kind: 'price', unitPriceCents: 500, recommendedRetailPriceCents: 300 },
    });
  });

  it('is one made by a promotion like any other, and 0 only where nothing else was entered', () => {
    const promoted: OmniumPrice & { readonly promotionId: string } = { ...price(4), promotionId: 'spring' };
    assert.equal(centsOf([price(5), promoted]), 400);
    assert.equal(centsOf([price(0), price(5)]), 500);
    assert.equal(centsOf([price(0)]), 0);
    assert.deepEqual(select([price(5, { recommendedRetailPrice: 0 })]), { kind: 'price', unitPriceCents: 500 });
  });

  it('is none of other customers, quantities, markets, stores or articles', () => {
    const others = [
      price(1, { customerId: 'c' }),
      price(1, { customerGroup: 'g' }),
      price(1, { isCustomerClubSpecificPrice: true }),
      price(1, { storeGroupId: 'east' }),
      price(1, { minQuantity: 2 }),
      price(1, { marketId: 'SWE' }),
      price(1, { marketGroupId: 'baltic' }),
      price(1, { marketId: 'NOR', marketGroupId: 'baltic' }),
      price(1, { storeId: 'oslo' }),
      price(1, { skuId: 'a-1' }),
      price(1, { skuId: 'B' }),
      price(1, { unitPrice: undefined }),
    ];
    assert.deepEqual(select(others), { kind: 'none', hasEnded: false });
    assert.equal(centsOf([...others, price(9, { minQuantity: 1 })]), 900);
  });

  it('is on a store’s list only the store’s own', () => {
    const general = price(1, { marketId: 'NOR' });
    assert.equal(centsOf([general], IN_STORE), 'none');
    assert.equal(centsOf([general, price(7, { storeId: 'OSLO' }), price(2, { storeId: 'bergen' })], IN_STORE), 700);
    assert.equal(centsOf([price(7, { storeId: 'oslo', marketId: 'SWE' })], IN_STORE), 'none');
  });

  it('holds from its first moment to before its last', () => {
    const at = '2026-03-01T12:00:00Z';
    assert.equal(centsOf([price(1, { validFrom: at })]), 100);
    assert.equal(centsOf([price(1, { validFrom: '2026-03-01T12:00:00.001Z' })]), 'none');
    assert.deepEqual(select([price(1, { validUntil: at })]), { kind: 'none', hasEnded: true });
    assert.equal(centsOf([price(1, { validUntil: '2026-03-01T12:00:00.001Z' })]), 100);
  });

  it('is refused in another currency where it names our market, and else just not ours', () => {
    const foreign = price(1, { currencyCode: 'SEK', marketId: 'NOR' });
    assert.deepEqual(select([foreign]), { kind: 'refused', why: 'its price is in SEK, not in NOK' });
    assert.equal(centsOf([foreign, price(3)]), 300);
    assert.equal(centsOf([price(1, { currencyCode: 'SEK' })]), 'none');
    assert.equal(centsOf([price(1, { currencyCode: 'nok' })]), 100);
    assert.equal(centsOf([price(1, { currencyCode: undefined })]), 100);
  });

  it('takes the rate of the price’s market, and is refused where there is none', () => {
    const net = { isTaxExcluded: true } as const;
    assert.equal(centsOf([price(100, { ...net, marketId: 'NOB' })]), 11_500);
    assert.equal(centsOf([price(100, net)]), 12_500);
    assert.equal(centsOf([price(100, { ...net, taxRate: 0 })]), 10_000);
    const unrated = { ...WANTED, markets: [{ marketId: 'NOR' }] };
    assert.throws(() => select([price(100, net)], unrated), DocumentUnmappableError);
    assert.throws(() => select([price(-1)]), AmountInvalidError);
    assert.throws(() => select([price('12,50')]), AmountInvalidError);
  });

  it('is one of the given, and the same one in whatever order they come', () => {
    const anyPrice = fc.record({
      unitPrice: fc.integer({ min: 0, max: 1_000 }),
      skuId: fc.constantFrom('A-1', 'A', 'B'),
      marketId: fc.constantFrom(undefined, 'NOR', 'NOB', 'SWE'),
      currencyCode: fc.constantFrom('NOK', 'SEK', undefined),
      isTaxExcluded: fc.boolean(),
      taxRate: fc.constantFrom(undefined, 0, 25),
      minQuantity: fc.constantFrom(undefined, 0, 1, 3),
      validUntil: fc.constantFrom(undefined, '2026-02-01T00:00:00Z', '2026-04-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(fc.array(anyPrice, { maxLength: 8 }), fc.integer(), (prices, seed) => {
        const shuffled = [...prices].sort(
          (one, other) => ((one.unitPrice * seed) % 7) - ((other.unitPrice * seed) % 7),
        );
        const selected = select(prices);
        assert.deepEqual(select(shuffled), selected);
        if (selected.kind !== 'price') return;
        const alone = prices.map((one) => select([one])).filter((one) => one.kind === 'price');
        assert.ok(alone.some((one) => one.unitPriceCents === selected.unitPriceCents));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a price incl. VAT', () => {
  it('is exact, and rounded once', () => {
    const net = (amount: number | string, taxRatePercent: number | string): number =>
      grossCents(amount, true, taxRatePercent);
    assert.deepEqual([net(79.96, 25), net('0.1', '11.1'), net(1.005, 0), net(0.004, 25)], [9_995, 11, 101, 1]);
    assert.throws(() => net(1, -1), AmountInvalidError);
  });

  it('grows with the amount and the rate, and is never below the amount', () => {
    const amount = fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 100 }), (one, other, taxRatePercent) => {
        const gross = (given: number): number => grossCents(given, true, taxRatePercent);
        assert.ok(gross(one) >= Math.round(one * 100));
        if (one < other) assert.ok(gross(one) <= gross(other));
      }),
    );
  });
});
