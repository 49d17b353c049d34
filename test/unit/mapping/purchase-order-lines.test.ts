import assert from 'node:assert/strict';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import {
  desiredPurchaseOrders,
  type DesiredPurchaseOrder,
  type PurchaseOrderContext,
} from '../../../src/activities/goods/mapping/desired-purchase-order';
import { orderedLines, type OrderedLine } from '../../../src/activities/goods/mapping/ordered-lines';
import type { OmniumPurchaseOrder } from '../../../src/clients/omnium/purchase-orders';
import { omniumPurchaseOrder, purchaseLineJson, type DocumentJson } from '../../support/purchase-order-documents';

const COMPONENTS = { SendPackageProductOnPurchaseOrder: false };
const PACKAGES = { SendPackageProductOnPurchaseOrder: true };

const DESTINATIONS = new Map([
  ['oslo', { storeUid: 'oslo', warehouseUid: 'oslo_wh' }],
  ['oslo-back', { storeUid: 'oslo', warehouseUid: 'oslo_back' }],
  ['bergen', { storeUid: 'bergen', warehouseUid: 'bergen_wh' }],
]);

function desired(
  purchaseOrder: OmniumPurchaseOrder,
  context: Partial<PurchaseOrderContext> = {},
): DesiredPurchaseOrder[] {
  const { lines } = orderedLines(purchaseOrder, COMPONENTS);
  const base = { lines, destinations: DESTINATIONS, tenantCurrency: 'NOK', timezone: 'Europe/Oslo' };
  return desiredPurchaseOrders(purchaseOrder, { ...base, ...context });
}

function linesOf(lines: readonly DocumentJson[], rules = COMPONENTS): readonly OrderedLine[] {
  return orderedLines(omniumPurchaseOrder(lines), rules).lines;
}

describe('lines of a purchase order, Omnium → Flow', () => {
  it('gives the discounted price per piece without VAT, rounded half up to the cent', () => {
    const prices = [
      [{ discountedPriceExclTax: 1000, quantity: 10 }, 10_000],
      [{ discountedPriceExclTax: 100, quantity: 3 }, 3_333],
      [{ discountedPriceExclTax: 0.05, quantity: 2 }, 3],
      [{ discountedPriceExclTax: 0, quantity: 2 }, 0],
      [{ discountedPriceExclTax: undefined, discountedPrice: 90, quantity: 2 }, 4_500],
      [{ discountedPriceExclTax: undefined, discountedPrice: undefined, placedPriceExclTax: 12.5 }, 1_250],
      [{ discountedPriceExclTax: undefined, discountedPrice: undefined, placedPriceExclTax: undefined }, undefined],
    ] as const;
    for (const [members, cents] of prices) {
      assert.equal(linesOf([purchaseLineJson(members)])[0]?.unitPrice, cents, JSON.stringify(members));
    }
  });

  it('carries quantities exactly, and refuses what cannot be', () => {
    const [line] = linesOf([purchaseLineJson({ quantity: 2.25, canceledQuantity: 1, deliveredQuantity: '0.5' })]);
    assert.deepEqual([line?.ordered, line?.cancelled, line?.delivered], [225, 100, 50]);
    assert.throws(() => linesOf([purchaseLineJson({ quantity: 1.005 })]), /more than two decimals/);
  });

  it('leaves out lines of nothing, tells those that go back, and refuses two lines with one id', () => {
    const { lines, problems } = orderedLines(
      omniumPurchaseOrder([
        purchaseLineJson({ quantity: 0 }),
        purchaseLineJson({ lineItemId: 'L2', quantity: -3 }),
        purchaseLineJson({ lineItemId: 'L3' }),
      ]),
      COMPONENTS,
    );
    assert.deepEqual(
      lines.map(({ lineItemId }) => lineItemId),
      ['L3'],
    );
    assert.deepEqual(problems, ['items[L2]: goods that go back to the supplier were not sent']);
    assert.throws(() => linesOf([purchaseLineJson(), purchaseLineJson()]), DocumentUnmappableError);
  });

  describe('packages', () => {
    const pack = purchaseLineJson({ lineItemId: 'P', code: 'PACK', isPackage: true, quantity: 2 });
    const component = (lineItemId: string, members: DocumentJson = {}): DocumentJson =>
      purchaseLineJson({ lineItemId, code: lineItemId, packageLineItemId: 'P', quantity: 4, ...members });
    const free = { discountedPriceExclTax: 0 };
    const codesAndPrices = (lines: readonly DocumentJson[], rules: typeof COMPONENTS): unknown[] =>
      linesOf(lines, rules).map(({ code, unitPrice }) => [code, unitPrice]);

    it('go as their components, or as themselves', () => {
      const lines = [pack, component('C1'), component('C2'), purchaseLineJson({ lineItemId: 'L9', code: 'OTHER' })];
      assert.deepEqual(codesAndPrices(lines, COMPONENTS), [
        ['C1', 25_000],
        ['C2', 25_000],
        ['OTHER', 10_000],
      ]);
      assert.deepEqual(codesAndPrices(lines, PACKAGES), [
        ['PACK', 50_000],
        ['OTHER', 10_000],
      ]);
    });

    it('take a price along that only the lines have that stay behind', () => {
      const onPackage = [pack, component('C1', free), component('C2', { ...free, quantity: 1 })];
      // 1000.00 over five pieces.
      assert.deepEqual(codesAndPrices(onPackage, COMPONENTS), [
        ['C1', 20_000],
        ['C2', 20_000],
      ]);
      const onComponents = [{ ...pack, ...free }, component('C1'), component('C2', { discountedPriceExclTax: 500 })];
      assert.deepEqual(codesAndPrices(onComponents, PACKAGES), [['PACK', 75_000]]);
    });

    it('take delivery and warehouse along as well', () => {
      const bare = { warehouseCode: undefined };
      const lines = [{ ...pack, ...bare }, component('C1', { deliveryId: 'D1', warehouseCode: 'bergen' })];
      const [whole] = linesOf(lines, PACKAGES);
      assert.deepEqual([whole?.deliveryId, whole?.warehouseCode], ['D1', 'bergen']);
      const [part] = linesOf([{ ...pack, deliveryId: 'D2' }, component('C1', bare)], COMPONENTS);
      assert.deepEqual([part?.deliveryId, part?.warehouseCode], ['D2', 'oslo']);
    });

    it('stay as they are without component lines, and so do components without a package', () => {
      assert.deepEqual(codesAndPrices([pack], COMPONENTS), [['PACK', 50_000]]);
      assert.deepEqual(codesAndPrices([component('C1')], PACKAGES), [['C1', 25_000]]);
    });
  });
});

