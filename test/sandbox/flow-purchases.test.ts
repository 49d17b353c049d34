import assert from 'node:assert/strict';

import {
  at,
  fieldsOf,
  type FlowRig,
  productUidOf,
  type Reply,
  S,
  skuNumber,
  startFlowRig,
  stockOf,
  T,
} from './flow-rig';

const pick = (document: unknown, ...paths: string[]): unknown[] => paths.map((path) => at(document, path));
const itemsOf = (document: unknown, path = 'items'): unknown[] => at(document, path) as unknown[];

describe("the Flow sandbox's purchase orders", () => {
  let rig: FlowRig;
  let productUids: string[];
  beforeEach(async () => {
    rig = await startFlowRig();
    productUids = [];
    for (let index = 0; index < 4; index += 1) productUids.push(await productUidOf(rig, skuNumber(rig, index)));
  });
  afterEach(() => rig.stop());

  const PO = `${S}/purchase-orders`;
  const productUid = (index: number): string => productUids[index] ?? assert.fail(`no product ${index}`);
  const done = (reply: Reply): unknown => {
    assert.ok(reply.status < 300, `${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const lines = (): object[] => [
    {
      purchaseOrderItemUid: 'l1',
      externalId: 'line-1',
      productUid: productUid(0),
      supplierSku: 'F-1',
      quantityOrdered: 1_000,
      unitPrice: 12_345,
      expectedDeliveryDate: '2026-12-01',
    },
    { purchaseOrderItemUid: 'l2', productUid: productUid(1), quantityOrdered: 250, unitPrice: 100 },
  ];
  const make = async (fields: object = {}): Promise<unknown> =>
    done(
      await rig.call(`POST ${PO}`, {
        purchaseOrderUid: 'po1',
        externalId: 'PO-1',
        supplierUid: 'sup100',
        status: 'SENT_TO_SUPPLIER',
        items: lines(),
        ...fields,
      }),
    );
  const read = async (uid = 'po1'): Promise<unknown> => done(await rig.call(`GET ${PO}/${uid}`));

  describe('as they are made', () => {
    it("get the next number of the store's series and are read as they were written", async () => {
      const order = await make({ note: 'Handle with care', supplierReferenceNumber: 'S-77', deliveryCity: 'Oslo' });
      assert.deepEqual(
        pick(order, 'purchaseOrderNumber', 'status', 'currency', 'exchangeRate', 'note', 'supplierReferenceNumber'),
        ['5000001', 'SENT_TO_SUPPLIER', null, null, 'Handle with care', 'S-77'],
      );
      assert.deepEqual(pick(order, 'storeUid', 'externalId', 'deliveryCity', 'deliveryName', 'createdBy'), [
        ...['oslocity', 'PO-1', 'Oslo', null, 'integration'],
      ]);
      assert.deepEqual(
        pick(order, 'items[0].productSku', 'items[0].warehouseUid', 'items[0].quantityReceived', 'items[0].externalId'),
        [skuNumber(rig, 0), 'oslocity', 0, 'line-1'],
      );
      assert.deepEqual(pick(order, 'items[0].totalLinePrice', 'items[0].unitCost', 'items[1].totalLinePrice'), [
        ...[123_450, 12_345, 250],
      ]);
      assert.deepEqual(await read(), order);
      assert.equal(at(await make({ purchaseOrderUid: 'po-delivery-2' }), 'purchaseOrderNumber'), '5000002');
    });

    it('refuse a uid that is taken, and use up no number for what is refused', async () => {
      await make();
      const again = await rig.call(`POST ${PO}`, { purchaseOrderUid: 'po1', supplierUid: 'sup100' });
      assert.deepEqual([again.status, fieldsOf(again)], [409, ['purchaseOrderUid']]);
      const twice = await rig.call(`POST ${PO}`, {
        supplierUid: 'sup100',
        items: [...lines(), { ...lines()[0], externalId: 'other' }],
      });
      assert.deepEqual(fieldsOf(twice), ['items[2].purchaseOrderItemUid']);
      assert.equal(at(await make({ purchaseOrderUid: 'po2' }), 'purchaseOrderNumber'), '5000002');
    });

    it('need a supplier that Flow knows: the newest one must be made first', async () => {
      const newest = rig.chain.suppliers.find(({ knownInTills }) => !knownInTills);
      const supplierUid = newest?.supplierId.replace('-', '') ?? '';
      assert.equal((await rig.call(`GET ${T}/suppliers/${supplierUid}`)).status, 404);
      const refused = await rig.call(`POST ${PO}`, { supplierUid });
      assert.deepEqual([refused.status, fieldsOf(refused)], [422, ['supplierUid']]);
      assert.deepEqual(fieldsOf(await rig.call(`POST ${PO}`, { externalId: 'PO-9' })), ['supplierUid']);
      const supplier = { supplierUid, name: 'New Supply', externalId: newest?.supplierId, currency: 'EUR' };
      done(await rig.call(`POST ${T}/suppliers`, supplier));
      assert.equal((await rig.call(`POST ${T}/suppliers`, supplier)).status, 409);
      assert.equal((await rig.call(`POST ${PO}`, { supplierUid })).status, 201);
      const changed = await rig.call(`PUT ${T}/suppliers/${supplierUid}`, { city: 'Lahti', countryCode: 'FI' });
      assert.deepEqual(pick(changed.body, 'name', 'city'), ['New Supply', 'Lahti']);
      const wrong = await rig.call(`PUT ${T}/suppliers/${supplierUid}`, { countryCode: 'Finland', currency: 'eur' });
      assert.deepEqual(new Set(fieldsOf(wrong)), new Set(['countryCode', 'currency']));
    });

    it('refuse articles, warehouses and dates that are not right, and floats', async () => {
      const style = rig.chain.products.find(({ kind }) => kind === 'style')?.productId;
      const line = { quantityOrdered: 100, productUid: productUid(0) };
      const reply = await rig.call(`POST ${PO}`, {
        supplierUid: 'sup100',
        items: [
          { ...line, productUid: 'none' },
          { ...line, productUid: 'SHIPPING' },
          { ...line, productUid: style },
          { ...line, warehouseUid: 'none' },
          { ...line, warehouseUid: 'bergensentrum' },
        ],
      });
      assert.equal(reply.status, 422);
      assert.deepEqual(fieldsOf(reply), [
        ...[0, 1, 2].map((index) => `items[${index}].productUid`),
        ...[3, 4].map((index) => `items[${index}].warehouseUid`),
      ]);
      const floats = await rig.call(`POST ${PO}`, {
        supplierUid: 'sup100',
        items: [
          { ...line, quantityOrdered: 12.5, unitPrice: 99.9, quantityReceived: 0.5 },
          { ...line, quantityOrdered: 0 },
          { ...line, expectedDeliveryDate: '2026-12-01T00:00:00Z' },
          { productUid: productUid(0) },
          { ...line, unitPrice: -1 },
        ],
      });
      assert.deepEqual(
        new Set(fieldsOf(floats)),
        new Set([
          ...['quantityOrdered', 'unitPrice', 'quantityReceived'].map((field) => `items[0].${field}`),
          ...['items[1].quantityOrdered', 'items[2].expectedDeliveryDate', 'items[3].quantityOrdered'],
          'items[4].unitPrice',
        ]),
      );
      const unknown = await rig.call(`POST ${PO}`, {
        supplierUid: 'sup100',
        quantityReserved: 1,
        status: 'SENTTOSUPPLIER',
      });
      assert.deepEqual(new Set(fieldsOf(unknown)), new Set(['quantityReserved', 'status']));
    });

    it('leave IN_TRANSIT and CANCELLED_BY_SUPPLIER to integrated suppliers', async () => {
      for (const status of ['IN_TRANSIT', 'CANCELLED_BY_SUPPLIER']) {
        assert.deepEqual(fieldsOf(await rig.call(`POST ${PO}`, { supplierUid: 'sup100', status })), ['status'], status);
      }
      await make();
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${PO}/po1`, { status: 'IN_TRANSIT' })), ['status']);
      done(await rig.till('/purchase-orders/po1/status', { status: 'IN_TRANSIT' }));
      assert.equal(at(await read(), 'status'), 'IN_TRANSIT');
    });

    it('are 409 in a store without a number series, and belong to their store', async () => {
      await make();
      done(await rig.call(`POST ${T}/stores`, { storeUid: 'bare', name: 'Bare', organizationUid: '923456781' }));
      const refused = await rig.call(`POST ${T}/stores/bare/purchase-orders`, { supplierUid: 'sup100' });
      assert.deepEqual([refused.status, at(refused.body, 'code')], [409, 'STORE_WITHOUT_PURCHASE_SERIES']);
      const line = { productUid: productUid(0), quantityOrdered: 100 };
      const without = await rig.call(`POST ${T}/stores/bare/purchase-orders`, { supplierUid: 'sup100', items: [line] });
      assert.deepEqual(fieldsOf(without), ['items[0].warehouseUid']);
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const path = `${T}/stores/bergensentrum/purchase-orders/po1`;
        assert.equal((await rig.call(`${method} ${path}`, method === 'PUT' ? {} : undefined)).status, 404, method);
      }
    });

    it("are made by people in the shop, too: without the other system's id", async () => {
      const local = done(await rig.till('/purchase-orders', { supplierUid: 'sup101', items: lines() }));
      assert.deepEqual(pick(local, 'createdBy', 'externalId', 'status'), ['pos', null, 'NEW']);
    });
  });

  describe('in another currency', () => {
    it("take one of the tenant's foreign currencies, at its rate unless another is given", async () => {
      const order = await make({ currency: 'EUR' });
      assert.deepEqual(pick(order, 'currency', 'exchangeRate'), ['EUR', 11.4943]);
      assert.equal(at(order, 'items[0].localCurrency.unitPrice'), Math.round(12_345 * 11.4943));
      const given = await rig.call(`PUT ${PO}/po1`, { exchangeRate: 11.2 });
      assert.deepEqual(pick(given.body, 'currency', 'exchangeRate'), ['EUR', 11.2]);
      const same = await rig.call(`PUT ${PO}/po1`, { currency: 'EUR', note: 'same' });
      assert.equal(at(same.body, 'exchangeRate'), 11.2);
      const other = await rig.call(`PUT ${PO}/po1`, { currency: 'SEK' });
      assert.deepEqual(pick(other.body, 'currency', 'exchangeRate'), ['SEK', 1.0204]);
      const own = await rig.call(`PUT ${PO}/po1`, { currency: null });
      assert.deepEqual(pick(own.body, 'currency', 'exchangeRate'), [null, null]);
    });

    it("refuse the tenant's own, unknown ones, and a rate without a currency", async () => {
      const refused = async (fields: object): Promise<unknown[]> =>
        fieldsOf(await rig.call(`POST ${PO}`, { supplierUid: 'sup100', ...fields }));
      assert.deepEqual(await refused({ currency: 'NOK' }), ['currency']);
      assert.deepEqual(await refused({ currency: 'JPY' }), ['currency']);
      assert.deepEqual(await refused({ currency: 'eur' }), ['currency']);
      assert.deepEqual(await refused({ exchangeRate: 1.1 }), ['exchangeRate']);
      assert.deepEqual(await refused({ currency: 'EUR', exchangeRate: 0 }), ['exchangeRate']);
    });
  });

  describe('as they change', () => {
    it('change in part, header and lines, and say when', async () => {
      const made = await make();
      await new Promise((resolve) => setTimeout(resolve, 3));
      const patch = { note: 'Later', items: [{ purchaseOrderItemUid: 'l1', quantityOrdered: 900, supplierSku: null }] };
      const changed = done(await rig.call(`PUT ${PO}/po1`, patch));
      assert.deepEqual(pick(changed, 'note', 'externalId', 'items[0].quantityOrdered', 'items[0].supplierSku'), [
        ...['Later', 'PO-1', 900, null],
      ]);
      assert.deepEqual(pick(changed, 'items[0].unitPrice', 'items[1].quantityOrdered'), [12_345, 250]);
      assert.ok(String(at(changed, 'lastModifiedAt')) > String(at(made, 'lastModifiedAt')));
      assert.deepEqual(at(changed, 'items[1].lastModifiedAt'), at(made, 'items[1].lastModifiedAt'));
      const added = { items: [{ purchaseOrderItemUid: 'l3', productUid: productUid(2), quantityOrdered: 100 }] };
      assert.equal(itemsOf(done(await rig.call(`PUT ${PO}/po1`, added))).length, 3);
      const wrong = {
        items: [{ productUid: productUid(2) }, { purchaseOrderItemUid: 'l1', productUid: productUid(2) }],
      };
      const refused = await rig.call(`PUT ${PO}/po1`, wrong);
      assert.deepEqual(fieldsOf(refused), ['items[0].quantityOrdered', 'items[1].productUid']);
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${PO}/po1`, { purchaseOrderUid: 'x', supplierUid: null })), [
        ...['supplierUid', 'purchaseOrderUid'],
      ]);
    });

    it('have lines that are added, read, changed and removed one by one', async () => {
      await make();
      const line = { purchaseOrderItemUid: 'l3', productUid: productUid(2), quantityOrdered: 300, unitPrice: 50 };
      assert.equal((await rig.call(`POST ${PO}/po1/items`, line)).status, 201);
      const taken = await rig.call(`POST ${PO}/po1/items`, line);
      assert.deepEqual([taken.status, fieldsOf(taken)], [409, ['purchaseOrderItemUid']]);
      const patch = { quantityOrdered: 400, quantityReceived: 100, warehouseUid: 'oslocityback', discountAmount: 20 };
      const changed = done(await rig.call(`PUT ${PO}/po1/items/l3`, patch));
      assert.deepEqual(pick(changed, 'quantityOrdered', 'quantityReceived', 'warehouseUid', 'totalLinePrice'), [
        ...[400, 100, 'oslocityback', 180],
      ]);
      assert.deepEqual(done(await rig.call(`GET ${PO}/po1/items/l3`)), changed);
      assert.equal(at(await read(), 'status'), 'SENT_TO_SUPPLIER', 'a written quantity is no reception');
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${PO}/po1/items/l3`, { productUid: productUid(1) })), [
        'productUid',
      ]);
      const listed = await rig.call(`GET ${PO}/po1/items?pageSize=2&pageNumber=2`);
      assert.deepEqual(pick(listed.body, 'paging.totalCount', 'items[0].purchaseOrderItemUid'), [3, 'l3']);
      assert.equal((await rig.call(`DELETE ${PO}/po1/items/l2`)).status, 204);
      assert.equal((await rig.call(`GET ${PO}/po1/items/l2`)).status, 404);
      assert.equal((await rig.call(`DELETE ${PO}/po1/items/l2`)).status, 404);
      assert.equal((await rig.call(`DELETE ${PO}/po1/items/l3`)).status, 409, 'something was received on it');
      assert.deepEqual(
        itemsOf(await read()).map((item) => at(item, 'purchaseOrderItemUid')),
        ['l1', 'l3'],
      );
    });

    it('keep their lines when RECEIVED or CLOSED, until another status is set', async () => {
      const line = { productUid: productUid(2), quantityOrdered: 100 };
      for (const status of ['RECEIVED', 'CLOSED']) {
        const uid = `po_${status}`;
        await make({ purchaseOrderUid: uid, status });
        const inBody = { items: [{ purchaseOrderItemUid: 'l1', quantityOrdered: 1 }] };
        assert.deepEqual(fieldsOf(await rig.call(`PUT ${PO}/${uid}`, inBody)), ['items']);
        assert.deepEqual(fieldsOf(await rig.call(`PUT ${PO}/${uid}`, { ...inBody, status: 'CLOSED' })), ['items']);
        assert.equal((await rig.call(`PUT ${PO}/${uid}/items/l1`, { quantityOrdered: 1 })).status, 422);
        assert.equal((await rig.call(`POST ${PO}/${uid}/items`, line)).status, 422);
        assert.equal((await rig.call(`DELETE ${PO}/${uid}/items/l1`)).status, 422);
        assert.equal((await rig.call(`PUT ${PO}/${uid}`, { note: 'the header may' })).status, 200);
        const reopened = await rig.call(`PUT ${PO}/${uid}`, { ...inBody, status: 'SENT_TO_SUPPLIER' });
        assert.deepEqual(pick(reopened.body, 'status', 'items[0].quantityOrdered'), ['SENT_TO_SUPPLIER', 1]);
        assert.equal((await rig.call(`PUT ${PO}/${uid}/items/l1`, { quantityOrdered: 2 })).status, 200);
        const last = await rig.call(`PUT ${PO}/${uid}`, {
          items: [{ purchaseOrderItemUid: 'l1', quantityOrdered: 3 }],
          status,
        });
        assert.deepEqual(pick(last.body, 'status', 'items[0].quantityOrdered'), [status, 3]);
      }
    });

    it('are deleted only when nothing was received', async () => {
      await make();
      done(
        await rig.till('/receive-goods', {
          purchaseOrderUid: 'po1',
          lines: [{ sku: skuNumber(rig, 0), quantity: 100 }],
        }),
      );
      const refused = await rig.call(`DELETE ${PO}/po1`);
      assert.deepEqual([refused.status, at(refused.body, 'code')], [409, 'PURCHASE_ORDER_RECEIVED']);
      await make({ purchaseOrderUid: 'po2', items: [{ ...lines()[0], quantityReceived: 100 }] });
      assert.equal((await rig.call(`DELETE ${PO}/po2`)).status, 409);
      await rig.call(`PUT ${PO}/po2/items/l1`, { quantityReceived: 0 });
      assert.equal((await rig.call(`DELETE ${PO}/po2`)).status, 204);
      assert.equal((await rig.call(`GET ${PO}/po2`)).status, 404);
    });
  });

  describe('with reservations', () => {
    const order = async (orderUid: string): Promise<void> => {
      const items = [
        { orderItemUid: 'a', productUid: productUid(0), quantity: 200, itemPrice: 100 },
        { orderItemUid: 'b', productUid: productUid(1), quantity: 100, itemPrice: 100 },
      ];
      done(await rig.call(`POST ${S}/orders`, { orderUid, type: 'ORDER', items }));
    };

    it('name orders and lines that exist, with the same article, and no more than the line has', async () => {
      await order('o1');
      const reservation = { orderUid: 'o1', orderItemUid: 'a', quantity: 200 };
      const made = await make({ items: [{ ...lines()[0], reservations: [reservation] }, lines()[1]] });
      assert.deepEqual(pick(made, 'items[0].quantityReserved', 'items[0].reservations[0].orderUid'), [200, 'o1']);
      assert.equal(
        at(made, 'items[0].reservations[0].orderNumber'),
        at((await rig.call(`GET ${T}/orders/o1`)).body, 'orderNumber'),
      );
      assert.equal(at(made, 'items[1].quantityReserved'), 0);
      const reservations = [
        { ...reservation, orderUid: 'none' },
        { ...reservation, orderItemUid: 'none' },
        { ...reservation, orderItemUid: 'b' },
        { ...reservation, quantity: 20_000 },
        { ...reservation, quantity: 100 },
      ];
      const refused = await rig.call(`PUT ${PO}/po1/items/l1`, { reservations });
      assert.deepEqual(fieldsOf(refused), [
        ...['reservations[0].orderUid', 'reservations[1].orderItemUid', 'reservations[2].orderItemUid'],
        ...['reservations[3].quantity', 'reservations[4].orderItemUid'],
      ]);
      const zero = await rig.call(`PUT ${PO}/po1/items/l1`, { reservations: [{ ...reservation, quantity: 0 }] });
      assert.deepEqual(fieldsOf(zero), ['reservations[0].quantity']);
    });

    it('are replaced as a whole, and stay when a patch does not name them', async () => {
      await order('o1');
      const reservations = [{ orderUid: 'o1', orderItemUid: 'a', quantity: 100 }];
      await make({ items: [{ ...lines()[0], reservations }] });
      const kept = await rig.call(`PUT ${PO}/po1/items/l1`, { quantityOrdered: 500 });
      assert.equal(at(kept.body, 'quantityReserved'), 100);
      const none = await rig.call(`PUT ${PO}/po1/items/l1`, { reservations: [] });
      assert.deepEqual(pick(none.body, 'quantityReserved', 'reservations'), [0, []]);
    });
  });

  describe('in lists', () => {
    it('are found by status and by external id, page by page', async () => {
      await make({ externalId: 'A' });
      await make({ purchaseOrderUid: 'po2', externalId: 'B', status: 'CLOSED' });
      await make({ purchaseOrderUid: 'po3', externalId: 'B', status: 'NEW' });
      const uids = async (query: string): Promise<unknown[]> =>
        itemsOf(done(await rig.call(`GET ${PO}${query}`))).map((order) => at(order, 'purchaseOrderUid'));
      assert.deepEqual(await uids(''), ['po1', 'po2', 'po3']);
      assert.deepEqual(await uids('?purchaseOrderExternalId=B'), ['po2', 'po3']);
      assert.deepEqual(await uids('?purchaseOrderExternalId=B&purchaseOrderStatus=NEW'), ['po3']);
      assert.deepEqual(await uids('?purchaseOrderStatus=NEW&purchaseOrderStatus=CLOSED'), ['po2', 'po3']);
      assert.deepEqual(await uids('?purchaseOrderStatus[]=CLOSED&pageSize=1'), ['po2']);
      assert.deepEqual(await uids('?pageSize=2&pageNumber=2'), ['po3']);
      assert.deepEqual(fieldsOf(await rig.call(`GET ${PO}?purchaseOrderStatus=OPEN`)), ['purchaseOrderStatus']);
      const elsewhere = await rig.call(`GET ${T}/stores/bergensentrum/purchase-orders?purchaseOrderExternalId=B`);
      assert.equal(at(elsewhere.body, 'paging.totalCount'), 0);
    });

    it('come by their last change, receptions and lines included', async () => {
      for (const uid of ['po1', 'po2', 'po3']) {
        await make({ purchaseOrderUid: uid });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const newest = async (query = ''): Promise<unknown> =>
        at(
          (await rig.call(`GET ${PO}?sortBy=lastModifiedAt&sortDirection=DESC${query}`)).body,
          'items[0].purchaseOrderUid',
        );
      assert.equal(await newest(), 'po3');
      await rig.call(`PUT ${PO}/po1/items/l1`, { unitPrice: 1 });
      assert.equal(await newest(), 'po1');
      await new Promise((resolve) => setTimeout(resolve, 2));
      const lines = [{ sku: skuNumber(rig, 0), quantity: 100 }];
      done(await rig.till('/receive-goods', { purchaseOrderUid: 'po2', lines }));
      assert.equal(await newest(), 'po2');
      assert.equal(await newest('&purchaseOrderStatus=SENT_TO_SUPPLIER'), 'po1');
    });
  });

  it('move no stock by what the API writes as received', async () => {
    const before = await stockOf(rig, skuNumber(rig, 0));
    await make();
    done(await rig.call(`PUT ${PO}/po1/items/l1`, { quantityReceived: 1_000 }));
    assert.deepEqual(await stockOf(rig, skuNumber(rig, 0)), before);
  });
});
