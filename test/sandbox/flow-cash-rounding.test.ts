import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, S, skuNumber, startFlowRig, T } from './flow-rig';

const CASH = [{ settlementCode: 'CASH' }];

describe("the Flow sandbox's cash rounding", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  const storeOf = (marketId: string): string => {
    const store = rig.chain.stores.find((candidate) => candidate.marketId === marketId);
    assert.ok(store, marketId);
    return store.storeId.replace(/\W/g, '');
  };
  /** Total, rounding and what was paid. */
  const money = (order: unknown): unknown[] =>
    ['totalAmount', 'cashRounding', 'totalSettled'].map((name) => at(order, `orderTotals.${name}`));
  const sell = async (
    itemPrice: number,
    payments: object[] = CASH,
    path = `/flow_no/stores/oslocity`,
  ): Promise<unknown> => {
    const lines = [{ sku: skuNumber(rig, 0), quantity: 100, itemPrice }];
    const { status, body } = await rig.sim(`${path}/sales`, { lines, payments });
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(at(body, 'orderState'), 'COMPLETE');
    return body;
  };

  for (const [marketId, tenantUid, coin, cases] of [
    ['NOR', 'flow_no', 100, { 10_049: 10_000, 10_050: 10_100, 10_100: 10_100, 49: 0 }],
    ['SWE', 'flow_se', 100, { 9_990: 10_000, 9_949: 9_900 }],
    ['DNK', 'flow_dk', 50, { 9_924: 9_900, 9_925: 9_950, 9_975: 10_000 }],
    ['FIN', 'flow_fi', 5, { 9_992: 9_990, 9_993: 9_995, 9_995: 9_995 }],
  ] as const) {
    it(`is to ${coin} cents in ${marketId}, sold and returned`, async () => {
      const path = `/${tenantUid}/stores/${storeOf(marketId)}`;
      const headers = { authorization: `Bearer sandbox-token-${tenantUid}` };
      const tenant = await rig.call(`GET /tenants/${tenantUid}`, undefined, headers);
      assert.equal(at(tenant.body, 'currency.cashRounding'), coin);
      for (const [price, paid] of Object.entries(cases)) {
        const total = Number(price);
        const sale = await sell(total, CASH, path);
        assert.deepEqual(money(sale), [total, paid - total, paid]);
        assert.equal(at(sale, 'settlementTotals.totalRemaining'), 0);
        const lines = [{ sku: skuNumber(rig, 0), quantity: 100 }];
        const body = { originalOrderUid: at(sale, 'orderUid'), lines, payments: CASH };
        const back = (await rig.sim(`${path}/returns`, body)).body;
        assert.deepEqual(money(back), [-total, 0 - (paid - total), 0 - paid]);
      }
    });
  }

  it('leaves cards alone', async () => {
    assert.deepEqual(money(await sell(10_049, [{ settlementCode: 'CARD' }])), [10_049, 0, 10_049]);
  });

  it('takes an amount in cash as it is owed or as it is paid, beside a card', async () => {
    for (const amount of [13_930, 13_900]) {
      const payments = [
        { settlementCode: 'CARD', amount: 30_000 },
        { settlementCode: 'CASH', amount },
      ];
      const sale = await sell(43_930, payments);
      assert.deepEqual(money(sale), [43_930, -30, 43_900]);
    }
    const cashFirst = await sell(43_930, [{ settlementCode: 'CASH', amount: 13_930 }, { settlementCode: 'CARD' }]);
    assert.deepEqual(money(cashFirst), [43_930, -30, 43_900]);
    const lines = [{ sku: skuNumber(rig, 0), quantity: 100, itemPrice: 43_930 }];
    const short = await rig.till('/sales', { lines, payments: [{ settlementCode: 'CASH', amount: 43_800 }] });
    assert.deepEqual(fieldsOf(short), ['payments']);
  });

  it('is on the receipt, and no part of what the goods cost', async () => {
    const sale = await sell(10_060);
    const { body } = await rig.call(`POST ${T}/receipts/search`, { orderNumber: String(at(sale, 'orderNumber')) });
    assert.deepEqual(
      ['grandTotal', 'cashRounding', 'totalSettlement', 'settlements[0].amount', 'items[0].totalPrice'].map((field) =>
        at(body, `items[0].${field}`),
      ),
      [10_060, 40, 10_100, 10_100, 10_060],
    );
  });

  it('comes with the last payment only: a deposit in coins is what is paid of the whole', async () => {
    const lines = [{ sku: skuNumber(rig, 0), quantity: 100, itemPrice: 10_030 }];
    const parked = await rig.till('/parked-orders', { lines, orderUid: 'in-coins' });
    assert.equal(parked.status, 201);
    const deposit = await rig.till('/orders/in-coins/pay', { payments: [{ settlementCode: 'CASH', amount: 3_340 }] });
    assert.deepEqual(money(deposit.body), [10_030, 0, 3_300]);
    const rest = await rig.till('/orders/in-coins/hand-over');
    assert.deepEqual(money(rest.body), [10_030, -30, 10_000]);
    assert.equal(at(rest.body, 'orderState'), 'COMPLETE');
  });

  it('is none where money is told through the API', async () => {
    const items = [{ sku: skuNumber(rig, 1), quantity: 100, itemPrice: 10_030 }];
    await rig.call(`POST ${S}/orders`, { orderUid: 'api', type: 'ORDER', items });
    const payment = { amount: 10_030, storePaymentMethodUid: 'oslocity_cash' };
    assert.equal((await rig.call(`POST ${S}/orders/api/settlements`, payment)).status, 200);
    assert.deepEqual(money((await rig.call(`GET ${T}/orders/api`)).body), [10_030, 0, 10_030]);
  });
});
