import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { at, fieldsOf, type FlowRig, S, skuNumber, startFlowRig, T, W, productUidOf } from './flow-rig';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

describe("the Flow sandbox's webhooks", () => {
  let rig: FlowRig;
  let receiver: Server;
  let received: Received[];
  /** Statuses of the next answers; 200 when there are none. */
  let answers: number[];

  beforeEach(async () => {
    received = [];
    answers = [];
    receiver = createServer((req, res) => {
      let text = '';
      req.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      req.on('end', () => {
        received.push({ headers: req.headers, body: JSON.parse(text) });
        res.writeHead(answers.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    rig = await startFlowRig({ timeScale: 0.005 });
  });
  afterEach(async () => {
    await rig.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const subscribe = async (actions: string[], transport: object = {}): Promise<void> => {
    const { port } = receiver.address() as AddressInfo;
    const made = await rig.call(`POST ${T}/httptransports`, {
      httpTransportUid: 'us',
      name: 'us',
      url: `http://127.0.0.1:${port}/webhooks/flow`,
      ...transport,
    });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    for (const action of actions) {
      const bound = await rig.call(`POST ${T}/webhooks`, { action, httpTransportUid: 'us', active: true });
      assert.equal(bound.status, 200);
    }
  };
  const idle = async (): Promise<void> => {
    for (let tries = 0; tries < 400; tries++) {
      if (at((await rig.control('GET /webhooks/pending')).body, 'pending') === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.fail('webhooks are still on their way');
  };
  const actions = (): unknown[] => received.map(({ body }) => at(body, 'action'));

  it('tells a sale: receipt, settlement and delivery, as references only', async () => {
    await subscribe(['ORDER_SETTLED', 'ORDER_RECEIPT_SETTLED', 'ORDER_DELIVERED']);
    const sale = await rig.till('/sales', { lines: [{ sku: skuNumber(rig, 0), quantity: 100 }] });
    await idle();
    assert.deepEqual(new Set(actions()), new Set(['ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED']));
    const settled = received.find(({ body }) => at(body, 'action') === 'ORDER_SETTLED')?.body;
    assert.deepEqual(settled, {
      action: 'ORDER_SETTLED',
      tenant: { Id: 1, Uid: 'flow_no' },
      tenantUser: { Id: 2, Uid: 'pos' },
      store: { Id: 1, Uid: 'oslocity' },
      order: { Id: 1, Uid: at(sale.body, 'orderUid') },
    });
    const log = await rig.control('GET /webhooks');
    const order = (at(log.body, 'deliveries') as unknown[]).map((delivery) => at(delivery, 'objectId'));
    assert.deepEqual(order, Array(3).fill(at(sale.body, 'orderUid')));
  });

  const ALL_ORDER_ACTIONS = [
    ...['ORDER_SETTLED', 'ORDER_RECEIPT_SETTLED', 'ORDER_DELIVERED', 'ORDER_HANDLING_STATE_CHANGED'],
  ];

  let toldBefore = 0;
  beforeEach(() => {
    toldBefore = 0;
  });
  /** What was sent since the last look, in the order it was sent. */
  const sent = async (): Promise<unknown[]> => {
    await idle();
    const deliveries = at((await rig.control('GET /webhooks')).body, 'deliveries') as unknown[];
    const fresh = deliveries.slice(toldBefore);
    toldBefore = deliveries.length;
    return fresh.map((delivery) => at(delivery, 'action'));
  };

  it('tells a receipt before its settlement, and names it', async () => {
    await subscribe(ALL_ORDER_ACTIONS);
    const sku = skuNumber(rig, 0);
    const sale = await rig.till('/sales', { lines: [{ sku, quantity: 100 }] });
    assert.deepEqual(await sent(), ['ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED']);
    const ofReceipt = received.find(({ body }) => at(body, 'action') === 'ORDER_RECEIPT_SETTLED')?.body;
    assert.deepEqual(
      [at(ofReceipt, 'orderReceipt.Uid'), at(ofReceipt, 'order.Uid'), at(ofReceipt, 'store.Uid')],
      [at(sale.body, 'settlements[0].orderReceiptUid'), at(sale.body, 'orderUid'), 'oslocity'],
    );
    const lines = [{ sku, quantity: 100 }];
    const swap = await rig.till('/exchanges', { originalOrderUid: at(sale.body, 'orderUid'), returned: lines, lines });
    assert.equal(swap.status, 201);
    assert.deepEqual(await sent(), ['ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED']);
  });

  it('is silent about orders that are made, put aside, changed, paid or handed over in part, refused or over', async () => {
    await subscribe(ALL_ORDER_ACTIONS);
    const lines = [
      { sku: skuNumber(rig, 0), quantity: 200, itemPrice: 1_000 },
      { sku: skuNumber(rig, 1), quantity: 100, itemPrice: 1_000 },
    ];
    const park = async (orderUid: string, more: object = {}): Promise<unknown> =>
      (await rig.till('/parked-orders', { orderUid, lines, ...more })).body;
    const order = await park('silent');
    await rig.till('/orders/silent/open');
    await rig.till('/orders/silent/park');
    await rig.till(`/orders/silent/lines/${String(at(order, 'items[1].orderItemUid'))}/remove`);
    await rig.till('/orders/silent/pay', { payments: [{ settlementCode: 'CARD', amount: 100 }] });
    const one = [{ orderItemUid: at(order, 'items[0].orderItemUid'), quantity: 100 }];
    assert.equal((await rig.till('/orders/silent/hand-over', { lines: one })).status, 200);
    await park('refused');
    await rig.till('/orders/refused/cancel');
    await park('over', { validUntil: '2020-01-01T00:00:00.000Z' });
    assert.equal(at((await rig.sim('/flow_no/expire')).body, 'deleted'), 1);
    await rig.call(`POST ${S}/orders`, { orderUid: 'by-api', type: 'ORDER' });
    await rig.call(`PUT ${S}/orders/by-api`, { orderState: 'CANCELLED' });
    assert.deepEqual(await sent(), []);
    assert.equal((await rig.till('/orders/silent/hand-over')).status, 200);
    assert.deepEqual(await sent(), ['ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED']);
  });

  it('names the clerk for what the tills do, and the integration for what the API does', async () => {
    const ofCustomers = ['CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'CUSTOMER_DELETE'];
    await subscribe([...ALL_ORDER_ACTIONS, ...ofCustomers]);
    const customer = { customerUid: 'c9', customerType: 'PERSON', firstname: 'A', lastname: 'B', countryCode: 'NO' };
    const users = async (): Promise<Set<unknown>> => {
      await idle();
      const seen = new Set(received.map(({ body }) => at(body, 'tenantUser.Uid')));
      received.length = 0;
      return seen;
    };
    const handlings = { handlingUid: 'click_collect', orderHandlingUid: 'h9' };
    await rig.till('/customers', customer);
    await rig.till('/customers/c9', { city: 'Oslo' });
    await rig.till('/customers/c9/delete');
    await rig.till('/parked-orders', { orderUid: 'o9', lines: [{ sku: skuNumber(rig, 0), quantity: 100 }] });
    await rig.call(`POST ${S}/orders/o9/handlings`, handlings);
    await rig.till('/orders/o9/handlings/h9', { state: 'COMPLETE' });
    await rig.till('/orders/o9/hand-over');
    assert.deepEqual(await sent(), [
      ...ofCustomers,
      ...['ORDER_HANDLING_STATE_CHANGED', 'ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED'],
    ]);
    assert.deepEqual(await users(), new Set(['pos']));
    await rig.call(`POST ${T}/customers`, customer);
    await rig.call(`PUT ${T}/customers/c9`, { city: 'Oslo' });
    await rig.call(`DELETE ${T}/customers/c9`);
    const items = [{ sku: 'SHIPPING', quantity: 100, itemPrice: 100 }];
    await rig.call(`POST ${S}/orders`, { orderUid: 'o10', type: 'ORDER', items });
    await rig.call(`POST ${S}/orders/o10/handlings`, { ...handlings, orderHandlingUid: 'h10' });
    await rig.call(`PUT ${S}/orders/o10/handlings/h10`, { state: 'IN_PROGRESS' });
    await rig.call(`POST ${S}/orders/o10/settlements`, { amount: 100, storePaymentMethodUid: 'oslocity_web' });
    assert.equal((await sent()).length, 7);
    assert.deepEqual(await users(), new Set(['integration']));
  });

  it('tells customers, products, prices, stock, images and handlings', async () => {
    const all = [
      ...['CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'PRODUCT_CREATE', 'PRODUCT_UPDATE', 'PRICE_CREATE', 'PRICE_UPDATE'],
      ...['PRICE_DELETE', 'STOCK_CHANGE', 'PRODUCT_MEDIA_CHANGE', 'ORDER_HANDLING_STATE_CHANGED', 'PRODUCT_DELETE'],
    ];
    await subscribe(all);
    const customer = { customerUid: 'c1', customerType: 'PERSON', firstname: 'A', lastname: 'B', countryCode: 'NO' };
    await rig.call(`POST ${T}/customers`, customer);
    await rig.call(`PUT ${T}/customers/c1`, { city: 'Oslo' });
    await rig.call(`POST ${T}/products`, { productUid: 'p1', name: 'Mug', sku: 'MUG' });
    await rig.call(`PUT ${T}/products/p1`, { name: 'Big mug' });
    await rig.call(`POST ${T}/products/p1/media`, { mainUrl: 'https://images.example/mug.jpg' });
    await rig.call(`POST ${T}/pricelists/main/prices`, { productUid: 'p1', price: 100, priceUid: 'pr1' });
    await rig.call(`PUT ${T}/pricelists/main/prices/pr1`, { price: 200 });
    await rig.call(`DELETE ${T}/pricelists/main/prices/pr1`);
    await rig.call(`PUT ${W}/products/p1/stock`, { quantityStock: 1_000 });
    await rig.call(`PUT ${W}/products/p1/stock`, { quantityStock: 0 });
    await rig.call(`DELETE ${T}/products/p1`);
    await rig.call(`POST ${S}/orders`, { orderUid: 'o1', type: 'ORDER' });
    await rig.call(`POST ${S}/orders/o1/handlings`, { handlingUid: 'click_collect', orderHandlingUid: 'h1' });
    await rig.call(`PUT ${S}/orders/o1/handlings/h1`, { state: 'COMPLETE' });
    await idle();
    assert.deepEqual(new Set(actions()), new Set(all));
    const handling = received.find(({ body }) => at(body, 'action') === 'ORDER_HANDLING_STATE_CHANGED')?.body;
    assert.deepEqual(at(handling, 'orderHandling'), { Id: 1, Uid: 'h1' });
    const stock = received.find(({ body }) => at(body, 'action') === 'STOCK_CHANGE')?.body;
    assert.deepEqual([at(stock, 'warehouse.Uid'), at(stock, 'product.Uid')], ['oslocity', 'p1']);
  });

  it('sends what the transport says: headers, basic or bearer', async () => {
    await subscribe(['STOCK_CHANGE'], {
      headers: [{ key: 'X-Secret', value: 's3cret' }],
      securityType: 'BEARER',
      token: 'tok',
    });
    const productUid = await productUidOf(rig, skuNumber(rig, 0));
    await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 100 });
    await idle();
    assert.deepEqual([received[0]?.headers['x-secret'], received[0]?.headers.authorization], ['s3cret', 'Bearer tok']);
    const changed = { securityType: 'BASIC_AUTH', username: 'flow', password: 'pw' };
    const put = await rig.call(`PUT ${T}/httptransports/us`, changed);
    assert.equal(at(put.body, 'password'), undefined, 'secrets are never given back');
    await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 200 });
    await idle();
    const basic = `Basic ${Buffer.from('flow:pw').toString('base64')}`;
    assert.equal(received[1]?.headers.authorization, basic);
  });

  it('retries after 5xx until it is taken, and never after 4xx', async () => {
    await subscribe(['STOCK_CHANGE']);
    const productUid = await productUidOf(rig, skuNumber(rig, 0));
    answers = [500, 503];
    await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 100 });
    await idle();
    assert.equal(received.length, 3);
    answers = [429];
    await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 200 });
    await idle();
    assert.equal(received.length, 4);
  });

  it('gives up after ten retries', async () => {
    await rig.stop();
    rig = await startFlowRig({ timeScale: 0.0002 });
    await subscribe(['STOCK_CHANGE']);
    answers = Array<number>(20).fill(500);
    const productUid = await productUidOf(rig, skuNumber(rig, 0));
    await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 100 });
    await idle();
    assert.equal(received.length, 11);
  });

  it('loses and doubles webhooks when told to, and keeps quiet when inactive', async () => {
    await subscribe(['STOCK_CHANGE']);
    const productUid = await productUidOf(rig, skuNumber(rig, 0));
    const change = async (quantityStock: number): Promise<void> => {
      await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock });
      await idle();
    };
    await rig.control('POST /faults', { kind: 'webhook-lost', times: 1 });
    await change(100);
    assert.equal(received.length, 0);
    await rig.control('POST /faults', { kind: 'webhook-duplicate', times: 1 });
    await change(200);
    assert.equal(received.length, 2);
    const bound = await rig.call(`GET ${T}/webhooks`);
    await rig.call(`PUT ${T}/webhooks/${String(at(bound.body, 'items[0].webhookUid'))}`, { active: false });
    await change(300);
    assert.equal(received.length, 2);
  });

  it('refuses unknown actions, transports and incomplete credentials', async () => {
    const url = 'http://127.0.0.1:1/';
    assert.deepEqual(
      fieldsOf(await rig.call(`POST ${T}/webhooks`, { action: 'ORDER_PARKED', httpTransportUid: 'x' })),
      ['action'],
    );
    assert.deepEqual(
      fieldsOf(await rig.call(`POST ${T}/webhooks`, { action: 'ORDER_SETTLED', httpTransportUid: 'x' })),
      ['httpTransportUid'],
    );
    const transport = { name: 'x', url, securityType: 'BASIC_AUTH', username: 'u' };
    assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/httptransports`, transport)), ['password']);
  });
});
