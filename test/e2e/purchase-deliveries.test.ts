import assert from 'node:assert/strict';
import type { ConnectorProperties, IntegrationConfig } from '../../src/config/types';
import { Buyer, itemsOf, uidOf } from '../support/buyer';
import { Integration, type Json } from '../support/integration';

/** The same configuration with other properties of the connector in every market. */
function withProperties(config: IntegrationConfig, properties: Partial<ConnectorProperties>): IntegrationConfig {
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    markets: tenant.markets.map((market) => ({ ...market, properties: { ...market.properties, ...properties } })),
  }));
  return { ...config, tenants };
}

describe('purchase orders, delivery by delivery (ExportDeliveryAsPo)', function () {
  this.timeout(60_000);
  let integration: Integration;
  let buyer: Buyer;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) =>
      withProperties(config, { ExportDeliveryAsPo: true, SendPackageProductOnPurchaseOrder: true }),
    );
    buyer = new Buyer(integration);
  });

  after(async () => {
    await integration.stop();
  });

  const lines = (): Json[] => [buyer.line('L1'), buyer.line('L2', { code: buyer.sku(1) })];
  const shape = async (id: string): Promise<unknown[]> =>
    (await buyer.inFlow(id)).map((order) => [
      ...[order.purchaseOrderUid, order.status],
      itemsOf(order).map(({ externalId, quantityOrdered }) => [externalId, quantityOrdered]),
    ]);
  const uidIn = (id: string, deliveryId: string): string => `${uidOf(id)}-delivery-${uidOf(deliveryId)}`;

  /** A purchase order with two deliveries of one line each. */
  async function twoDeliveries(): Promise<{ readonly id: string; readonly first: string; readonly second: string }> {
    const id = await buyer.order(lines());
    const first = await buyer.deliver(id, [{ lineItemId: 'L1' }]);
    const second = await buyer.deliver(id, [{ lineItemId: 'L2' }]);
    await buyer.settledAfter(second, id);
    return { id, first, second };
  }

  it('wait until there is a delivery, and are its lines then', async () => {
    const id = await buyer.order(lines());
    const { syncState, outcome } = await buyer.settled(id);
    assert.deepEqual([syncState, outcome?.reason], ['Ignored', '2 lines are in no delivery yet']);
    const deliveryId = await buyer.deliver(id, [{ lineItemId: 'L1', quantity: 4 }]);
    const after = await buyer.settledAfter(deliveryId, id);
    assert.equal(after.outcome?.action, 'created');
    assert.deepEqual(await shape(id), [[uidIn(id, deliveryId), 'SENT_TO_SUPPLIER', [['L1', 400]]]]);
    const rest = (await buyer.linesInOmnium(id)).find(({ code, deliveryId: of }) => code === buyer.sku() && !of);
    const second = await buyer.deliver(id, [{ lineItemId: rest?.lineItemId }, { lineItemId: 'L2' }]);
    await buyer.settledAfter(second, id);
    const orders = await buyer.inFlow(id);
    assert.deepEqual(
      orders.map(({ purchaseOrderUid }) => purchaseOrderUid),
      [uidIn(id, deliveryId), uidIn(id, second)].sort(),
    );
  });

  it('stay on their way whatever Omnium receives, and as the shop has received them', async () => {
    const { id, first, second } = await twoDeliveries();
    await buyer.receiveInOmnium(first, 'L1', 10);
    await buyer.settledAfter(first, id);
    const inFlow = await buyer.inFlow(id);
    const ofFirst = inFlow.find(({ purchaseOrderUid }) => purchaseOrderUid === uidIn(id, first)) ?? {};
    assert.deepEqual([ofFirst.status, itemsOf(ofFirst)[0]?.quantityReceived], ['SENT_TO_SUPPLIER', 1_000]);
    const ofSecond = inFlow.find(({ purchaseOrderUid }) => purchaseOrderUid === uidIn(id, second)) ?? {};
    await buyer.receiveInShop(ofSecond, [{ sku: buyer.sku(1), quantity: 300 }]);
    await buyer.resync(id);
    assert.equal((await buyer.settled(id)).outcome?.linesInFlight, 1);
    const again = (await buyer.inFlow(id)).find(({ purchaseOrderUid }) => purchaseOrderUid === uidIn(id, second)) ?? {};
    assert.deepEqual([again.status, itemsOf(again)[0]?.quantityReceived], ['PARTIALLY_RECEIVED', 300]);
  });

  it('are deleted with their delivery, or closed where goods came in', async () => {
    const { id, first, second } = await twoDeliveries();
    const [received] = (await buyer.inFlow(id)).filter(
      ({ purchaseOrderUid }) => purchaseOrderUid === uidIn(id, second),
    );
    await buyer.receiveInShop(received ?? {}, [{ sku: buyer.sku(1), quantity: 300 }]);
    for (const deliveryId of [first, second]) {
      await integration.omnium('PATCH', `/api/Deliveries/${deliveryId}`, {
        ...{ deliveryStatus: 'Cancelled', isAutoDeliveryStatusDisabled: true },
      });
      await buyer.settledAfter(deliveryId, id);
    }
    assert.deepEqual(await shape(id), [[uidIn(id, second), 'CLOSED', [['L2', 1_000]]]]);
  });

  it('are taken back when the whole order is cancelled', async () => {
    const { id } = await twoDeliveries();
    await buyer.setStatus(id, 'OrderCanceled');
    assert.equal((await buyer.settled(id)).outcome?.action, 'removed');
    assert.deepEqual(await shape(id), []);
  });

  it('are told by the delivery alone, once for each purchase order', async () => {
    const { id, first } = await twoDeliveries();
    await integration.clearRequests();
    const eta = '2027-01-05T09:00:00Z';
    await integration.omnium('PATCH', `/api/Deliveries/${first}`, { estimatedTimeOfArrival: eta });
    await buyer.settledAfter(first, id);
    const uid = uidIn(id, first);
    const [item] = itemsOf((await buyer.inFlow(id)).find((order) => order.purchaseOrderUid === uid) ?? {});
    assert.equal(item?.expectedDeliveryDate, '2027-01-05');
    assert.equal((await buyer.writes()).length, 1);
  });

  it('are a package’s own line where packages are sent', async () => {
    const product = integration.chain.products.find(({ kind }) => kind === 'package');
    const component = product?.components?.[0];
    assert.ok(product && component);
    const id = await buyer.order([
      buyer.line('P', { code: product.skus[0]?.sku, isPackage: true, placedPriceExclTax: 0 }),
      buyer.line('C', { code: component.sku, packageLineItemId: 'P' }),
    ]);
    const deliveryId = await buyer.deliver(id, [{ lineItemId: 'P' }, { lineItemId: 'C' }]);
    await buyer.settledAfter(deliveryId, id);
    assert.deepEqual(
      itemsOf(await buyer.oneInFlow(id)).map(({ externalId, unitPrice }) => [externalId, unitPrice]),
      [['P', 10_000]],
    );
  });

  it('follow a switch of the setting, and leave what goods came in on', async () => {
    const [untouched, received] = [await twoDeliveries(), await twoDeliveries()];
    const [order] = (await buyer.inFlow(received.id)).filter(
      ({ purchaseOrderUid }) => purchaseOrderUid === uidIn(received.id, received.first),
    );
    await buyer.receiveInShop(order ?? {}, [{ sku: buyer.sku(), quantity: 300 }]);
    await integration.stopWorker();
    await integration.startWorker(withProperties(integration.config, { ExportDeliveryAsPo: false }));
    for (const { id } of [untouched, received]) await buyer.resync(id);
    assert.equal((await buyer.settled(untouched.id)).outcome?.action, 'created');
    const whole = [
      ['L1', 1_000],
      ['L2', 1_000],
    ];
    assert.deepEqual(await shape(untouched.id), [[uidOf(untouched.id), 'SENT_TO_SUPPLIER', whole]]);
    const { outcome, syncState } = await buyer.settled(received.id);
    const left = uidIn(received.id, received.first);
    assert.deepEqual(
      [syncState, outcome?.differences],
      [
        'Differs',
        [`${left}: made before ExportDeliveryAsPo was switched; goods came in on it, so it was left as it is`],
      ],
    );
    assert.deepEqual(
      (await shape(received.id)).map((one) => (one as unknown[])[0]),
      [uidOf(received.id), left],
    );
    await integration.stopWorker();
    await integration.startWorker();
    await buyer.resync(untouched.id);
    await buyer.settled(untouched.id);
    assert.deepEqual(
      (await buyer.inFlow(untouched.id)).map(({ purchaseOrderUid }) => purchaseOrderUid),
      [uidIn(untouched.id, untouched.first), uidIn(untouched.id, untouched.second)].sort(),
    );
  });

  it('say so when Omnium does not know the delivery', async () => {
    await integration.post({
      ...{ id: `event-${Date.now()}`, className: 'Delivery', objectId: 'D-nobody', category: 'Updated', market: 'NOR' },
      userId: 'somebody',
    });
    const handle = buyer.handle({ tenantUid: integration.tenantUid, deliveryId: 'D-nobody' });
    const result = (await handle.result()) as { readonly outcome: Json };
    assert.deepEqual([result.outcome.action, result.outcome.reason], ['skipped', 'it is not in Omnium']);
  });
});