describe('a purchase order, Omnium → Flow', () => {
  it('is mapped as both vendors describe', () => {
    const purchaseOrder = omniumPurchaseOrder(
      [
        purchaseLineJson({
          supplierSkuId: 'S-1',
          estimatedTimeOfArrival: '2026-12-01T08:00:00Z',
          deliveredQuantity: 4,
        }),
      ],
      {
        billingCurrency: 'eur',
        referenceNumber: 'REF 9',
        purchaseOrderNotes: [{ detail: 'by lorry' }, { title: 'ring the bell' }, {}],
      },
    );
    assert.deepEqual(desired(purchaseOrder), [
      {
        baseUid: 'PO17',
        storeUid: 'oslo',
        isFirstStore: true,
        externalId: 'PO-17',
        header: {
          supplierUid: 'SkiCo',
          currency: 'EUR',
          supplierReferenceNumber: 'REF 9',
          note: 'by lorry, ring the bell',
        },
        items: [
          {
            externalId: 'L1',
            code: 'SKI-1',
            productUid: 'SKI1',
            warehouseUid: 'oslo_wh',
            quantityOrdered: 1_000,
            quantityReceived: 400,
            quantityCancelled: 0,
            unitPrice: 10_000,
            supplierSku: 'S-1',
            expectedDeliveryDate: '2026-12-01',
          },
        ],
      },
    ]);
  });

  it('names no currency when it is the tenant’s own or not told, and refuses what is none', () => {
    for (const billingCurrency of ['NOK', 'nok', undefined]) {
      const [order] = desired(omniumPurchaseOrder(undefined, { billingCurrency }));
      assert.equal(order?.header.currency, undefined);
    }
    assert.throws(() => desired(omniumPurchaseOrder(undefined, { billingCurrency: 'kroner' })), /billingCurrency/);
  });

  it('needs a supplier', () => {
    assert.throws(() => desired(omniumPurchaseOrder(undefined, { supplierId: undefined })), /supplierId/);
  });

  it('expects goods on the day of the tenant’s own calendar: of the line, the delivery, or the order', () => {
    const dayOf = (
      line: DocumentJson,
      order: DocumentJson = {},
      context: Partial<PurchaseOrderContext> = {},
    ): unknown =>
      desired(omniumPurchaseOrder([purchaseLineJson(line)], order), context)[0]?.items[0]?.expectedDeliveryDate;
    const requested = { requestedDeliveryDate: '2026-12-24T00:00:00Z' };
    assert.equal(dayOf({ estimatedTimeOfArrival: '2026-11-30T23:30:00Z' }, requested), '2026-12-01');
    assert.equal(
      dayOf({ estimatedTimeOfArrival: '2026-11-30T23:30:00Z' }, {}, { timezone: 'America/New_York' }),
      '2026-11-30',
    );
    assert.equal(dayOf({ estimatedTimeOfArrival: '2026-11-30' }), '2026-11-30');
    assert.equal(dayOf({}, requested), '2026-12-24');
    assert.equal(dayOf({}), undefined);
    const deliveries = new Map([['D1', { estimatedTimeOfArrival: '2026-12-10T10:00:00Z' }]]);
    assert.equal(dayOf({ deliveryId: 'D1' }, requested, { deliveries }), '2026-12-10');
  });

  const twoStores = [
    purchaseLineJson({ lineItemId: 'L1', warehouseCode: 'bergen' }),
    purchaseLineJson({ lineItemId: 'L2', warehouseCode: 'oslo' }),
    purchaseLineJson({ lineItemId: 'L3', warehouseCode: 'oslo-back' }),
  ];
  const shape = (orders: readonly DesiredPurchaseOrder[]): unknown[] =>
    orders.map(({ baseUid, deliveryId, storeUid, isFirstStore, items }) => [
      ...[baseUid, deliveryId, storeUid, isFirstStore],
      items.map(({ externalId, warehouseUid }) => `${externalId} ${warehouseUid}`),
    ]);

  it('is one order for each store; the order’s own store comes first, else that of the first line', () => {
    assert.deepEqual(shape(desired(omniumPurchaseOrder(twoStores), { ownStoreUid: 'oslo' })), [
      ['PO17', undefined, 'bergen', false, ['L1 bergen_wh']],
      ['PO17', undefined, 'oslo', true, ['L2 oslo_wh', 'L3 oslo_back']],
    ]);
    assert.deepEqual(
      desired(omniumPurchaseOrder(twoStores), { ownStoreUid: 'tromso' }).map(({ isFirstStore }) => isFirstStore),
      [true, false],
    );
  });

  it('is one order for each delivery that is still to come, where deliveries are exported', () => {
    const lines = [
      purchaseLineJson({ lineItemId: 'L1', deliveryId: 'D-1' }),
      purchaseLineJson({ lineItemId: 'L2', deliveryId: 'D-2', warehouseCode: 'bergen' }),
      purchaseLineJson({ lineItemId: 'L3', deliveryId: 'D-1', warehouseCode: 'bergen' }),
      purchaseLineJson({ lineItemId: 'L4', deliveryId: 'gone' }),
      purchaseLineJson({ lineItemId: 'L5' }),
    ];
    const deliveries = new Map([
      ['D-1', {}],
      ['D-2', {}],
    ]);
    assert.deepEqual(shape(desired(omniumPurchaseOrder(lines), { deliveries })), [
      ['PO17-delivery-D1', 'D-1', 'oslo', true, ['L1 oslo_wh']],
      ['PO17-delivery-D1', 'D-1', 'bergen', false, ['L3 bergen_wh']],
      ['PO17-delivery-D2', 'D-2', 'bergen', true, ['L2 bergen_wh']],
    ]);
  });

  it('leaves goods for other places to themselves', () => {
    assert.deepEqual(desired(omniumPurchaseOrder([purchaseLineJson({ warehouseCode: 'central' })])), []);
    const [order] = desired(omniumPurchaseOrder([purchaseLineJson({ warehouseCode: undefined })]));
    assert.equal(order?.items[0]?.warehouseUid, 'oslo_wh', 'a line without a warehouse is for the order’s store');
  });
});
