import assert from 'node:assert/strict';
import { AmountInvalidError } from '../../../src/domain/money';
import { UidInvalidError } from '../../../src/domain/uid';
import { compareLevel, inventoryToFlow, type LevelCost } from '../../../src/activities/stock/mapping/inventory-to-flow';
import { asCents } from '../../../src/domain/money';

describe('Omnium’s inventory as Flow’s levels', () => {
  it('is counted in hundredths of a piece, under the product’s stripped uid', () => {
    assert.deepEqual(inventoryToFlow({ sku: 'SKU-1.5/L', inventory: 1.5 }), {
      ...{ sku: 'SKU-1.5/L', productUid: 'SKU15L', quantityStock: 150 },
    });
    assert.equal(inventoryToFlow({ sku: 'A', inventory: '0.29' }).quantityStock, 29);
    assert.equal(inventoryToFlow({ sku: 'A', inventory: -3 }).quantityStock, -300);
    assert.equal(inventoryToFlow({ sku: 'A', inventory: 0 }).quantityStock, 0);
  });

  it('is refused where it cannot be carried over exactly', () => {
    assert.throws(() => inventoryToFlow({ sku: 'A', inventory: 1.005 }), AmountInvalidError);
    assert.throws(() => inventoryToFlow({ sku: 'A', inventory: 'many' }), AmountInvalidError);
    assert.throws(() => inventoryToFlow({ sku: '---', inventory: 1 }), UidInvalidError);
  });

  describe('compared with what Flow has', () => {
    const wanted = inventoryToFlow({ sku: 'A-1', inventory: 5 });
    const none = inventoryToFlow({ sku: 'A-1', inventory: 0 });
    const cost: LevelCost = { costPriceCents: asCents(1_000), mayBeNew: false };

    it('is written where it differs', () => {
      assert.equal(compareLevel(wanted, { productSku: 'A-1', quantityStock: 400 }, undefined), 'write');
      assert.equal(compareLevel(wanted, { productSku: 'A-1', quantityStock: 500 }, undefined), 'right');
      assert.equal(compareLevel(wanted, { productSku: 'A-1', quantityStock: 500 }, cost), 'right');
    });

    it('is written with a cost price that Flow may not have yet', () => {
      const changed = { ...cost, mayBeNew: true };
      assert.equal(compareLevel(wanted, { productSku: 'A-1', quantityStock: 500 }, changed), 'write');
    });

    it('is nothing where Flow lists nothing: a zero is not written there', () => {
      assert.equal(compareLevel(none, { productSku: 'A-1' }, undefined), 'right');
      assert.equal(compareLevel(wanted, { productSku: 'A-1' }, undefined), 'write');
    });

    it('is unknown with a product that Flow does not have, unless there is none of it', () => {
      assert.equal(compareLevel(wanted, undefined, undefined), 'unknown');
      assert.equal(compareLevel(none, undefined, undefined), 'right');
    });

    it('is never merged with another SKU that becomes the same uid', () => {
      assert.equal(compareLevel(wanted, { productSku: 'A1', quantityStock: 500 }, undefined), 'collides');
      assert.equal(compareLevel(wanted, { productSku: 'NoSku', quantityStock: 500 }, undefined), 'right');
      assert.equal(compareLevel(wanted, { quantityStock: 500 }, undefined), 'right');
    });
  });
});
