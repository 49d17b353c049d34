import assert from 'node:assert/strict';
import { selectPrice } from '../../src/activities/catalogue/mapping/select-price';
import { desiredPurchaseOrders } from '../../src/activities/goods/mapping/desired-purchase-order';
import { orderedLines } from '../../src/activities/goods/mapping/ordered-lines';
import {
  planPurchaseOrderChanges,
  type PurchaseOrderChanges,
} from '../../src/activities/goods/mapping/plan-purchase-order-changes';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import {
  flowPurchaseOrder,
  omniumPurchaseOrder,
  purchaseLineJson,
  type DocumentJson,
} from '../support/purchase-order-documents';
import { sweptRarely } from '../support/sweep-rig';

/** Rules of goods, stock and prices that were wrong (findings A8, A11, A13, A15). */
describe('findings: rules of goods and prices', function () {
  this.timeout(120_000);

  const COMPONENTS = { SendPackageProductOnPurchaseOrder: false };
  const destinations = new Map(['oslo', 'oslo-back'].map((code) => [code, { storeUid: 'oslo', warehouseUid: code }]));

  /** What becomes of an order with the status in the shop, of which so much has come there. */
  function changesOf(status: string, received: number, wanted: DocumentJson[], there = wanted): PurchaseOrderChanges {
    const orderOf = (lines: readonly DocumentJson[]) => {
      const purchaseOrder = omniumPurchaseOrder(lines, {});
      const context = { destinations, tenantCurrency: 'NOK', timezone: 'Europe/Oslo' };
      const lined = { ...context, lines: orderedLines(purchaseOrder, COMPONENTS).lines };
      const [order] = desiredPurchaseOrders(purchaseOrder, lined);
      assert.ok(order);
      return order;
    };
    const inFlow = flowPurchaseOrder(orderOf(there), { status }, { quantityReceived: received * 100 });
    return planPurchaseOrderChanges(inFlow, orderOf(wanted), 'NOK', { byLine: new Map(), ofTheShop: new Set() });
  }

  describe('A8: an order that the shop has closed', () => {
    const line = (more: DocumentJson = {}): DocumentJson => purchaseLineJson({ quantity: 10, ...more });

    it('stays closed, and is told', () => {
      for (const deliveredQuantity of [0, 8]) {
        const { openWith, status, changesAnything, differences } = changesOf('CLOSED', 8, [
          line({ deliveredQuantity }),
        ]);
        assert.deepEqual([openWith, status, changesAnything], [undefined, undefined, false]);
        assert.match(differences.join(), /closed in the shop/);
      }
    });
    it('is closed again after another change', () => {
      const { openWith, status, itemsToUpdate } = changesOf('CLOSED', 8, [line({ supplierSkuId: 'new' })], [line()]);
      assert.deepEqual([openWith, status, itemsToUpdate.length], ['PARTIALLY_RECEIVED', undefined, 1]);
    });
    it('is opened when more is ordered, by quantity or by line', () => {
      const more = changesOf('CLOSED', 8, [line({ quantity: 12 })], [line()]);
      const other = purchaseLineJson({ lineItemId: 'L9', code: 'C-9' });
      const another = changesOf('CLOSED', 8, [line(), other], [line()]);
      assert.deepEqual([more.status, another.status], ['PARTIALLY_RECEIVED', 'PARTIALLY_RECEIVED']);
    });
  });

  it('A13: the price per piece of a purchase order does not follow what was cancelled', () => {
    const rows: readonly (readonly [DocumentJson, number])[] = [
      [{ quantity: 10, canceledQuantity: 0, placedPriceExclTax: 50, discountedPriceExclTax: 500 }, 5_000],
      [{ quantity: 10, canceledQuantity: 4, placedPriceExclTax: 50, discountedPriceExclTax: 300 }, 5_000],
      [{ quantity: 10, canceledQuantity: 10, placedPriceExclTax: 50, discountedPriceExclTax: 0 }, 5_000],
      [
        {
          ...{ quantity: 10, canceledQuantity: 4, placedPriceExclTax: 50 },
          ...{ lineItemDiscountAmountExclTax: 100, discountedPriceExclTax: 200 },
        },
        4_000,
      ],
    ];
    for (const [members, cents] of rows) {
      const [line] = orderedLines(omniumPurchaseOrder([purchaseLineJson(members)]), COMPONENTS).lines;
      assert.equal(line?.unitPrice, cents, JSON.stringify(members));
    }
  });

  it('A15: a store’s row without a price is no price of 0', () => {
    const at = new Date('2026-03-01T12:00:00Z');
    const markets = [{ marketId: 'NOR', marketGroupId: undefined, defaultTaxRate: 25 }];
    const wanted = { sku: 'A-1', productId: 'A', markets, currency: 'NOK', at };
    const row = (unitPrice: number, storeId?: string) => ({ skuId: 'A-1', currencyCode: 'NOK', unitPrice, storeId });
    assert.equal(selectPrice([row(0, 'oslo')], { ...wanted, storeId: 'oslo' }).kind, 'none');
    const both = selectPrice([row(0, 'oslo'), row(7, 'oslo')], { ...wanted, storeId: 'oslo' });
    assert.equal(both.kind === 'price' && both.unitPriceCents, 700);
    const chain = selectPrice([row(100), row(0, 'oslo')], wanted);
    assert.equal(chain.kind === 'price' && chain.unitPriceCents, 10_000);
  });

  describe('A11: what Flow has no SKU of', () => {
    let integration: Integration;
    before(async function () {
      this.timeout(600_000);
      integration = await Integration.start(sweptRarely);
    });
    after(async () => {
      await integration.stop();
    });

    it('goes to Omnium under its own id, and what has none does not go', async () => {
      const store = 'bergensentrum';
      const named = (uid: string): Json => ({ Id: 1, Uid: uid });
      const levels: readonly (readonly [uid: string, externalId: string | undefined, pieces: number])[] = [
        ['PARENTA', 'PARENT-A', 5],
        ['PARENTB', 'PARENT-B', 9],
        ['SHOPS', undefined, 4],
      ];
      for (const [productUid, externalId, pieces] of levels) {
        await integration.flow('POST', '/products', {
          productUid,
          name: productUid,
          sku: 'NoSku',
          ...(externalId && { externalId }),
        });
        const path = `/stores/${store}/warehouses/${store}/products/${productUid}/stock`;
        assert.equal((await integration.flow('PUT', path, { quantityStock: pieces * 100 })).status, 200);
        const place = { tenant: named(integration.tenantUid), store: named(store), warehouse: named(store) };
        const event = { action: 'STOCK_CHANGE', ...place, product: named(productUid), tenantUser: named('clerk') };
        await integration.post(event, 'flow');
      }
      const inOmnium = async (sku: string): Promise<unknown> => {
        const { body } = await integration.omnium('GET', `/api/Inventory/${sku}`);
        return (body.result as Json[] | undefined)?.find(({ warehouseCode }) => warehouseCode === 'bergen-sentrum')
          ?.inventory;
      };
      await until(
        async () => ((await inOmnium('PARENT-A')) === 5 && (await inOmnium('PARENT-B')) === 9 ? true : undefined),
        30_000,
      );
      assert.equal(await inOmnium('NoSku'), undefined);
    });
  });
});
