import assert from 'node:assert/strict';
import type { Article } from '../../../src/activities/catalogue/price-articles';
import type { PriceTarget } from '../../../src/activities/catalogue/price-targets';
import { touchedTargets } from '../../../src/activities/catalogue/price-export';
import type { OmniumPrice } from '../../../src/clients/omnium/prices';

const FROM = '2026-11-20T12:00:00Z';
const AT = new Date('2026-11-20T13:00:00Z');
const BEFORE = '2026-11-20T11:59:59Z';
const BETWEEN = '2026-11-20T12:30:00Z';
const AFTER = '2026-11-20T13:00:01Z';

const TARGETS: readonly PriceTarget[] = [
  { name: 'main', markets: [] },
  { name: 'recommended', isOnProduct: true, markets: [] },
  { name: 'oslo', storeId: 'Oslo', markets: [] },
  { name: 'bergen', storeId: 'bergen', markets: [] },
];
const ALL = TARGETS.map(({ name }) => name);

function touched(
  because: Article['because'],
  prices: readonly OmniumPrice[],
  from: string | undefined = FROM,
): string[] {
  const article: Article = { sku: 'A', productId: 'A', ...(because && { because }) };
  const targets = touchedTargets(article, prices, TARGETS, from || undefined, AT);
  return targets.map(({ name }) => name);
}

describe('targets on which another price may hold', () => {
  it('are all of them where the product itself has changed, or nobody knows what has', () => {
    assert.deepEqual(touched(undefined, [{ storeId: 'oslo', modified: BETWEEN }]), ALL);
    assert.deepEqual(touched('its-product', [{ storeId: 'oslo', modified: BETWEEN }], ''), ALL);
  });

  it('are those of a store, or of none, of which a price was changed, begins or ends', () => {
    const old = { modified: BEFORE };
    const prices = [old, { ...old, storeId: 'OSLO' }, { ...old, storeId: 'bergen' }];
    for (const change of [{ modified: BETWEEN }, { validFrom: BETWEEN }, { validUntil: BETWEEN }, { modified: FROM }]) {
      assert.deepEqual(touched('its-product', [...prices, { ...old, storeId: 'oslo', ...change }]), ['oslo']);
      assert.deepEqual(touched('its-price', [...prices, { ...old, ...change }]), ['main', 'recommended']);
    }
  });

  it('are none of prices that began before, or begin later', () => {
    for (const change of [{ validFrom: BEFORE }, { validFrom: AFTER }, { validUntil: BEFORE }, { validUntil: AFTER }]) {
      assert.deepEqual(touched('its-product', [{ modified: BEFORE, ...change }]), []);
    }
  });

  it('count a price that does not say when it was changed', () => {
    assert.deepEqual(touched('its-product', [{ storeId: 'bergen' }, { modified: BEFORE }]), ['bergen']);
  });

  it('are all of them where a price is named and none was touched: one is gone', () => {
    assert.deepEqual(touched('its-price', [{ modified: BEFORE }]), ALL);
    assert.deepEqual(touched('its-product', [{ modified: BEFORE }]), []);
  });
});
