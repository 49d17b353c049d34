import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asCents } from '../../../src/domain/money';
import {
  compareListPrice,
  knownPriceOf,
  priceUidOf,
  type KnownPrice,
} from '../../../src/activities/catalogue/mapping/list-price';
import { productCost, purchasePriceChange } from '../../../src/activities/catalogue/mapping/select-cost';
import type { SelectedPrice } from '../../../src/activities/catalogue/mapping/select-price';

const at = new Date('2026-03-01T12:00:00Z');
const ownUid = priceUidOf('A1', 'main');
const wanted = (cents: number): SelectedPrice => ({ kind: 'price', unitPriceCents: asCents(cents) });

describe('a price on a list of Flow', () => {
  it('is looked after by its uid, else where it is the one that holds', () => {
    assert.equal(ownUid, 'A1_main');
    const own = { priceUid: ownUid, price: 1 };
    const old = { priceUid: 'x', price: 2, fromDate: '2026-01-01' };
    const later = { priceUid: 'y', price: 3, fromDate: '2026-02-01', toDate: '2026-03-01' };
    const coming = { priceUid: 'z', price: 4, fromDate: '2026-03-02' };
    const over = { priceUid: 'o', price: 5, toDate: '2026-02-28' };
    const uidOf = (...prices: Parameters<typeof knownPriceOf>[0]): string | undefined =>
      knownPriceOf(prices, ownUid, at)?.priceUid;
    assert.equal(uidOf(coming, old, own), ownUid);
    assert.equal(uidOf(later, coming, old), 'y', 'the last day belongs to it');
    assert.equal(uidOf(coming, over), undefined);
    assert.equal(uidOf(), undefined);
  });

  it('is written where it differs, and where ours holds for some time only', () => {
    const verdict = (known: KnownPrice | undefined, cents = 100): string => compareListPrice(wanted(cents), known).do;
    assert.equal(verdict(undefined), 'write');
    assert.equal(verdict({ priceCents: 100, isOurs: true }), 'nothing');
    assert.equal(verdict({ priceCents: 100, isOurs: false }), 'nothing', 'it is right, whoever made it');
    assert.equal(verdict({ priceCents: 100, isOurs: true, isLimited: true }), 'write');
    assert.equal(verdict({ priceCents: 99, isOurs: false }), 'write');
    assert.equal(verdict(undefined, 0), 'write');
  });

  it('is removed where it is ours, or where Omnium had one that has ended', () => {
    const verdict = (hasEnded: boolean, known?: KnownPrice): string =>
      compareListPrice({ kind: 'none', hasEnded }, known).do;
    assert.equal(verdict(false, { priceCents: 1, isOurs: true }), 'remove');
    assert.equal(verdict(false, { priceCents: 1, isOurs: false }), 'nothing');
    assert.equal(verdict(true, { priceCents: 1, isOurs: false }), 'remove');
    assert.equal(verdict(true), 'nothing');
    assert.equal(compareListPrice({ kind: 'refused', why: '' }, { priceCents: 1, isOurs: true }).do, 'nothing');
  });

  it('is right after it was written, whatever there was', () => {
    const known = fc.record({ priceCents: fc.nat(1_000), isOurs: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(1_000), fc.option(known, { nil: undefined }), (cents, before) => {
        const verdict = compareListPrice(wanted(cents), before);
        const after = verdict.do === 'write' ? { priceCents: verdict.priceCents, isOurs: true } : before;
        assert.equal(compareListPrice(wanted(cents), after).do, 'nothing');
        assert.equal(after?.priceCents, cents);
      }),
    );
  });
});

describe('the cost of a product', () => {
  it('goes where its currency belongs, and only where it differs', () => {
    const nok = { costCents: asCents(1_250), currency: 'NOK' };
    const eur = { ...nok, currency: 'EUR' };
    assert.deepEqual(purchasePriceChange(nok, 'nok', {}), { purchasePrice: 1_250 });
    assert.equal(purchasePriceChange(nok, 'NOK', { purchasePrice: 1_250 }), undefined);
    const change = { currencyPurchasePrice: { amount: 1_250, currency: 'EUR' } };
    assert.deepEqual(purchasePriceChange(eur, 'NOK', { purchasePrice: 1_250 }), change);
    const currencyPurchasePrice = { amount: 1_250, currency: 'eur' };
    assert.equal(purchasePriceChange(eur, 'NOK', { currencyPurchasePrice }), undefined);
  });

  it('is unknown where Omnium says 0', () => {
    assert.equal(productCost({ cost: 0 }, 'NOK'), undefined);
    assert.equal(productCost({}, 'NOK'), undefined);
    assert.deepEqual(productCost({ cost: '9.9', costCurrency: 'eur' }, 'NOK'), { costCents: 990, currency: 'EUR' });
  });
});
