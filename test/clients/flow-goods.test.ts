import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import { FlowWire } from './vendor-rigs';
import { collect, failureOf, json, text } from './vendor-server';

const purchaseOrder = {
  purchaseOrderUid: 'po1',
  externalId: 'PO-1',
  status: 'SENT_TO_SUPPLIER',
  items: [
    { purchaseOrderItemUid: 'i1', externalId: '7', productUid: 'A1', quantityOrdered: 1000, quantityReceived: 0 },
  ],
};
const receivement = {
  receivementUid: 'r1',
  warehouseUid: 'w1',
  items: [{ receivementItemUid: 'ri1', product: { productUid: 'A1', sku: 'A-1' }, quantity: 100 }],
};

describe('Flow client, goods and stores', () => {
  const wire = new FlowWire();
  const { last, lastBody } = wire;

  /** Runs a write against answers that nobody documented: none of them is read. */
  async function unread(write: () => Promise<void>, request: string, body: unknown): Promise<void> {
    for (const answer of [json(200, { unexpected: true }), text(204, ''), text(201, 'created')]) {
      wire.vendor.answer = answer;
      await write();
      assert.equal(last(), request);
      assert.deepEqual(lastBody(), body);
    }
    wire.vendor.answer = json(422, { errors: [{ field: 'quantityOrdered' }] });
    const refusal = await failureOf(write(), VendorHttpError);
    assert.deepEqual(refusal.fields, [{ field: 'quantityOrdered' }]);
  }

  describe('purchase orders', () => {
    it('are read whole, and undefined when there is none', async () => {
      wire.vendor.answer = json(200, purchaseOrder);
      const order = await wire.flow.purchaseOrders.get('oslo', 'po1');
      assert.equal(last(), 'GET T/stores/oslo/purchase-orders/po1');
      assert.equal(order?.storeUid, 'oslo');
      assert.equal(order.items[0]?.quantityOrdered, 1000);
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.purchaseOrders.get('oslo', 'po1'), undefined);
    });

    it('without their lines, or with a line that does not tell what came, are refused', async () => {
      wire.vendor.answer = json(200, { ...purchaseOrder, items: undefined });
      await failureOf(wire.flow.purchaseOrders.get('oslo', 'po1'), VendorResponseInvalidError);
      wire.vendor.answer = json(200, {
        ...purchaseOrder,
        items: [{ ...purchaseOrder.items[0], quantityReceived: null }],
      });
      const error = await failureOf(wire.flow.purchaseOrders.get('oslo', 'po1'), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: 'items[0].quantityReceived', kind: 'invalid_union' }]);
    });

    it('have one spelling of their status, and keep one that nobody documented', async () => {
      const spellings: [string, string][] = [
        ['SENTTOSUPPLIER', 'SENT_TO_SUPPLIER'],
        ['PARTIALLYRECEIVED', 'PARTIALLY_RECEIVED'],
        ['RECEIVED', 'RECEIVED'],
        ['ON_THE_MOON', 'ON_THE_MOON'],
      ];
      for (const [written, read] of spellings) {
        wire.vendor.answer = json(200, { ...purchaseOrder, status: written });
        assert.equal((await wire.flow.purchaseOrders.get('oslo', 'po1'))?.status, read);
      }
    });

    it('are found by exactly their external id, also where the list has no lines', async () => {
      wire.vendor.answer = json(200, {
        items: [
          { purchaseOrderUid: 'po1', externalId: 'PO-1', status: 'NEW' },
          { purchaseOrderUid: 'po2', externalId: 'PO-10', status: 'NEW', storeUid: 'bergen' },
        ],
      });
      const found = await wire.flow.purchaseOrders.list('oslo', { externalId: 'PO-1' });
      assert.equal(wire.vendor.requests[0]?.query.get('purchaseOrderExternalId'), 'PO-1');
      assert.deepEqual(
        found.map(({ purchaseOrderUid, items }) => [purchaseOrderUid, items]),
        [['po1', []]],
      );
      const all = await wire.flow.purchaseOrders.list('oslo');
      assert.deepEqual(
        all.map(({ storeUid }) => storeUid),
        ['oslo', 'bergen'],
      );
      assert.equal(wire.vendor.requests.at(-1)?.query.has('purchaseOrderExternalId'), false);
    });

    it('are made, and 409 says that the uid is taken', async () => {
      wire.vendor.answer = json(201, { ...purchaseOrder, items: undefined });
      const write = {
        purchaseOrderUid: 'po1',
        supplierUid: 's1',
        items: [{ productUid: 'A1', quantityOrdered: 1000 }],
      };
      assert.equal((await wire.flow.purchaseOrders.create('oslo', write)).purchaseOrderUid, 'po1');
      assert.equal(last(), 'POST T/stores/oslo/purchase-orders');
      assert.deepEqual(lastBody(), write);
      wire.vendor.answer = json(409, {});
      assert.equal((await failureOf(wire.flow.purchaseOrders.create('oslo', write), VendorHttpError)).status, 409);
    });

    it('are changed with their lines, and no answer is read', async () => {
      const path = 'T/stores/oslo/purchase-orders/po%2F1';
      const order = { status: 'CLOSED' } as const;
      await unread(() => wire.flow.purchaseOrders.update('oslo', 'po/1', order), `PUT ${path}`, order);
      const line = { productUid: 'A1', quantityOrdered: 100, externalId: '8' };
      await unread(() => wire.flow.purchaseOrders.addItem('oslo', 'po/1', line), `POST ${path}/items`, line);
      const change = { quantityReceived: 100, expectedDeliveryDate: '2026-12-01' };
      await unread(
        () => wire.flow.purchaseOrders.updateItem('oslo', 'po/1', 'i/1', change),
        `PUT ${path}/items/i%2F1`,
        change,
      );
    });

    it('and their lines are deleted; false says that there was none', async () => {
      wire.vendor.answer = text(204, '');
      assert.equal(await wire.flow.purchaseOrders.delete('oslo', 'po1'), true);
      assert.equal(last(), 'DELETE T/stores/oslo/purchase-orders/po1');
      assert.equal(await wire.flow.purchaseOrders.deleteItem('oslo', 'po1', 'i1'), true);
      assert.equal(last(), 'DELETE T/stores/oslo/purchase-orders/po1/items/i1');
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.purchaseOrders.delete('oslo', 'po1'), false);
      assert.equal(await wire.flow.purchaseOrders.deleteItem('oslo', 'po1', 'i1'), false);
      wire.vendor.answer = json(409, {});
      await failureOf(wire.flow.purchaseOrders.delete('oslo', 'po1'), VendorHttpError);
    });
  });

  describe('receivements', () => {
    it('are read with the store that was asked, where they name none', async () => {
      wire.vendor.answer = json(200, receivement);
      const read = await wire.flow.receivements.get('oslo', 'r1');
      assert.equal(last(), 'GET T/stores/oslo/receivements/r1');
      assert.equal(read?.storeUid, 'oslo');
      assert.equal(read.items[0]?.product.sku, 'A-1');
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.receivements.get('oslo', 'r1'), undefined);
    });

    it('that do not tell their lines, product or whole quantities are refused', async () => {
      const [item] = receivement.items;
      for (const wrong of [
        { ...receivement, items: undefined },
        { ...receivement, items: [{ ...item, product: undefined }] },
        { ...receivement, items: [{ ...item, quantity: 1.5 }] },
        { ...receivement, warehouseUid: ' ' },
      ]) {
        wire.vendor.answer = json(200, wrong);
        await failureOf(wire.flow.receivements.get('oslo', 'r1'), VendorResponseInvalidError);
      }
    });

    it('are listed newest first since a time, by purchase order or product', async () => {
      const times = ['2026-11-20T12:00:02Z', '2026-11-20T12:00:01Z', '2026-11-20T12:00:00Z'];
      const items = times.map((lastModifiedAt, index) => ({
        ...receivement,
        receivementUid: `r${String(index)}`,
        lastModifiedAt,
      }));
      wire.vendor.answer = json(200, { items, paging: { pageNumber: 1, pageSize: 3, totalCount: 300 } });
      const wanted = { modifiedFrom: '2026-11-20T12:00:01Z', purchaseOrderUid: 'po1', productUid: 'A1' };
      const found = await collect(wire.flow.receivements.list('oslo', wanted));
      assert.deepEqual(
        found.map(({ receivementUid, storeUid }) => [receivementUid, storeUid]),
        [
          ['r0', 'oslo'],
          ['r1', 'oslo'],
        ],
      );
      assert.equal(wire.vendor.requests.length, 1);
      assert.deepEqual(
        ['sortBy', 'sortDirection', 'purchaseOrderUid', 'productUid'].map((name) =>
          wire.vendor.requests[0]?.query.get(name),
        ),
        ['lastModifiedAt', 'DESC', 'po1', 'A1'],
      );
    });
  });

  describe('stores', () => {
    it('are read with what was added for the export, whatever the opening hours look like', async () => {
      const hours = [{ day: 'MONDAY', open: '09:00', close: '17:00', closed: false }];
      const store = {
        storeUid: 'oslo',
        latitude: '59.91',
        longitude: 10.75,
        openingHours: hours,
        salesPriceUid: 'main',
      };
      wire.vendor.answer = json(200, store);
      assert.deepEqual(await wire.flow.stores.get('oslo'), store);
      assert.equal(last(), 'GET T/stores/oslo');
      wire.vendor.answer = json(200, [{ storeUid: 'oslo', openingHours: { monday: '9-17' }, latitude: 'north' }]);
      assert.deepEqual(await wire.flow.stores.list(), [
        { storeUid: 'oslo', openingHours: undefined, latitude: undefined },
      ]);
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.stores.get('oslo'), undefined);
    });

    it('and what belongs to them are made and read back by uid', async () => {
      const made: [() => Promise<object>, string, object][] = [
        [() => wire.flow.stores.create({ storeUid: 'oslo', name: 'Oslo' }), 'POST T/stores', { storeUid: 'oslo' }],
        [
          () => wire.flow.stores.createWarehouse('oslo', { warehouseUid: 'w1', name: 'Back room' }),
          'POST T/stores/oslo/warehouses',
          { warehouseUid: 'w1' },
        ],
        [
          () => wire.flow.stores.createOrganization({ organizationUid: 'o1', name: 'Shops AS' }),
          'POST T/organizations',
          { organizationUid: 'o1' },
        ],
        [
          () => wire.flow.stores.createPricelist({ pricelistUid: 'p1', name: 'Oslo' }),
          'POST T/pricelists',
          { pricelistUid: 'p1' },
        ],
        [
          () => wire.flow.directory.createSupplier({ supplierUid: 's1', name: 'Mill' }),
          'POST T/suppliers',
          { supplierUid: 's1' },
        ],
      ];
      for (const [make, request, answer] of made) {
        wire.vendor.answer = json(200, answer);
        assert.deepEqual(await make(), answer);
        assert.equal(last(), request);
        wire.vendor.answer = json(409, {});
        assert.equal((await failureOf(make(), VendorHttpError)).status, 409);
      }
    });

    it('and what belongs to them are changed without reading the answer', async () => {
      const name = { name: 'New name' };
      await unread(() => wire.flow.stores.update('oslo', name), 'PUT T/stores/oslo', name);
      await unread(() => wire.flow.stores.updateWarehouse('oslo', 'w1', name), 'PUT T/stores/oslo/warehouses/w1', name);
      await unread(() => wire.flow.directory.updateSupplier('s1', name), 'PUT T/suppliers/s1', name);
    });

    it('warehouses are listed; organisation, price list and supplier are undefined when unknown', async () => {
      wire.vendor.answer = json(200, { items: [{ warehouseUid: 'w1', name: 'Back room', externalId: 'oslo-back' }] });
      assert.deepEqual(await wire.flow.stores.listWarehouses('oslo'), [
        { warehouseUid: 'w1', name: 'Back room', externalId: 'oslo-back' },
      ]);
      assert.equal(last(), 'GET T/stores/oslo/warehouses');
      const reads: [() => Promise<unknown>, string, object][] = [
        [() => wire.flow.stores.getOrganization('u/1'), 'T/organizations/u%2F1', { organizationUid: 'u/1' }],
        [() => wire.flow.stores.getPricelist('u/1'), 'T/pricelists/u%2F1', { pricelistUid: 'u/1' }],
        [() => wire.flow.directory.getSupplier('u/1'), 'T/suppliers/u%2F1', { supplierUid: 'u/1' }],
      ];
      for (const [read, path, answer] of reads) {
        wire.vendor.answer = json(200, answer);
        assert.deepEqual(await read(), answer);
        assert.equal(last(), `GET ${path}`);
        wire.vendor.answer = json(404, {});
        assert.equal(await read(), undefined);
        wire.vendor.answer = json(403, {});
        await failureOf(read(), VendorHttpError);
      }
    });
  });
});
