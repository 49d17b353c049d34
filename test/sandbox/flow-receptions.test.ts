import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

describe('goods received in the Flow sandbox', () => {
  let rig: FlowRig;
  let receiver: Server;
  let told: unknown[];
  let productUids: string[];

  const start = async (): Promise<void> => {
    productUids = [];
    for (let index = 0; index < 4; index += 1) productUids.push(await productUidOf(rig, skuNumber(rig, index)));
  };
  beforeEach(async () => {
    told = [];
    receiver = createServer((req, res) => {
      let text = '';
      req.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      req.on('end', () => {
        told.push(JSON.parse(text));
        res.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    rig = await startFlowRig();
    await start();
  });
  afterEach(async () => {
    await rig.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const PO = `${S}/purchase-orders`;
  const sku = (index: number): string => skuNumber(rig, index);
  const productUid = (index: number): string => productUids[index] ?? assert.fail(`no product ${index}`);
  const done = (reply: Reply): unknown => {
    assert.ok(reply.status < 300, `${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const line = (uid: string, index: number, fields: object = {}): object => ({
    purchaseOrderItemUid: uid,
    productUid: productUid(index),
    quantityOrdered: 500,
    unitPrice: 1_000,
    ...fields,
  });
  const order = async (fields: object = {}): Promise<unknown> =>
    done(
      await rig.call(`POST ${PO}`, {
        purchaseOrderUid: 'po1',
        supplierUid: 'sup100',
        status: 'SENT_TO_SUPPLIER',
        items: [line('a', 0), line('b', 1)],
        ...fields,
      }),
    );
  const receive = (fields: object): Promise<Reply> =>
    rig.till('/receive-goods', { purchaseOrderUid: 'po1', ...fields });
  const read = async (): Promise<unknown> => done(await rig.call(`GET ${PO}/po1`));
  const subscribe = async (): Promise<void> => {
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    done(await rig.call(`POST ${T}/httptransports`, { httpTransportUid: 'us', name: 'us', url }));
    for (const action of ['PURCHASE_RECEIVED', 'STOCK_CHANGE']) {
      done(await rig.call(`POST ${T}/webhooks`, { action, httpTransportUid: 'us' }));
    }
  };
  /** What was told since the last look, purchase orders last. */
  const toldNow = async (): Promise<unknown[]> => {
    for (let tries = 0; at((await rig.control('GET /webhooks/pending')).body, 'pending') !== 0; tries += 1) {
      assert.ok(tries < 400, 'webhooks are still on their way');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const now = told.splice(0);
    return [...now.filter((body) => !at(body, 'purchaseOrder')), ...now.filter((body) => at(body, 'purchaseOrder'))];
  };

  it('raise stock, the lines and the status of the order: in part, then in full', async () => {
    await order();
    const before = [await stockOf(rig, sku(0)), await stockOf(rig, sku(1))];
    const part = done(
      await receive({ receivementUid: 'r1', externalId: 'DN-1', lines: [{ sku: sku(0), quantity: 200 }] }),
    );
    assert.deepEqual(pick(part, 'receivementUid', 'storeUid', 'warehouseUid', 'purchaseOrderUid', 'externalId'), [
      ...['r1', 'oslocity', 'oslocity', 'po1', 'DN-1'],
    ]);
    assert.deepEqual(
      pick(part, 'items[0].purchaseOrderItemUid', 'items[0].product.productUid', 'items[0].product.sku'),
      ['a', productUid(0), sku(0)],
    );
    assert.deepEqual(pick(part, 'items[0].quantity', 'items[0].unitCost', 'items[0].status'), [200, 1_000, 'RECEIVED']);
    let now = await read();
    assert.deepEqual(pick(now, 'status', 'items[0].quantityReceived', 'items[1].quantityReceived'), [
      ...['PARTIALLY_RECEIVED', 200, 0],
    ]);
    done(await receive({ lines: [{ sku: sku(0), quantity: 300 }] }));
    assert.equal(at(await read(), 'status'), 'PARTIALLY_RECEIVED');
    done(await receive({ lines: [{ purchaseOrderItemUid: 'b', quantity: 500 }] }));
    now = await read();
    assert.deepEqual(pick(now, 'status', 'items[0].quantityReceived', 'items[1].quantityReceived'), [
      'RECEIVED',
      500,
      500,
    ]);
    assert.deepEqual(
      itemsOf(now, 'items[0].receivementItems').map((item) => at(item, 'quantity')),
      [200, 300],
    );
    assert.equal(at(now, 'items[0].receivementItems[0].receivementUid'), 'r1');
    const after = [await stockOf(rig, sku(0)), await stockOf(rig, sku(1))];
    assert.deepEqual(
      after.map(({ stock }, index) => stock - (before[index]?.stock ?? 0)),
      [500, 500],
    );
  });

  it('are told: every article once, and the order only when the last of it has come', async () => {
    await order();
    await subscribe();
    done(
      await receive({
        lines: [
          { sku: sku(0), quantity: 100 },
          { sku: sku(0), quantity: 100 },
          { sku: sku(1), quantity: 500 },
        ],
      }),
    );
    const first = await toldNow();
    assert.deepEqual(
      first.map((body) => at(body, 'action')),
      ['STOCK_CHANGE', 'STOCK_CHANGE'],
    );
    assert.deepEqual(new Set(first.map((body) => at(body, 'product.Uid'))), new Set([productUid(0), productUid(1)]));
    assert.deepEqual(pick(first[0], 'warehouse.Uid', 'store.Uid', 'tenantUser.Uid'), ['oslocity', 'oslocity', 'pos']);
    const last = done(await receive({ lines: [{ sku: sku(0), quantity: 300 }] }));
    const [, received, ...more] = await toldNow();
    assert.deepEqual(more, []);
    assert.deepEqual(received, {
      action: 'PURCHASE_RECEIVED',
      tenant: { Id: 1, Uid: 'flow_no' },
      tenantUser: { Id: 2, Uid: 'pos' },
      store: { Id: 1, Uid: 'oslocity' },
      purchaseOrder: { Id: 1, Uid: 'po1' },
      receivement: { Id: 2, Uid: at(last, 'receivementUid') },
    });
    const log = itemsOf((await rig.control('GET /webhooks')).body, 'deliveries');
    assert.equal(
      at(
        log.find((delivery) => at(delivery, 'action') === 'PURCHASE_RECEIVED'),
        'objectId',
      ),
      'po1',
    );
  });

  it('are told without a reception when somebody sets the status, once', async () => {
    await order();
    await subscribe();
    done(await rig.call(`PUT ${PO}/po1`, { status: 'RECEIVED' }));
    done(await rig.call(`PUT ${PO}/po1`, { status: 'RECEIVED', note: 'again' }));
    const [body, ...more] = await toldNow();
    assert.deepEqual(more, []);
    assert.deepEqual(pick(body, 'action', 'purchaseOrder.Uid', 'receivement', 'tenantUser.Uid'), [
      ...['PURCHASE_RECEIVED', 'po1', undefined, 'integration'],
    ]);
    await order({ purchaseOrderUid: 'po2' });
    done(await rig.till('/purchase-orders/po2/status', { status: 'CLOSED' }));
    assert.deepEqual(await toldNow(), []);
    done(await rig.till('/purchase-orders/po2/status', { status: 'RECEIVED' }));
    assert.deepEqual(
      (await toldNow()).map((told) => pick(told, 'purchaseOrder.Uid', 'tenantUser.Uid')),
      [['po2', 'pos']],
    );
  });

  it('may be more than was ordered', async () => {
    await order();
    const { stock } = await stockOf(rig, sku(0));
    done(
      await receive({
        lines: [
          { sku: sku(0), quantity: 700 },
          { sku: sku(1), quantity: 500 },
        ],
      }),
    );
    assert.deepEqual(pick(await read(), 'status', 'items[0].quantityReceived'), ['RECEIVED', 700]);
    assert.equal((await stockOf(rig, sku(0))).stock, stock + 700);
    const late = await receive({ lines: [{ sku: sku(0), quantity: 100 }] });
    assert.deepEqual([late.status, at(late.body, 'code')], [409, 'PURCHASE_ORDER_NOT_PROCESSABLE']);
  });

  it('are put to the lines of an article in turn, what is too many to the first', async () => {
    await order({ items: [line('a', 0), line('b', 0, { quantityOrdered: 200 }), line('c', 1)] });
    const part = done(await receive({ lines: [{ sku: sku(0), quantity: 600 }] }));
    const shares = (receivement: unknown): unknown[] =>
      itemsOf(receivement).map((item) => pick(item, 'purchaseOrderItemUid', 'quantity'));
    assert.deepEqual(shares(part), [
      ['a', 500],
      ['b', 100],
    ]);
    const rest = done(await receive({ lines: [{ sku: sku(0), quantity: 300 }] }));
    assert.deepEqual(shares(rest), [
      ['b', 100],
      ['a', 200],
    ]);
  });

  it('take in everything that is left when no lines are named', async () => {
    await order();
    done(await receive({ lines: [{ sku: sku(0), quantity: 100 }] }));
    const rest = done(await receive({}));
    assert.deepEqual(
      itemsOf(rest).map((item) => pick(item, 'purchaseOrderItemUid', 'quantity')),
      [
        ['a', 400],
        ['b', 500],
      ],
    );
    const none = await receive({});
    assert.deepEqual([none.status, at(none.body, 'code')], [409, 'NOTHING_TO_RECEIVE']);
    assert.deepEqual(fieldsOf(await rig.till('/receive-goods', {})), ['lines']);
  });

  it('go where the order expects them, or where the clerk says', async () => {
    await order({ items: [line('a', 0), line('b', 1, { warehouseUid: 'oslocityback' })] });
    const several = await receive({});
    assert.deepEqual(fieldsOf(several), ['warehouseUid']);
    const back = done(await receive({ lines: [{ sku: sku(1), quantity: 100 }] }));
    assert.equal(at(back, 'warehouseUid'), 'oslocityback');
    const moved = done(await receive({ warehouseUid: 'webno', lines: [{ sku: sku(0), quantity: 100 }] }));
    assert.deepEqual(pick(moved, 'warehouseUid', 'items[0].purchaseOrderItemUid'), ['webno', 'a']);
    const rest = done(await receive({ warehouseUid: 'oslocity' }));
    assert.deepEqual(
      itemsOf(rest).map((item) => pick(item, 'purchaseOrderItemUid', 'quantity')),
      [['a', 400]],
    );
    const foreign = await receive({ warehouseUid: 'bergensentrum', lines: [{ sku: sku(0), quantity: 100 }] });
    assert.deepEqual([foreign.status, fieldsOf(foreign)], [422, ['warehouseUid']]);
  });

  it('may bring articles that are not on the order, which belong to no line of it', async () => {
    await order();
    const extra = done(await receive({ lines: [{ sku: sku(2), quantity: 100, note: 'free sample' }] }));
    assert.deepEqual(pick(extra, 'purchaseOrderUid', 'items[0].purchaseOrderItemUid', 'items[0].note'), [
      ...['po1', null, 'free sample'],
    ]);
    assert.equal(at(await read(), 'status'), 'SENT_TO_SUPPLIER');
  });

  it('are corrected by negative quantities, down to what came in', async () => {
    await order();
    done(await receive({}));
    const { stock } = await stockOf(rig, sku(0));
    const wrong = await receive({ lines: [{ sku: sku(0), quantity: -600 }] });
    assert.deepEqual(fieldsOf(wrong), ['lines[0].quantity']);
    const corrected = done(await receive({ lines: [{ sku: sku(0), quantity: -200 }] }));
    assert.equal(at(corrected, 'items[0].quantity'), -200);
    assert.deepEqual(pick(await read(), 'status', 'items[0].quantityReceived'), ['PARTIALLY_RECEIVED', 300]);
    assert.equal((await stockOf(rig, sku(0))).stock, stock - 200);
    const local = await rig.till('/receive-goods', { lines: [{ sku: sku(0), quantity: -100 }] });
    assert.deepEqual(fieldsOf(local), ['lines[0].quantity']);
  });

  it('are not taken on orders that are closed or cancelled, or of another store', async () => {
    await order();
    const before = await stockOf(rig, sku(0));
    const lines = [{ sku: sku(0), quantity: 100 }];
    for (const status of ['CLOSED', 'CANCELLED_BY_SUPPLIER']) {
      done(await rig.till('/purchase-orders/po1/status', { status }));
      assert.equal((await receive({ lines })).status, 409, status);
    }
    const unknown = await rig.till('/receive-goods', { purchaseOrderUid: 'none', lines });
    assert.deepEqual([unknown.status, fieldsOf(unknown)], [422, ['purchaseOrderUid']]);
    const elsewhere = await rig.sim('/flow_no/stores/bergensentrum/receive-goods', { purchaseOrderUid: 'po1', lines });
    assert.deepEqual(fieldsOf(elsewhere), ['purchaseOrderUid']);
    assert.deepEqual(await stockOf(rig, sku(0)), before);
  });

  it('are taken by the API by the same rules, in its own words', async () => {
    await order();
    const path = `${S}/receivements`;
    const item = { purchaseOrderItemUid: 'a', quantity: 100 };
    const body = { receivementUid: 'r1', purchaseOrderUid: 'po1', warehouseUid: 'oslocity', items: [item] };
    const made = done(await rig.call(`POST ${path}`, body));
    assert.deepEqual(pick(made, 'items[0].product.sku', 'createdBy'), [sku(0), 'integration']);
    assert.equal((await rig.call(`POST ${path}`, body)).status, 409);
    const wrong = [
      { ...item, purchaseOrderItemUid: 'none' },
      { ...item, productUid: productUid(1) },
      { quantity: 100 },
      { productUid: 'SHIPPING', quantity: 100 },
    ];
    assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { ...body, receivementUid: 'r2', items: wrong })), [
      ...['items[0].purchaseOrderItemUid', 'items[1].productUid', 'items[2].productUid', 'items[3].productUid'],
    ]);
    const floats = [{ ...item, quantity: 0.5 }];
    assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { ...body, receivementUid: 'r2', items: floats })), [
      'items[0].quantity',
    ]);
  });

  describe('with serial numbers', () => {
    let tent: { readonly sku: string; readonly productUid: string };
    beforeEach(async () => {
      const found = rig.chain.products.find(({ hasSerialNumbers }) => hasSerialNumbers)?.skus[0]?.sku;
      assert.ok(found);
      tent = { sku: found, productUid: await productUidOf(rig, found) };
      await order({ items: [line('a', 0, { productUid: tent.productUid, quantityOrdered: 300 })] });
    });
    const piece = (serialnumber: string): object => ({ sku: tent.sku, quantity: 100, serialnumber });

    it('come piece by piece, each with its own', async () => {
      assert.equal(at(await read(), 'items[0].productSerialNoRequired'), 'ON_RECEIVE');
      assert.deepEqual(fieldsOf(await receive({})), ['lines[0].serialnumber']);
      assert.deepEqual(fieldsOf(await receive({ lines: [piece('s1'), { sku: tent.sku, quantity: 100 }] })), [
        'lines[1].serialnumber',
      ]);
      assert.deepEqual(fieldsOf(await receive({ lines: [{ ...piece('s1'), quantity: 200 }] })), ['lines[0].quantity']);
      assert.deepEqual(fieldsOf(await receive({ lines: [piece('s1'), piece('s1')] })), ['lines[1].serialnumber']);
      const { stock } = await stockOf(rig, tent.sku);
      await subscribe();
      const received = done(await receive({ lines: [piece('s1'), piece('s2')] }));
      assert.deepEqual(
        itemsOf(received).map((item) => pick(item, 'purchaseOrderItemUid', 'quantity', 'serialnumber')),
        [
          ['a', 100, 's1'],
          ['a', 100, 's2'],
        ],
      );
      assert.equal((await toldNow()).length, 1, 'one article, one notice');
      assert.deepEqual(pick(await read(), 'status', 'items[0].quantityReceived'), ['PARTIALLY_RECEIVED', 200]);
      assert.equal((await stockOf(rig, tent.sku)).stock, stock + 200);
      done(await receive({ lines: [piece('s3')] }));
      assert.equal(at(await read(), 'status'), 'RECEIVED');
    });

    it('are not asked for when shelves are filled in bulk, but by the API', async () => {
      const lines = [{ sku: tent.sku, quantity: 5_000_000 }];
      assert.equal((await rig.till('/receive-goods', { lines })).status, 201);
      const items = [{ productUid: tent.productUid, quantity: 100 }];
      const refused = await rig.call(`POST ${S}/receivements`, { warehouseUid: 'oslocity', items });
      assert.deepEqual(fieldsOf(refused), ['items[0].serialnumber']);
    });
  });

  it('of a package put what is in it on the shelves', async () => {
    const pack = rig.chain.products.find(({ kind }) => kind === 'package');
    const part = pack?.components?.[0];
    assert.ok(pack && part);
    const packUid = await productUidOf(rig, pack.productId);
    await order({ items: [line('a', 0, { productUid: packUid, quantityOrdered: 300 })] });
    const { stock } = await stockOf(rig, part.sku);
    done(await receive({}));
    assert.equal((await stockOf(rig, part.sku)).stock, stock + 300 * part.quantity);
    assert.equal(at(await read(), 'status'), 'RECEIVED');
  });

  it('are read one by one, and listed by order, article, reference and time', async () => {
    await order();
    const made = done(
      await receive({ receivementUid: 'r1', externalId: 'DN-1', lines: [{ sku: sku(0), quantity: 100 }] }),
    );
    await new Promise((resolve) => setTimeout(resolve, 2));
    done(await rig.till('/receive-goods', { receivementUid: 'r2', lines: [{ sku: sku(1), quantity: 100 }] }));
    await new Promise((resolve) => setTimeout(resolve, 2));
    done(await receive({ receivementUid: 'r3', lines: [{ sku: sku(1), quantity: 100 }] }));
    assert.deepEqual(done(await rig.call(`GET ${S}/receivements/r1`)), made);
    assert.equal(at(done(await rig.call(`GET ${S}/receivements/r2`)), 'purchaseOrderUid'), null);
    assert.equal((await rig.call(`GET ${S}/receivements/none`)).status, 404);
    assert.equal((await rig.call(`GET ${T}/stores/bergensentrum/receivements/r1`)).status, 404);
    const listed = async (query: string): Promise<unknown[]> =>
      itemsOf(done(await rig.call(`GET ${S}/receivements?${query}`))).map((one) => at(one, 'receivementUid'));
    const newestFirst = 'sortBy=lastModifiedAt&sortDirection=DESC';
    assert.deepEqual(await listed(newestFirst), ['r3', 'r2', 'r1']);
    assert.deepEqual(await listed(`${newestFirst}&pageSize=2&pageNumber=2`), ['r1']);
    assert.deepEqual(await listed(`${newestFirst}&productUid=${productUid(1)}`), ['r3', 'r2']);
    assert.deepEqual(await listed(`${newestFirst}&purchaseOrderUid=po1`), ['r3', 'r1']);
    assert.deepEqual(await listed(`purchaseOrderUid=po1&productUid=${productUid(0)}`), ['r1']);
    assert.deepEqual(await listed('receivementExternalId=DN-1&purchaseOrderUid=po1'), ['r1']);
    assert.deepEqual(await listed('purchaseOrderUid=none'), []);
    done(await rig.call(`PUT ${T}/products/${productUid(0)}`, { name: 'Another name' }));
    assert.deepEqual(done(await rig.call(`GET ${S}/receivements/r1`)), made, 'it never changes');
  });

  it('and their orders are there after a restart, with numbers, lists and stock', async () => {
    await rig.stop();
    const folder = await mkdtemp(join(tmpdir(), 'flow-goods-'));
    try {
      const stateFile = join(folder, 'flow.json');
      rig = await startFlowRig({ stateFile });
      await order();
      done(await receive({ receivementUid: 'r1', lines: [{ sku: sku(0), quantity: 200 }] }));
      const saved = [await read(), await stockOf(rig, sku(0))];
      const since = { modifiedAfter: '2026-01-02T00:00:00.000Z' };
      const changes = (await rig.call(`POST ${S}/stock`, since)).body;
      await rig.stop();
      rig = await startFlowRig({ stateFile });
      assert.deepEqual([await read(), await stockOf(rig, sku(0))], saved);
      assert.deepEqual((await rig.call(`POST ${S}/stock`, since)).body, changes);
      done(await receive({ lines: [{ sku: sku(0), quantity: 300 }] }));
      const listed = await rig.call(`GET ${S}/receivements?purchaseOrderUid=po1&sortBy=lastModifiedAt`);
      assert.equal(at(listed.body, 'items[0].receivementUid'), 'r1');
      assert.equal(at(await order({ purchaseOrderUid: 'po2' }), 'purchaseOrderNumber'), '5000002');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
