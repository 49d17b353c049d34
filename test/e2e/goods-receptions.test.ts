import assert from 'node:assert/strict';
import type { IntegrationConfig } from '../../src/config/types';
import { deliveryIdOf, FLOW_MASTER, GoodsDesk, OMNIUM_MASTER } from '../support/goods-desk';
import { Integration, type Json } from '../support/integration';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';

const REFUSED = 'Omnium is the stock master of oslocity: no levels are sent there';

describe('goods receptions, Flow → Omnium', function () {
  this.timeout(90_000);
  let integration: Integration;
  let desk: GoodsDesk;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    desk = new GoodsDesk(integration);
  });

  after(async () => {
    await integration.stop();
  });

  /** Splits a part off a line in Omnium, into a delivery of its own where one is named. */
  async function split(
    purchaseOrderId: string,
    part: { readonly lineItemId: string; readonly newLineItemId: string; readonly quantityToSplit: number },
  ): Promise<void> {
    await integration.omnium('POST', `/api/PurchaseOrders/${purchaseOrderId}/OrderLines/Split`, [part]);
  }

  describe('on a purchase order that Omnium knows', () => {
    it('confirms what was received in full, at once, with one write', async () => {
      const [ski, boot] = desk.articles(2);
      assert.ok(ski && boot);
      const before = await desk.inOmnium('oslo-city', ski);
      const order = await desk.buy(OMNIUM_MASTER, [
        { sku: ski, quantity: 10, delivery: 1 },
        { sku: boot, quantity: 2.5, delivery: 1 },
      ]);
      await integration.clearRequests();
      const { outcome, syncState } = await desk.over(await desk.unpack(OMNIUM_MASTER, { order }));
      assert.equal(syncState, 'Synced');
      const { purchaseOrderId } = order;
      const deliveryId = deliveryIdOf(purchaseOrderId, 1);
      assert.deepEqual(
        [outcome.action, outcome.deliveries],
        ['confirmed', [{ purchaseOrderId, deliveryId, lines: 2, quantityHundredths: 1_250 }]],
      );
      assert.deepEqual(await desk.writes(), ['POST ProcessGoodsReception']);
      assert.deepEqual(await desk.delivered(order), { 'line-1': 10, 'line-2': 2.5 });
      assert.equal(await desk.inOmnium('oslo-city', ski), before + 10);
    });

    it('confirms part receipts one by one, and nothing when it looks again', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 10, delivery: 1 }]);
      const first = await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 300 }] });
      const second = await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 450 }] });
      // The later one is told first.
      await desk.look(OMNIUM_MASTER, second);
      assert.equal((await desk.over(second)).outcome.deliveries?.[0]?.quantityHundredths, 450);
      await desk.look(OMNIUM_MASTER, first);
      assert.equal((await desk.over(first)).outcome.deliveries?.[0]?.quantityHundredths, 300);
      assert.deepEqual(await desk.delivered(order), { 'line-1': 7.5 });
      await integration.clearRequests();
      await desk.look(OMNIUM_MASTER, first);
      const again = await desk.over(first);
      assert.deepEqual([again.syncState, again.outcome.action], ['Synced', 'unchanged']);
      assert.deepEqual(await desk.writes(), []);
    });

    it('sends an over-receipt as received and leaves it for a person to see', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 4, delivery: 1 }]);
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 600 }] });
      const { outcome, syncState } = await desk.over(receivementUid);
      assert.deepEqual([syncState, outcome.differences], ['Differs', [`${ski}: 2 more were received than ordered`]]);
      assert.deepEqual(await desk.delivered(order), { 'line-1': 6 });
    });

    it('adds up pieces with serial numbers', async () => {
      const tent = desk.articleWithSerialNumbers();
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: tent, quantity: 5, delivery: 1 }]);
      const lines = ['a', 'b', 'c'].map((serialnumber) => ({ sku: tent, quantity: 100, serialnumber }));
      const outcome = await desk.receive(OMNIUM_MASTER, { order, lines });
      assert.deepEqual(
        outcome.deliveries?.map((each) => [each.lines, each.quantityHundredths]),
        [[1, 300]],
      );
    });

    it('receives into the warehouse where the goods came in, each line of one article in its own', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const back = 'oslo-city-back';
      const before = [await desk.inOmnium('oslo-city', ski), await desk.inOmnium(back, ski)] as const;
      const order = await desk.buy(OMNIUM_MASTER, [
        { sku: ski, quantity: 3, delivery: 1 },
        { sku: ski, quantity: 2, delivery: 2, warehouseCode: back },
      ]);
      await desk.receive(OMNIUM_MASTER, { order, warehouseUid: 'oslocityback' });
      assert.deepEqual(await desk.delivered(order), { 'line-1': 0, 'line-2': 2 });
      await desk.receive(OMNIUM_MASTER, { order, warehouseUid: 'oslocity' });
      assert.deepEqual(await desk.delivered(order), { 'line-1': 3, 'line-2': 2 });
      const after = [await desk.inOmnium('oslo-city', ski), await desk.inOmnium(back, ski)];
      assert.deepEqual(after, [before[0] + 3, before[1] + 2]);
    });

    it('goes to what was split off in Omnium meanwhile, each part in its delivery', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 10, delivery: 1 }]);
      const { purchaseOrderId } = order;
      await integration.control('omnium', 'POST /locks', { purchaseOrderId, seconds: 600 });
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { order });
      await desk.waiting(receivementUid);
      await integration.control('omnium', `DELETE /locks/${purchaseOrderId}`);
      await split(purchaseOrderId, { lineItemId: 'line-1', newLineItemId: 'split-off', quantityToSplit: 4 });
      const path = `/api/Deliveries/CreateDelivery/${purchaseOrderId}?newDeliveryId=${deliveryIdOf(purchaseOrderId, 2)}`;
      await integration.omnium('POST', path, [{ lineItemId: 'split-off', quantity: 4 }]);
      const { deliveries } = await desk.healed(receivementUid);
      assert.deepEqual(
        deliveries?.map(({ deliveryId, quantityHundredths }) => [deliveryId, quantityHundredths]),
        [
          [deliveryIdOf(purchaseOrderId, 1), 600],
          [deliveryIdOf(purchaseOrderId, 2), 400],
        ],
      );
      assert.deepEqual(await desk.delivered(order), { 'line-1': 6, 'split-off': 4 });
    });

    it('makes a delivery for lines that are in none, once, also when its answer is lost', async () => {
      const [ski, boot] = desk.articles(2);
      assert.ok(ski && boot);
      const order = await desk.buy(OMNIUM_MASTER, [
        { sku: ski, quantity: 10 },
        { sku: boot, quantity: 4 },
      ]);
      await integration.fault('omnium', { kind: 'lost-answer', method: 'POST', path: 'CreateDelivery', times: 1 });
      const lines = [{ sku: ski, quantity: 300 }];
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { order, lines });
      await desk.look(OMNIUM_MASTER, receivementUid);
      const outcome = await desk.healed(receivementUid);
      assert.deepEqual(
        outcome.deliveries?.map(({ deliveryId }) => deliveryId),
        [`flow-${receivementUid}`],
      );
      const inOmnium = await desk.linesInOmnium(order.purchaseOrderId);
      assert.deepEqual(
        inOmnium.map(({ lineItemId, quantity, deliveredQuantity, deliveryId }) => [
          ...[lineItemId, quantity, deliveredQuantity],
          deliveryId ?? 'none',
        ]),
        [
          ['line-1', 10, 3, `flow-${receivementUid}`],
          ['line-2', 4, 0, 'none'],
        ],
      );
    });

    it('waits while the purchase order is locked, says so, and goes on', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 2, delivery: 1 }]);
      const { purchaseOrderId } = order;
      await integration.control('omnium', 'POST /locks', { purchaseOrderId, seconds: 600 });
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { order });
      const failure = await desk.waiting(receivementUid);
      assert.equal(failure.failureType, 'OmniumConflict');
      await integration.control('omnium', `DELETE /locks/${purchaseOrderId}`);
      assert.equal((await desk.healed(receivementUid)).action, 'confirmed');
      assert.deepEqual(await desk.delivered(order), { 'line-1': 2 });
    });

    for (const kind of ['reset', 'lost-answer'] as const) {
      it(`counts goods once when the confirmation is cut off (${kind}) and the line is split before the next attempt`, async () => {
        const [ski] = desk.articles(1);
        assert.ok(ski);
        const before = await desk.inOmnium('oslo-city', ski);
        const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 12, delivery: 1 }]);
        const { purchaseOrderId } = order;
        await integration.fault('omnium', { kind, method: 'POST', path: 'ProcessGoodsReception', times: 1 });
        const receivementUid = await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 800 }] });
        await desk.look(OMNIUM_MASTER, receivementUid);
        assert.equal((await desk.waiting(receivementUid)).failureType, 'OmniumUnavailable');
        const open = kind === 'reset' ? 12 : 4;
        const part = { lineItemId: 'line-1', newLineItemId: 'split-off', quantityToSplit: open - 1 };
        await split(purchaseOrderId, part);
        await desk.healed(receivementUid);
        const delivered = Object.values(await desk.delivered(order)).reduce((sum, each) => sum + each, 0);
        assert.equal(delivered, 8);
        assert.equal(await desk.inOmnium('oslo-city', ski), before + 8);
      });
    }

    it('sends nothing for goods that a person has confirmed in Omnium already', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 5, delivery: 1 }]);
      const { purchaseOrderId } = order;
      const path = `/api/Deliveries/${deliveryIdOf(purchaseOrderId, 1)}/ProcessGoodsReception`;
      const byHand = { lineItemId: 'line-1', deliveredQuantity: 5, warehouseCode: 'oslo-city' };
      await integration.omnium('POST', path, [byHand]);
      await integration.clearRequests();
      const outcome = await desk.receive(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 500 }] });
      assert.deepEqual([outcome.action, outcome.differences], ['unchanged', undefined]);
      assert.deepEqual(await desk.writes(), []);
    });

    it('cannot tell Omnium of goods that were taken back, and says so', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 5, delivery: 1 }]);
      await desk.receive(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 300 }] });
      const outcome = await desk.receive(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: -100 }] });
      assert.equal(outcome.action, 'unchanged');
      assert.match(outcome.differences?.[0] ?? '', /1 were taken back/);
      assert.deepEqual(await desk.delivered(order), { 'line-1': 3 });
    });

    it('tells every receivement when only the purchase order is named', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 5, delivery: 1 }]);
      const receivements = [
        await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 100 }] }),
        await desk.unpack(OMNIUM_MASTER, { order, lines: [{ sku: ski, quantity: 200 }] }),
      ];
      const { purchaseOrderUid } = order;
      const named = (uid: string): Json => ({ Id: 1, Uid: uid });
      await integration.post(
        {
          action: 'PURCHASE_RECEIVED',
          ...{ tenant: named(integration.tenantUid), store: named('oslocity') },
          ...{ purchaseOrder: named(purchaseOrderUid), tenantUser: named('clerk') },
        },
        'flow',
      );
      const forwarded = await desk.over(purchaseOrderUid);
      assert.deepEqual([forwarded.outcome.action, forwarded.outcome.receivements], ['forwarded', 2]);
      for (const receivementUid of receivements) {
        assert.equal((await desk.over(receivementUid)).outcome.action, 'confirmed');
      }
      assert.deepEqual(await desk.delivered(order), { 'line-1': 3 });
    });
  });

  describe('where Flow is the stock master', () => {
    it('confirms once and leaves both systems with the same stock', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(FLOW_MASTER, [{ sku: ski, quantity: 6, delivery: 1 }]);
      const before = await desk.inFlow(FLOW_MASTER, ski);
      const outcome = await desk.receive(FLOW_MASTER, { order, lines: [{ sku: ski, quantity: 400 }] });
      assert.deepEqual([outcome.action, outcome.levels], ['confirmed', undefined]);
      assert.equal(await desk.sameInBoth(FLOW_MASTER, ski), before + 4);
      assert.deepEqual(await desk.delivered(order), { 'line-1': 4 });
    });

    it('sends the levels of goods that came without a purchase order', async () => {
      const [ski, boot] = desk.articles(2);
      assert.ok(ski && boot);
      const before = await desk.inFlow(FLOW_MASTER, ski);
      const lines = [
        { sku: ski, quantity: 250 },
        { sku: boot, quantity: 100 },
      ];
      await desk.receive(FLOW_MASTER, { lines });
      assert.equal(await desk.sameInBoth(FLOW_MASTER, ski), before + 2.5);
      await desk.sameInBoth(FLOW_MASTER, boot);
    });

    it('sends levels of what is on no line of the order, and confirms the rest', async () => {
      const [ski, wax] = desk.articles(2);
      assert.ok(ski && wax);
      const order = await desk.buy(FLOW_MASTER, [{ sku: ski, quantity: 6, delivery: 1 }]);
      const before = [await desk.inFlow(FLOW_MASTER, ski), await desk.inFlow(FLOW_MASTER, wax)] as const;
      const lines = [
        { sku: ski, quantity: 600 },
        { sku: wax, quantity: 300 },
      ];
      const outcome = await desk.receive(FLOW_MASTER, { order, lines });
      assert.deepEqual(
        outcome.deliveries?.map(({ quantityHundredths }) => quantityHundredths),
        [600],
      );
      assert.equal(await desk.sameInBoth(FLOW_MASTER, ski), before[0] + 6);
      assert.equal(await desk.sameInBoth(FLOW_MASTER, wax), before[1] + 3);
    });

    it('confirms a package on its line, and tells what its goods have made of the shelves', async () => {
      const set = integration.chain.products.find(({ kind }) => kind === 'package');
      const sku = set?.skus[0]?.sku;
      assert.ok(sku && set.components?.length);
      const order = await desk.buy(FLOW_MASTER, [{ sku, quantity: 3, delivery: 1 }]);
      const outcome = await desk.receive(FLOW_MASTER, { order, lines: [{ sku, quantity: 200 }] });
      assert.equal(outcome.action, 'confirmed');
      assert.deepEqual(await desk.delivered(order), { 'line-1': 2 });
      for (const component of set.components) await desk.sameInBoth(FLOW_MASTER, component.sku);
    });

    it('sends levels once the purchase order was deleted in Omnium', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(FLOW_MASTER, [{ sku: ski, quantity: 6, delivery: 1 }]);
      await integration.control('omnium', 'POST /locks', { purchaseOrderId: order.purchaseOrderId, seconds: 600 });
      const receivementUid = await desk.unpack(FLOW_MASTER, { order, lines: [{ sku: ski, quantity: 200 }] });
      await desk.look(FLOW_MASTER, receivementUid);
      await desk.waiting(receivementUid);
      await integration.control('omnium', `DELETE /locks/${order.purchaseOrderId}`);
      await integration.omnium('DELETE', `/api/PurchaseOrders/${order.purchaseOrderId}`);
      const outcome = await desk.healed(receivementUid);
      assert.equal(outcome.deliveries, undefined);
      await desk.sameInBoth(FLOW_MASTER, ski);
    });
  });

  describe('where Omnium is the stock master', () => {
    it('refuses the levels of a local receipt, and shows it', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const before = await desk.inOmnium('oslo-city', ski);
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { lines: [{ sku: ski, quantity: 200 }] });
      await desk.look(OMNIUM_MASTER, receivementUid);
      const { outcome, syncState } = await desk.over(receivementUid);
      assert.deepEqual([syncState, outcome.action, outcome.reason], ['Differs', 'skipped', REFUSED]);
      assert.deepEqual(outcome.differences, [REFUSED]);
      assert.equal(await desk.inOmnium('oslo-city', ski), before);
    });

    it('refuses confirmations, too, when the setting says so', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const order = await desk.buy(OMNIUM_MASTER, [{ sku: ski, quantity: 2, delivery: 1 }]);
      await integration.stopWorker();
      await integration.startWorker(refusing(integration.config));
      try {
        const receivementUid = await desk.unpack(OMNIUM_MASTER, { order });
        const { outcome, syncState } = await desk.over(receivementUid);
        assert.deepEqual([syncState, outcome.action], ['Differs', 'skipped']);
        assert.match(outcome.reason ?? '', /goods\.receptionsWhereOmniumIsMaster/);
        assert.deepEqual(await desk.delivered(order), { 'line-1': 0 });
      } finally {
        await integration.stopWorker();
        await integration.startWorker();
      }
    });
  });

  describe('what stands in the way', () => {
    it('waits for a receivement that Flow does not know', async () => {
      await desk.look(OMNIUM_MASTER, 'rcv-unknown');
      const failure = await desk.waiting('rcv-unknown');
      assert.equal(failure.failureType, 'FlowReceivementNotFound');
      await desk.handle('rcv-unknown').executeUpdate('giveUp', { args: [{ reason: 'a test' }] });
    });

    it('names a warehouse that Omnium does not have, and goes on when somebody has made it', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const warehouse = { warehouseUid: 'cellar', name: 'Cellar' };
      const made = await integration.flow('POST', '/stores/bergensentrum/warehouses', warehouse);
      assert.ok(made.status < 300, JSON.stringify(made.body));
      await integration.stopWorker();
      await integration.startWorker();
      const lines = [{ sku: ski, quantity: 100 }];
      const receivementUid = await desk.unpack(FLOW_MASTER, { warehouseUid: 'cellar', lines });
      await desk.look(FLOW_MASTER, receivementUid);
      const failure = await desk.waiting(receivementUid);
      assert.equal(failure.failureType, 'WarehouseUnknown');
      assert.match(failure.message, /Omnium has no warehouse for Flow's cellar/);
      await desk.handle(receivementUid).executeUpdate('giveUp', { args: [{ reason: 'a test' }] });
    });
  });

  describe('npm run ops -- goods resend', () => {
    it('refuses a receivement that nobody has', async () => {
      const run = await opsOn(integration, 'goods', 'resend', 'nobodys', '--store', 'oslocity');
      assert.equal(run.exitCode, 1);
      assert.match(run.error, /Flow's store oslocity has no receivement nobodys/);
      const mistyped = await opsOn(integration, 'goods', 'resend', 'a b', '--store', 'oslocity');
      assert.equal(mistyped.exitCode, 2);
    });

    it('records the goods with the engine’s own workflow', async () => {
      const [ski] = desk.articles(1);
      assert.ok(ski);
      const receivementUid = await desk.unpack(OMNIUM_MASTER, { lines: [{ sku: ski, quantity: 100 }] });
      const run = await opsOn(integration, 'goods', 'resend', receivementUid, '--store', 'oslocity', '--json');
      assert.equal(run.exitCode, 0);
      const resent = run.json.goodsReception as Json;
      assert.equal(resent.workflowId, `goods-reception:${integration.tenantUid}:${receivementUid}`);
      // The command speaks to production's task queue, which no worker of a test serves.
      const description = await until(async () => desk.handle(receivementUid).describe());
      assert.equal(description.taskQueue, 'receivement-sync');
      await desk.handle(receivementUid).terminate('the test is over');
    });
  });
});

/** The configuration with goods receptions refused where Omnium is the master. */
function refusing(config: IntegrationConfig): IntegrationConfig {
  return {
    ...config,
    tenants: config.tenants.map((tenant) => ({
      ...tenant,
      goods: { ...tenant.goods, receptionsWhereOmniumIsMaster: 'refuse' },
    })),
  };
}
