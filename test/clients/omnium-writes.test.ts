import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../src/clients/errors';
import type { OmniumPosOrderWrite } from '../../src/clients/omnium/orders';
import { OmniumWire } from './vendor-rigs';
import { assertKeepsSecret, collect, failureOf, json, text, type Answer } from './vendor-server';

const line = { lineItemId: '1', code: 'A', quantity: 1, placedPrice: 10 };
const order = { id: '104233', orderForm: { lineItems: [line] } };
const sale: OmniumPosOrderWrite = {
  id: 'o1',
  orderNumber: 'o1',
  marketId: 'NOR',
  storeId: 'oslo-city',
  orderForm: { lineItems: [line], payments: [], grossRoundoff: -0.4 },
};

describe('Omnium client, writing', () => {
  const wire = new OmniumWire(json(200, order));
  const { last, lastBody } = wire;

  describe('orders', () => {
    it('are made without reading the answer, whatever it is', async () => {
      for (const answer of [text(201, ''), text(200, 'OK'), json(200, { unexpected: true }), text(200, '{"cut')]) {
        wire.api = answer;
        await wire.omnium.orders.putPos(sale);
        assert.equal(last(), 'PUT /api/Orders/PosOrders');
        assert.deepEqual(lastBody(), sale);
        await wire.omnium.orders.create({ ...sale, orderType: 'ReturnOrder', status: 'Completed' });
        assert.equal(last(), 'POST /api/Orders');
      }
    });

    it('that are refused are told as such, and a lost answer as an open outcome', async () => {
      wire.api = json(409, {});
      assert.equal((await failureOf(wire.omnium.orders.putPos(sale), VendorHttpError)).outcomeUnknown, false);
      wire.api = (_request, response) => void response.destroy();
      assert.equal((await failureOf(wire.omnium.orders.putPos(sale), VendorUnreachableError)).outcomeUnknown, true);
    });

    it('get a status, and the workflow tells what came of it', async () => {
      wire.api = json(200, { isAborted: false, order, orderActionExecutionResults: null });
      const result = await wire.omnium.orders.updateStatus('A/1', { status: 'Completed' });
      assert.equal(last(), 'POST /api/Orders/A%2F1/UpdateStatus');
      assert.deepEqual(lastBody(), { status: 'Completed' });
      assert.equal(result.isAborted, false);
      assert.equal(result.order?.id, '104233');
      assert.deepEqual(result.errors, []);
    });

    it('name the steps that failed, and never what a step said', async () => {
      wire.api = json(200, {
        IsAborted: true,
        OrderActionExecutionResults: [
          { ActionType: 'ReserveInventory', ActionStatus: 'Success' },
          { ActionType: 'SendSms', ActionStatus: 'Warning', ErrorReason: 'no phone of Kari Nordmann' },
          { ActionType: 'CapturePayment', ActionStatus: 'Error', ErrorReason: 'card of Kari Nordmann' },
          { ActionType: 'Kari Nordmann has no card', ActionStatus: 'Error' },
          { ActionType: 'Odd' },
        ],
      });
      const result = await wire.omnium.orders.updateStatus('1', { status: 'Completed' });
      assert.deepEqual(result, {
        isAborted: true,
        errors: ['CapturePayment: Error', 'unnamed: Error', 'Odd: unnamed'],
      });
    });

    it('do not take an answer without an outcome for a success', async () => {
      wire.api = json(200, {});
      const error = await failureOf(
        wire.omnium.orders.updateStatus('1', { status: 'New' }),
        VendorResponseInvalidError,
      );
      assert.equal(error.outcomeUnknown, true);
      assert.equal(error.issues[0]?.path, 'isAborted');
    });

    it('get quantities, payments and lines, and lose lines', async () => {
      wire.api = json(200, { isAborted: false, order });
      const update = { status: 'Completed', lineItemUpdates: [{ lineItemId: '1', deliveredQuantity: 1 }] };
      assert.equal((await wire.omnium.orders.updateLines('1', update)).order?.id, '104233');
      assert.equal(last(), 'POST /api/Orders/1/OrderLinesUpdate');
      assert.deepEqual(lastBody(), update);
      wire.api = json(200, order);
      const payment = {
        id: 's1',
        amount: 10,
        transactionType: 'Sale',
        status: 'Processed',
        paymentMethodName: 'Cash',
        transactionId: 's1',
      } as const;
      assert.equal((await wire.omnium.orders.addPayments('1', [payment])).id, '104233');
      assert.equal(last(), 'POST /api/Orders/1/AddPayments');
      assert.deepEqual(lastBody(), [payment]);
      await wire.omnium.orders.addLine('1', line);
      assert.equal(last(), 'POST /api/Orders/1/OrderLines');
      assert.deepEqual(lastBody(), line);
    });

    it('are patched, and a patch of nothing is told', async () => {
      wire.api = json(200, { totalCount: 1, updatedCount: 0, notFoundCount: 1, errorMessage: 'Kari Nordmann' });
      const result = await wire.omnium.orders.patch('1', { properties: [{ key: 'flow.orderUid', value: 'o1' }] });
      assert.equal(last(), 'PATCH /api/Orders/1/PatchOrder');
      assert.deepEqual(result, { updatedCount: 0, unchangedCount: 0, notFoundCount: 1, errorCount: 0 });
    });

    it('are returned, with the exchange in the same call', async () => {
      wire.api = json(200, {
        returnId: 'o1-R1',
        rmaNumber: 'r1',
        storeId: 'oslo-city',
        status: 'New',
        total: 10,
        lineItems: [{ ...line, returnQuantity: 1 }],
        replacementOrderIds: null,
      });
      const wanted = {
        rmaNumber: 'r1',
        creditPayment: false,
        storeId: 'oslo-city',
        returns: [{ lineItemId: '1', returnQuantity: 1, creditAmount: 10 }],
        omniumExchangeOrderOptions: {
          exchangeOrderId: 'r1',
          orderType: 'Pos',
          orderStatus: 'Completed',
          storeId: 'oslo-city',
          exchangeOrderLines: [line],
        },
      };
      assert.deepEqual(await wire.omnium.orders.createReturn('o1', wanted), {
        returnId: 'o1-R1',
        rmaNumber: 'r1',
        storeId: 'oslo-city',
        status: 'New',
        total: 10,
        lineItems: [{ lineItemId: '1', returnQuantity: 1 }],
        replacementOrderIds: [],
      });
      assert.equal(last(), 'POST /api/Returns/o1/Return');
      assert.deepEqual(lastBody(), wanted);
    });

    it('are searched by their change, oldest first', async () => {
      wire.api = json(200, { result: [order], totalHits: 41, facets: null });
      const search = { modifiedFrom: '2026-11-20T10:00:00Z', selectedMarkets: ['NOR'], page: 2, take: 20 };
      const page = await wire.omnium.orders.search(search);
      assert.equal(page.totalHits, 41);
      assert.equal(page.result[0]?.id, '104233');
      assert.equal(last(), 'POST /api/Orders/Search');
      assert.deepEqual(lastBody(), { ...search, sortOrder: 'ModifiedAscending', disableFacets: true });
      wire.api = (_request, response) => void response.destroy();
      assert.equal((await failureOf(wire.omnium.orders.search(search), VendorUnreachableError)).outcomeUnknown, false);
    });

    it('that nobody can read cost themselves: they are named, and not one order less', async () => {
      wire.api = json(200, { result: [order, { id: '2', orderNumber: 7, orderForm: null }], totalHits: 2 });
      const { result } = await wire.omnium.orders.search({ page: 0, take: 100 });
      assert.deepEqual(
        result.map((one) => [one.id, 'isUnreadable' in one]),
        [
          ['104233', false],
          ['2', true],
        ],
      );
    });

    it('without an id are an error of the search: nobody could ask for them', async () => {
      wire.api = json(200, { result: [order, { orderForm: null }], totalHits: 2 });
      await failureOf(wire.omnium.orders.search({ page: 0, take: 100 }), VendorResponseInvalidError);
    });

    it('with the number that was asked for, and that cannot be read, are an error and not none', async () => {
      const odd = { id: '2', orderNumber: '77', orderForm: null };
      wire.api = (request, response) =>
        json(200, request.path.endsWith('/Search') ? { result: [odd], totalHits: 1 } : odd)(request, response);
      await failureOf(wire.omnium.orders.findByNumber('77'), VendorResponseInvalidError);
    });
  });

  describe('scrolls', () => {
    const SEARCH = { lastModified: '2026-11-20T10:00:00Z' };
    const item = { sku: 'A-1', warehouseCode: 'oslo', inventory: 1 };
    /** Batches under ids that change with each; the last ids are what follows. */
    const batches = (sizes: readonly number[], end: 'empty' | 'no-id'): Answer => {
      let next = 0;
      return (_request, response) => {
        const size = sizes[next] ?? 0;
        next += 1;
        const hasMore = end === 'empty' || next < sizes.length;
        const result = Array.from({ length: size }, (_, index) => ({
          ...item,
          sku: `${String(next)}-${String(index)}`,
        }));
        return json(200, { result, scrollId: hasMore ? `scroll/${String(next)}` : null })({} as never, response);
      };
    };

    for (const [end, requests] of [['empty', 4] as const, ['no-id', 3] as const]) {
      it(`follow the newest id until the answer is ${end === 'empty' ? 'empty' : 'without one'}`, async () => {
        wire.api = batches([3, 3, 1], end);
        const items = await collect(wire.omnium.inventory.search(SEARCH));
        assert.equal(new Set(items.map(({ sku }) => sku)).size, 7);
        const calls = wire.vendor.requests.filter(({ path }) => path !== '/api/Token');
        assert.equal(calls.length, requests);
        assert.equal(calls[0]?.method, 'POST');
        assert.deepEqual(calls[0].body, { ...SEARCH, isBatchesExcluded: true });
        assert.deepEqual(
          calls.slice(1, 3).map(({ method, path }) => `${method} ${path}`),
          ['GET /api/Inventory/Scroll/scroll%2F1', 'GET /api/Inventory/Scroll/scroll%2F2'],
        );
      });
    }

    it('of nothing give no batch', async () => {
      wire.api = json(200, { result: [], totalHits: 0 });
      assert.deepEqual(await collect(wire.omnium.inventory.search(SEARCH)), []);
    });

    it('ask for no more than is taken', async () => {
      wire.api = batches([2, 2, 2, 2], 'empty');
      for await (const batch of wire.omnium.inventory.search(SEARCH)) {
        assert.equal(batch.length, 2);
        break;
      }
      assert.equal(wire.vendor.requests.filter(({ path }) => path !== '/api/Token').length, 1);
    });

    it('that have expired fail with 404', async () => {
      let isFirst = true;
      wire.api = (request, response) => {
        const answer = isFirst ? json(200, { result: [item], scrollId: 's' }) : json(404, {});
        isFirst = false;
        return answer(request, response);
      };
      const error = await failureOf(collect(wire.omnium.inventory.search(SEARCH)), VendorHttpError);
      assert.equal(error.status, 404);
      assert.equal(error.operation, 'GET inventory');
    });

    it('without an end are given up', async () => {
      wire.api = json(200, { result: [item], scrollId: 's' });
      const error = await failureOf(collect(wire.omnium.inventory.search(SEARCH)), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: 'scrollId', kind: 'endless' }]);
    });
  });

  describe('customers', () => {
    const kari = { customerId: 'kari@example.com', firstName: 'Kari', marketGroupId: 'norway' };
    const fjord = { customerId: 'b1', name: 'Fjord AS', taxId: '999888777' };

    it('are upserted one by one without reading the answer', async () => {
      wire.api = text(200, '');
      await wire.omnium.privateCustomers.save(kari);
      assert.equal(last(), 'PUT /api/PrivateCustomers/AddOrUpdateMany');
      assert.deepEqual(lastBody(), [kari]);
      await wire.omnium.businessCustomers.save(fjord);
      assert.equal(last(), 'PUT /api/BusinessCustomers/AddOrUpdateMany');
      assert.deepEqual(lastBody(), [fjord]);
    });

    it('are patched by the id in the body', async () => {
      wire.api = json(200, { totalCount: 1, updatedCount: 1, isModified: true });
      assert.equal((await wire.omnium.privateCustomers.patch({ ...kari, isInactive: true })).updatedCount, 1);
      assert.equal(last(), 'PATCH /api/PrivateCustomers/PatchPrivateCustomer');
      await wire.omnium.businessCustomers.patch({ customerId: 'b1', keepExistingListItems: true });
      assert.equal(last(), 'PATCH /api/BusinessCustomers/PatchBusinessCustomer');
    });

    it('are searched, the first hundred by default', async () => {
      wire.api = json(200, { result: [kari], totalHits: 1 });
      const found = await wire.omnium.privateCustomers.search({ email: 'kari@example.com' });
      assert.equal(found.result[0]?.firstName, 'Kari');
      assert.equal(last(), 'POST /api/PrivateCustomers/Search');
      assert.deepEqual(lastBody(), { page: 0, take: 100, email: 'kari@example.com', sortOrder: 'ModifiedAscending' });
      wire.api = json(200, { result: [fjord], totalHits: 1 });
      const companies = await wire.omnium.businessCustomers.search({ taxId: '999888777', page: 3, take: 10 });
      assert.equal(companies.result[0]?.taxId, '999888777');
      assert.equal(last(), 'POST /api/BusinessCustomers/Search');
    });

    it('come in lists of changes whatever else they hold (finding 23)', async () => {
      const odd = [{ properties: 'none' }, { address: 7 }, { externalIds: { id: 1 }, modified: 'yesterday' }];
      const result = [...odd.map((members, index) => ({ customerId: `c${index}`, ...members })), kari];
      wire.api = json(200, { result, totalHits: 4 });
      const { result: refs } = await wire.omnium.privateCustomers.searchRefs({ modifiedFrom: '2026-11-01T00:00:00Z' });
      assert.deepEqual(
        refs.map(({ customerId }) => customerId),
        ['c0', 'c1', 'c2', kari.customerId],
      );
    });

    it('are anonymised and deleted, and who is unknown is told', async () => {
      wire.api = text(200, '');
      assert.equal(await wire.omnium.privateCustomers.anonymize('kari@example.com'), true);
      assert.equal(last(), 'DELETE /api/PrivateCustomers/Anonymize?id=kari%40example.com');
      assert.equal(await wire.omnium.businessCustomers.delete('b/1'), true);
      assert.equal(last(), 'DELETE /api/BusinessCustomers/b%2F1');
      wire.api = json(404, {});
      assert.equal(await wire.omnium.privateCustomers.anonymize('kari@example.com'), false);
      assert.equal(await wire.omnium.businessCustomers.delete('b1'), false);
    });

    it('never appear in an error', async () => {
      wire.api = json(400, { errors: { 'kari@example.com': ['taken by Kari'] }, detail: 'kari@example.com' });
      const failures = [
        () => wire.omnium.privateCustomers.anonymize('kari@example.com'),
        () => wire.omnium.privateCustomers.save(kari),
        () => wire.omnium.privateCustomers.patch(kari),
        () => wire.omnium.privateCustomers.search({ email: 'kari@example.com' }),
        () => wire.omnium.privateCustomers.get('kari@example.com'),
      ];
      for (const call of failures) {
        assertKeepsSecret(await failureOf(call(), VendorHttpError), ['kari@example', 'kari%40', 'Kari']);
      }
    });
  });

  describe('invoices', () => {
    const invoice = { id: 'r1', orderId: 'o1', amount: 100, assets: [{ assetId: 'r1', fileName: 'receipt-1.pdf' }] };

    it('are put and read by their id', async () => {
      wire.api = json(200, invoice);
      const written = {
        id: 'r1',
        orderId: 'o1',
        isCreditNote: false,
        invoiceDate: '2026-11-20T10:00:00Z',
        amount: 100,
        amountExcludingTax: 80,
        currency: 'NOK',
        lineItems: [line],
        payments: [],
      };
      assert.equal((await wire.omnium.invoices.put(written)).assets[0]?.fileName, 'receipt-1.pdf');
      assert.equal(last(), 'PUT /api/Invoices/UpdateInvoice');
      assert.deepEqual(lastBody(), written);
      assert.equal((await wire.omnium.invoices.get('r1'))?.orderId, 'o1');
      assert.equal(last(), 'GET /api/Invoices/r1');
      wire.api = json(404, {});
      assert.equal(await wire.omnium.invoices.get('r1'), undefined);
    });

    it('get their file as bare bytes', async () => {
      wire.api = json(200, invoice);
      const content = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0x00, 0xff, 0xfe]);
      const file = { fileName: 'receipt-ø 1.pdf', assetId: 'r1', content };
      assert.equal((await wire.omnium.invoices.addAsset('r1', file)).id, 'r1');
      const request = wire.vendor.requests.at(-1);
      assert.equal(request?.path, '/api/Invoices/r1/AddAsset');
      assert.equal(request.query.get('fileName'), 'receipt-ø 1.pdf');
      assert.equal(request.query.get('assetId'), 'r1');
      assert.equal(request.headers['content-type'], 'application/octet-stream');
      assert.deepEqual(new Uint8Array(request.bytes), content);
    });

    it('get their file again after a 401, whole', async () => {
      let calls = 0;
      wire.api = (request, response) => (++calls === 1 ? text(401, '') : json(200, invoice))(request, response);
      const content = new Uint8Array(5_000).fill(7);
      await wire.omnium.invoices.addAsset('r1', { fileName: 'a.pdf', assetId: 'r1', content });
      assert.deepEqual(new Uint8Array(wire.vendor.requests.at(-1)?.bytes ?? []), content);
    });
  });
});
