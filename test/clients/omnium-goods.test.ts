import assert from 'node:assert/strict';

import { AmountInvalidError } from '../../src/domain/money';
import { toHundredths } from '../../src/domain/quantity';

import { z } from 'zod';

import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../src/clients/errors';
import type { OmniumGoodsReceptionLine } from '../../src/clients/omnium/purchase-orders';
import { OmniumWire } from './vendor-rigs';
import { collect, failureOf, json, text, type Answer } from './vendor-server';

const line = { lineItemId: '1', code: 'A-1', quantity: 10 };
const purchaseOrder = {
  id: 'PO-1',
  status: 'InProgress',
  supplierId: 'mill',
  requestedDeliveryDate: '0001-01-01T00:00:00',
  purchaseOrderNotes: [{ detail: 'careful' }],
  purchaseOrderForm: { lineItems: [line] },
};
const receptionLines = z.array(z.object({ goodsReceptionId: z.string() }));
const paged = z.object({ page: z.number(), take: z.number() });

describe('Omnium client, goods', () => {
  const wire = new OmniumWire(json(200, purchaseOrder));
  const { last, lastBody, bodies } = wire;

  describe('purchase orders', () => {
    it('are read with their lines beside their header', async () => {
      const order = await wire.omnium.purchaseOrders.get('PO/1');
      assert.equal(last(), 'GET /api/PurchaseOrders/PO%2F1');
      assert.deepEqual(order?.lineItems, [{ ...line, components: [] }]);
      assert.equal(order.requestedDeliveryDate, undefined);
      assert.equal(order.purchaseOrderNotes[0]?.detail, 'careful');
      assert.equal('purchaseOrderForm' in order, false);
      wire.api = json(404, {});
      assert.equal(await wire.omnium.purchaseOrders.get('PO-1'), undefined);
    });

    it('keep quantities and prices as received', async () => {
      const exact = { ...line, quantity: '10.125', deliveredQuantity: 0.1, discountedPriceExclTax: '1990.905' };
      wire.api = json(200, { ...purchaseOrder, purchaseOrderForm: { lineItems: [exact] } });
      const [read] = (await wire.omnium.purchaseOrders.get('PO-1'))?.lineItems ?? [];
      assert.equal(read?.quantity, '10.125');
      assert.equal(read.deliveredQuantity, 0.1);
      assert.equal(read.discountedPriceExclTax, '1990.905');
    });

    it('without their lines are refused', async () => {
      wire.api = json(200, { ...purchaseOrder, purchaseOrderForm: {} });
      const error = await failureOf(wire.omnium.purchaseOrders.get('PO-1'), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: 'purchaseOrderForm.lineItems', kind: 'invalid_type' }]);
    });

    it('tell which customer orders wait for them', async () => {
      wire.api = json(200, { ...purchaseOrder, customerOrderNumbers: [104233, '104234'] });
      const order = await wire.omnium.purchaseOrders.getExtended('PO-1');
      assert.equal(last(), 'GET /api/PurchaseOrders/Extended/PO-1');
      assert.deepEqual(order?.customerOrderNumbers, ['104233', '104234']);
      assert.equal(order.lineItems.length, 1);
      wire.api = json(404, {});
      assert.equal(await wire.omnium.purchaseOrders.getExtended('PO-1'), undefined);
    });

    it('are searched page by page, oldest change first', async () => {
      wire.api = json(200, { result: [purchaseOrder], totalHits: 41 });
      const found = await wire.omnium.purchaseOrders.search({
        modifiedFrom: '2026-11-20T12:00:00Z',
        page: 2,
        take: 20,
      });
      assert.equal(last(), 'POST /api/PurchaseOrders/Search');
      assert.deepEqual(lastBody(), {
        modifiedFrom: '2026-11-20T12:00:00Z',
        page: 2,
        take: 20,
        sortOrder: 'ModifiedAscending',
      });
      assert.equal(found.totalHits, 41);
      assert.equal(found.result[0]?.lineItems[0]?.code, 'A-1');
    });

    it('have a supplier', async () => {
      wire.api = json(200, {
        id: 'mill',
        name: 'The mill',
        taxId: 'NO 1',
        address: { line1: 'River 1', city: 'Oslo' },
      });
      const supplier = await wire.omnium.directory.getSupplier('mi/ll');
      assert.equal(last(), 'GET /api/Suppliers/mi%2Fll');
      assert.equal(supplier?.name, 'The mill');
      assert.equal(supplier.address?.city, 'Oslo');
      wire.api = json(404, {});
      assert.equal(await wire.omnium.directory.getSupplier('mill'), undefined);
    });
  });

  describe('deliveries', () => {
    it('are read with their lines, which may be of several purchase orders', async () => {
      wire.api = json(200, { id: 12, deliveryStatus: 'New', modified: '2026-11-20T12:00:00Z' });
      assert.equal((await wire.omnium.purchaseOrders.getDelivery('12'))?.id, '12');
      assert.equal(last(), 'GET /api/Deliveries/12');
      wire.api = json(200, [{ ...line, purchaseOrderId: 'PO-1', deliveryId: '12' }]);
      const lines = await wire.omnium.purchaseOrders.listDeliveryLines('12');
      assert.equal(last(), 'GET /api/Deliveries/12/PurchaseOrderLines');
      assert.equal(lines?.[0]?.purchaseOrderId, 'PO-1');
      wire.api = json(404, {});
      assert.equal(await wire.omnium.purchaseOrders.getDelivery('12'), undefined);
      assert.equal(await wire.omnium.purchaseOrders.listDeliveryLines('12'), undefined);
    });

    it('are searched, newest change first', async () => {
      wire.api = json(200, { result: [{ id: '12' }], totalHits: 1 });
      assert.equal((await wire.omnium.purchaseOrders.searchDeliveries({ page: 0, take: 100 })).result[0]?.id, '12');
      assert.equal(last(), 'POST /api/Deliveries/Search');
      assert.deepEqual(lastBody(), { page: 0, take: 100, sortOrder: 'ModifiedDescending' });
    });

    it('are made of lines that are in none', async () => {
      wire.api = json(200, { id: 'flow-r1' });
      const lines = [{ lineItemId: '1', code: 'A-1', quantity: 10 }];
      const made = await wire.omnium.purchaseOrders.createDelivery('PO-1', { newDeliveryId: 'flow-r1', lines });
      assert.equal(
        last(),
        'POST /api/Deliveries/CreateDelivery/PO-1?newDeliveryId=flow-r1&preventDuplicateLineItems=true',
      );
      assert.deepEqual(lastBody(), lines);
      assert.equal(made?.id, 'flow-r1');
      wire.api = json(404, {});
      assert.equal(
        await wire.omnium.purchaseOrders.createDelivery('PO-1', { newDeliveryId: 'flow-r1', lines }),
        undefined,
      );
      wire.api = json(409, {});
      const locked = wire.omnium.purchaseOrders.createDelivery('PO-1', { newDeliveryId: 'flow-r1', lines });
      assert.equal((await failureOf(locked, VendorHttpError)).status, 409);
    });
  });

  describe('goods receptions', () => {
    const received = (goodsReceptionId: string): OmniumGoodsReceptionLine => ({
      lineItemId: goodsReceptionId.split(':').at(-1) ?? '',
      deliveredQuantity: 2,
      warehouseCode: 'oslo-back',
      goodsReceptionId,
    });
    const LINES = [received('r1:i1:1'), received('r1:i2:2')];

    it('are sent with everything that makes them repeat-safe, and their answer is not read', async () => {
      for (const answer of [json(200, { unexpected: true }), text(200, ''), text(204, '')]) {
        wire.api = answer;
        assert.equal(await wire.omnium.purchaseOrders.processGoodsReception('D/1', LINES), 'received');
        assert.equal(last(), 'POST /api/Deliveries/D%2F1/ProcessGoodsReception');
        assert.deepEqual(lastBody(), LINES);
      }
    });

    const duplicates: [string, Answer][] = [
      ['under the field', json(400, { errors: { goodsReceptionId: ['r1:i1:1', 'r1:i2:2'] } })],
      ['in a sentence under the field', json(400, { errors: { '[0].GoodsReceptionId': ['r1:i1:1, r1:i2:2 exist'] } })],
      ['in the detail', json(400, { title: 'Bad Request', detail: 'Already received: r1:i1:1, r1:i2:2.' })],
      ['in plain text', text(400, "Duplicate goods receptions: 'r1:i1:1','r1:i2:2'")],
      ['in a JSON string', json(400, 'Duplicates r1:i1:1 r1:i2:2')],
      ['in a list', json(400, ['r1:i1:1', 'r1:i2:2'])],
    ];
    for (const [where, answer] of duplicates) {
      it(`that Omnium has had before are duplicates, named ${where}`, async () => {
        wire.api = answer;
        assert.equal(await wire.omnium.purchaseOrders.processGoodsReception('D1', LINES), 'duplicate');
        assert.equal(bodies().length, 1);
      });
    }

    it('that Omnium has had in part are sent without that part, so that the rest is not lost', async () => {
      wire.api = ({ body }, response) => {
        const sent = receptionLines.parse(body).map(({ goodsReceptionId }) => goodsReceptionId);
        const isRefused = sent.includes('r1:i1:1');
        const problem = { errors: { goodsReceptionId: ['r1:i1:1'] } };
        return json(isRefused ? 400 : 200, isRefused ? problem : {})({} as never, response);
      };
      assert.equal(await wire.omnium.purchaseOrders.processGoodsReception('D1', LINES), 'received');
      assert.deepEqual(bodies(), [LINES, LINES.slice(1)]);
    });

    const refusals: [string, Answer][] = [
      ['for another reason', json(400, { errors: { deliveredQuantity: ['must be at least 0'] } })],
      ['for another field, which names the id', json(400, { errors: { warehouseCode: ['r1:i1:1: no warehouse'] } })],
      ['for an id that only begins like ours', json(400, { errors: { goodsReceptionId: ['r1:i1:10', 'xr1:i2:2'] } })],
      ['with nothing said', text(400, '')],
    ];
    for (const [why, answer] of refusals) {
      it(`that are refused ${why} are errors`, async () => {
        wire.api = answer;
        const error = await failureOf(wire.omnium.purchaseOrders.processGoodsReception('D1', LINES), VendorHttpError);
        assert.equal(error.status, 400);
        assert.equal(bodies().length, 1);
      });
    }

    it('with an id that stands twice are not sent: their refusal would look like a duplicate', async () => {
      await failureOf(
        wire.omnium.purchaseOrders.processGoodsReception('D1', [received('r1:i1:1'), received('r1:i1:1')]),
        RangeError,
      );
      await failureOf(wire.omnium.purchaseOrders.processGoodsReception('D1', []), RangeError);
      assert.equal(bodies().length, 0);
    });

    it('that name ids with another status are errors as well', async () => {
      wire.api = json(409, { errors: { goodsReceptionId: ['r1:i1:1', 'r1:i2:2'] } });
      assert.equal(
        (await failureOf(wire.omnium.purchaseOrders.processGoodsReception('D1', LINES), VendorHttpError)).status,
        409,
      );
      wire.api = (_request, response) => void response.destroy();
      const lost = await failureOf(
        wire.omnium.purchaseOrders.processGoodsReception('D1', LINES),
        VendorUnreachableError,
      );
      assert.equal(lost.outcomeUnknown, true);
    });
  });

  describe('inventory', () => {
    const item = { sku: 'A-1', warehouseCode: 'oslo-back', inventory: 7.5, reservedInventory: 1, cost: 49.9 };

    it('that is not told is an error, never zero', async () => {
      wire.api = json(200, { result: [{ ...item, inventory: null }] });
      const [odd] = await collect(wire.omnium.inventory.search({}));
      assert.throws(() => toHundredths(odd?.inventory ?? 0), AmountInvalidError);
    });

    it('is searched to the end of its scroll, always with the latest id', async () => {
      const batches = [
        { result: [item, item], scrollId: 's 1', totalHits: 5 },
        { result: [item, item], scrollId: 's/2', totalHits: 5 },
        { result: [item], scrollId: 's/2', totalHits: 5 },
        { result: [] },
      ];
      wire.api = (request, response) => json(200, batches[bodies().length - 1])(request, response);
      const search = { lastModified: '2026-11-20T12:00:00Z', warehouseCodes: ['oslo-back'], marketId: 'NOR' };
      assert.equal((await collect(wire.omnium.inventory.search(search))).length, 5);
      assert.deepEqual(
        wire.vendor.requests.slice(1).map(({ method, path }) => `${method} ${path}`),
        [
          'POST /api/Inventory/Search',
          'GET /api/Inventory/Scroll/s%201',
          'GET /api/Inventory/Scroll/s%2F2',
          'GET /api/Inventory/Scroll/s%2F2',
        ],
      );
      assert.deepEqual(bodies()[0], { ...search, isBatchesExcluded: true });
    });

    it('ends where no scroll id comes back, and asks no more once nobody reads', async () => {
      wire.api = json(200, { result: [item] });
      assert.equal((await collect(wire.omnium.inventory.search({ productCodes: ['A-1'] }))).length, 1);
      assert.equal(bodies().length, 1);
      wire.api = json(200, { result: [item], scrollId: 's1' });
      for await (const batch of wire.omnium.inventory.search({ marketGroupId: 'nordic' })) {
        assert.equal(batch.length, 1);
        break;
      }
      assert.equal(bodies().length, 2);
    });

    it('whose scroll was forgotten fails, and never looks complete', async () => {
      wire.api = ({ method }, response) =>
        json(method === 'POST' ? 200 : 404, { result: [item], scrollId: 's1' })({} as never, response);
      const error = await failureOf(collect(wire.omnium.inventory.search({ marketId: 'NOR' })), VendorHttpError);
      assert.equal(error.status, 404);
      assert.equal(error.operation, 'GET inventory');
    });

    it('is set as a whole, at most a thousand at once', async () => {
      const items = [{ sku: 'A-1', warehouseCode: 'oslo-back', inventory: 7.5 }];
      for (const answer of [json(200, {}), text(204, ''), text(200, 'OK')]) {
        wire.api = answer;
        await wire.omnium.inventory.update(items);
        assert.equal(last(), 'PUT /api/Inventory/UpdateMany');
        assert.deepEqual(lastBody(), items);
      }
      const before = bodies().length;
      await wire.omnium.inventory.update([]);
      await failureOf(wire.omnium.inventory.update(Array.from({ length: 1_001 }, () => items[0]!)), RangeError);
      assert.equal(bodies().length, before);
      wire.api = json(400, { errors: { warehouseCode: ['unknown'] } });
      const error = await failureOf(wire.omnium.inventory.update(items), VendorHttpError);
      assert.deepEqual(error.fields, [{ field: 'warehouseCode' }]);
    });
  });

  describe('inventory transactions', () => {
    const transaction = { inventoryChange: 2, goodsReceptionId: 'r1:i1:1' };

    it('are read to the last page, which Omnium counts from 1', async () => {
      wire.api = ({ body }, response) => {
        const { page, take } = paged.parse(body);
        const result = Array.from({ length: Math.min(take, 230 - (page - 1) * take) }, () => transaction);
        return json(200, { result, totalHits: 230 })({} as never, response);
      };
      const found = await wire.omnium.inventory.searchTransactions({ purchaseOrderId: 'PO-1' });
      assert.equal(found.length, 230);
      assert.equal(last(), 'POST /api/Inventory/SearchTransactions');
      assert.deepEqual(
        bodies().map((body) => paged.parse(body).page),
        [1, 2, 3],
      );
      assert.deepEqual(bodies()[0], { purchaseOrderId: 'PO-1', take: 100, page: 1 });
    });

    it('end at a page that is not full where no total is told', async () => {
      wire.api = json(200, { result: [transaction] });
      const search = { skuId: 'A-1', warehouseCodes: ['oslo-back'], from: '2026-11-20T12:00:00Z' };
      assert.equal((await wire.omnium.inventory.searchTransactions(search)).length, 1);
      assert.deepEqual(bodies(), [{ ...search, take: 100, page: 1 }]);
    });

    it('name their SKU, under whichever member it comes', async () => {
      wire.api = json(200, {
        result: [
          { ...transaction, variant: 'A-1', productId: 'A' },
          { ...transaction, productId: 'A' },
          { ...transaction, skuId: 'A-2', variant: 'x' },
          transaction,
        ],
        totalHits: 4,
      });
      const found = await wire.omnium.inventory.searchTransactions({ purchaseOrderId: 'PO-1' });
      assert.deepEqual(
        found.map(({ skuId }) => skuId),
        ['A-1', 'A', 'A-2', undefined],
      );
    });

    it('that are more than can be paged through are an error, never a part', async () => {
      const result = Array.from({ length: 100 }, () => transaction);
      wire.api = json(200, { result, totalHits: 10_001 });
      const error = await failureOf(
        wire.omnium.inventory.searchTransactions({ skuId: 'A-1' }),
        VendorResponseInvalidError,
      );
      assert.deepEqual(error.issues, [{ path: 'totalHits', kind: 'incomplete: 10000 of 10001 came' }]);
      assert.equal(bodies().length, 100);
    });
  });

  it('stores are read with what the export needs', async () => {
    const hours = { isOpen: true, openFrom: '09:00:00', openTo: '17:00:00' };
    const store = {
      id: 'oslo',
      phoneNumber: '22 00 00 00',
      latitude: '59.91',
      organizationalNumber: '999 888 777',
      address: { streetName: 'River', streetNumber: '1', zipcode: '0150', city: 'Oslo', countryCode: 'NO' },
      mondayOpeningHours: hours,
      sundayOpeningHours: { isOpen: false },
      modified: '2026-11-20T12:00:00Z',
    };
    wire.api = json(200, { result: [store] });
    assert.deepEqual(await wire.omnium.directory.listStores(), [
      { ...store, availableOnMarkets: [], availableWarehouses: [] },
    ]);
  });
});
