import assert from 'node:assert/strict';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { Tills } from '../support/tills';
import { WebShop, type WebOrder } from '../support/web-shop';

const payment = (members: Json): Json => ({
  ...{ id: 'p1', transactionId: 't1', status: 'Processed', paymentMethodName: 'Klarna', ...members },
});
const authorised = (amount: number, more: Json = {}): Json =>
  payment({ amount, transactionType: 'Authorization', ...more });

/** What the web shop's customer has promised or paid is reserved in the shop, and never asked for again (findings 7, 22). */
describe('findings: pre-payments', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });
  afterEach(() => integration.manners('flow'));
  after(() => integration.stop());

  const uidOf = (id: string): string => id.replace(/\W/g, '');
  /** A prepaid order of one piece of 100.00, in the shop. */
  const placed = async (payments: readonly Json[], more: WebOrder = {}): Promise<string> => {
    const lines = [{ code: shop.sku(0), placedPrice: 100 }];
    const id = await shop.place({ orderType: 'Bopis', lines, form: { payments }, ...more });
    const { syncState, outcome } = await integration.settled(id);
    assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
    return id;
  };
  const owed = async (id: string): Promise<unknown> =>
    ((await integration.orderInFlow(id))?.settlementTotals as Json).totalRemaining;
  const reserved = async (id: string): Promise<unknown[]> =>
    ((await integration.orderInFlow(id))?.settlements as Json[]).map(({ amount, state }) => [amount, state]);
  const paymentsOf = async (id: string): Promise<unknown[]> =>
    (((await integration.orderInOmnium(id))?.orderForm as Json).payments as Json[]).map(
      ({ transactionType, amount }) => `${String(transactionType)} ${String(amount)}`,
    );
  /** Takes Omnium's payments for the order as they are now, and waits until both sides have settled. */
  const pay = async (id: string, ...payments: readonly Json[]): Promise<void> => {
    await integration.omnium('PATCH', `/api/Orders/${id}/PatchOrder`, { orderForm: { payments } });
    await integration.deliveriesDone();
    await integration.resync(id);
    await integration.settled(id);
  };

  for (const [what, payments, cents] of [
    ['a promise', [authorised(100)], 0],
    ['a promise of a part', [authorised(60)], 4_000],
    [
      'a promise that was captured',
      [authorised(100), payment({ id: 'c1', amount: 100, transactionType: 'Capture' })],
      0,
    ],
    [
      'a promise that was captured in parts without ids, under transactions of their own',
      [
        authorised(100),
        payment({ id: undefined, transactionId: 't2', amount: 30, transactionType: 'Captured' }),
        payment({ id: undefined, transactionId: 't3', amount: 70, transactionType: 'Captured' }),
      ],
      0,
    ],
    [
      'a promise that was taken back',
      [authorised(100), payment({ id: 'v1', amount: 100, transactionType: 'Void' })],
      10_000,
    ],
    ['a promise that failed', [authorised(100, { status: 'Failed' })], 10_000],
    [
      'two promises, of which one was taken back',
      [
        authorised(100),
        payment({ id: 'v1', amount: 100, transactionType: 'Void' }),
        authorised(100, { id: 'p2', transactionId: 't2' }),
      ],
      0,
    ],
    [
      'a sale, and a promise of the rest by another method',
      [
        payment({ amount: 40, transactionType: 'Sale' }),
        authorised(60, { id: 'p2', transactionId: 't2', paymentMethodName: 'Vipps' }),
      ],
      0,
    ],
  ] as const) {
    it(`finding 7: the till asks for what is neither promised nor paid: ${what}`, async () => {
      const id = await placed(payments);
      assert.equal(await owed(id), cents);
      const before = await paymentsOf(id);
      await tills.onOrder(uidOf(id), 'hand-over', { payments: [{ settlementCode: 'CARD' }] });
      await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed' || status === 'PickedUpAndPaid');
      await integration.settled(id);
      const added = cents === 0 ? [] : [`Sale ${cents / 100}`];
      assert.deepEqual(await paymentsOf(id), [...before, ...added]);
    });
  }

  it('finding 7: money that is captured when the goods go is no second payment', async () => {
    const id = await placed([authorised(100)]);
    await pay(id, authorised(100), payment({ id: 'c1', amount: 100, transactionType: 'Capture' }));
    assert.deepEqual(await reserved(id), [[10_000, 'NOT_STARTED']]);
    await integration.clearRequests();
    await integration.resync(id);
    assert.equal((await integration.settled(id)).syncState, 'Synced');
    const writes = (await integration.requests('flow')).filter(({ method }) => method !== 'GET');
    assert.deepEqual(writes, []);
  });

  it('finding 22: a prepaid order is edited: a line more is asked for, a line less is reserved no more', async () => {
    const id = await placed([authorised(100)]);
    const add = { lineItemId: '2', code: shop.sku(1), quantity: 1, placedPrice: 50 };
    await integration.omnium('POST', `/api/Orders/${id}/OrderLines`, add);
    await until(async () => ((await owed(id)) === 5_000 ? true : undefined));
    assert.deepEqual(await reserved(id), [[10_000, 'NOT_STARTED']]);
    await integration.omnium('POST', `/api/Orders/${id}/OrderLines/1/Cancel`);
    await until(async () => (JSON.stringify(await reserved(id)) === '[[5000,"NOT_STARTED"]]' ? true : undefined));
    const { syncState, outcome } = await integration.settled(id);
    assert.equal(syncState, 'Differs');
    assert.match(outcome?.differences?.join() ?? '', /was paid or promised 10000 cents, Flow has 5000/);
    await pay(id, authorised(100), payment({ id: 'v1', amount: 50, transactionType: 'Void' }));
    assert.deepEqual([await owed(id), (await integration.settled(id)).syncState], [0, 'Synced']);
  });

  for (const orderType of ['Bopis', 'Online']) {
    it(`finding 22: a prepaid ${orderType} order that the customer cancels is cancelled in the shop`, async () => {
      const id = await placed([payment({ amount: 100, transactionType: 'Sale' })], { orderType });
      await integration.omnium('POST', `/api/Orders/${id}/UpdateStatus`, { status: 'OrderCanceled' });
      await until(async () => ((await integration.orderInFlow(id))?.orderState === 'CANCELLED' ? true : undefined));
      assert.equal((await integration.settled(id)).syncState, 'Synced');
    });
  }

  for (const manners of [[], ['pre-payment-keeps-state']]) {
    for (const [orderType, orderState] of [
      ['Bopis', 'PARKED'],
      ['Online', 'CONFIRMED'],
    ] as const) {
      it(`a prepaid ${orderType} order ends ${orderState}, and so after another payment: ${manners.join()}`, async () => {
        await integration.manners('flow', ...manners);
        const id = await placed([authorised(60)], { orderType });
        assert.equal((await integration.orderInFlow(id))?.orderState, orderState);
        await pay(id, authorised(60), authorised(40, { id: 'p2', transactionId: 't2', paymentMethodName: 'Vipps' }));
        const { orderState: after, internalNote } = (await integration.orderInFlow(id)) ?? {};
        assert.deepEqual([after, await owed(id)], [orderState, 0]);
        assert.match(String(internalNote), /^\[omnium [0-9a-f]{8}\]$/);
      });
    }
  }

  it('what Flow refuses is said, and mended when it takes it', async () => {
    await integration.manners('flow', 'pre-payment-refused');
    const lines = [{ code: shop.sku(0), placedPrice: 100 }];
    const id = await shop.place({ orderType: 'Bopis', lines, form: { payments: [authorised(100)] } });
    const { lastFailure } = await integration.waiting(id);
    assert.equal(lastFailure?.failureType, 'ConfigurationIncomplete');
    assert.equal((await integration.orderInFlow(id))?.orderState, 'PARKED');
    await integration.manners('flow');
    await integration.resync(id);
    assert.equal((await integration.settled(id)).syncState, 'Synced');
    assert.equal(await owed(id), 0);
  });
});
