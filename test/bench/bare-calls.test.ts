import assert from 'node:assert/strict';
import { BareCaller, callsPerOrder, recordCalls } from '../../bench/vendors/bare-calls';
import { CHAIN_SEED } from '../../bench/vendors/vendor-process';
import { ORDER_KINDS, TENANT_UID, WebShop } from '../../bench/vendors/web-shop';
import { Stops } from '../../bench/rig/stops';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';

type Json = Record<string, unknown>;

describe('the bare calls that the order sync is measured against', function () {
  this.timeout(30_000);

  it('are those of the real sync and leave the same order in Flow', async () => {
    const stops = new Stops();
    try {
      const chain = buildChain({ seed: CHAIN_SEED });
      const omnium = await startOmniumSandbox({ chain, seed: CHAIN_SEED });
      stops.add(() => omnium.stop());
      const flow = await startFlowSandbox({ chain, seed: CHAIN_SEED });
      stops.add(() => flow.stop());
      const vendors = { omniumUrl: omnium.url, flowUrl: flow.url };
      const shop = new WebShop(vendors);
      const scripts = await recordCalls(stops, vendors, shop);
      assert.ok(callsPerOrder(scripts) >= 5, 'an order takes several calls');

      const caller = new BareCaller(vendors, scripts);
      stops.add(() => caller.close());
      for (const kind of ORDER_KINDS) {
        const [order] = await shop.place(1, kind);
        assert.ok(order);
        await caller.makeCalls(order);
        const bare = await essentials(flow.url, order.orderNumber);
        assert.equal(bare.orderState, kind === 'Online' ? 'CONFIRMED' : 'PARKED');
        assert.deepEqual(bare, await essentials(flow.url, String(scripts[kind].names[0])), kind);
        await assert.rejects(caller.makeCalls(order), /instead of/, 'calls that do other work are noticed');
      }
    } finally {
      await stops.stopAll();
    }
  });
});

/** What has to be equal in two orders of one kind. */
async function essentials(flowUrl: string, orderUid: string): Promise<Json> {
  const response = await fetch(`${flowUrl}/v2/tenants/${TENANT_UID}/orders/${orderUid}`, {
    headers: { authorization: `Bearer sandbox-token-${TENANT_UID}` },
  });
  const order = (await response.json()) as Json;
  const items = (order.items as Json[]).map((item) => [
    item.sku,
    item.quantity,
    item.totalPrice,
    item.quantityReserved,
  ]);
  const { orderState, settleState, orderTotals } = order;
  return { orderState, settleState, orderTotals, items, settlements: (order.settlements as Json[]).length };
}
