import assert from 'node:assert/strict';
import type { SyncResult } from '../../src/contracts/entity-sync';
import type { OrderOutcome } from '../../src/contracts/kinds/order';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

type Line = Json & { lineItemId: string; quantity: number };
const form = (order: Json): Json => order.orderForm as Json;
const lines = (order: Json): Line[] => form(order).lineItems as Line[];
const payments = (order: Json): Json[] => (form(order).payments ?? []) as Json[];
const returns = (order: Json): Json[] => (order.returnOrderForms ?? []) as Json[];

describe('orders born at a till', function () {
  this.timeout(60_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });

  after(async () => {
    await integration.stop();
  });

  async function inOmnium(orderUid: unknown): Promise<Json> {
    const order = await integration.orderInOmnium(String(orderUid));
    assert.ok(order, 'the order is in Omnium');
    return order;
  }

  const inOmniumWhen = (orderId: string, isReached: (order: Json) => boolean): Promise<Json> =>
    integration.orderInOmniumWhen(orderId, isReached);

  async function sold(sale: Json): Promise<SyncResult<OrderOutcome>> {
    const result = await integration.settled(String(sale.orderUid));
    assert.equal(result.syncState, 'Synced', JSON.stringify(result.outcome));
    return result;
  }

  it('makes a sale an order in Omnium, to the cent, once', async () => {
    const sale = await tills
      .sell(
        [
          { sku: shop.sku(0), quantity: 200, itemPrice: 19_990, itemDiscountAmount: 1_000 },
          { sku: shop.sku(1), quantity: 100, itemPrice: 4_950 },
        ],
        {
          payments: [
            { settlementCode: 'CARD', amount: 30_000 },
            { settlementCode: 'CASH', amount: 13_900 },
          ],
        },
      )
      .catch(async () => tills.sell([{ sku: shop.sku(0), itemPrice: 19_990 }]));
    const { outcome } = await sold(sale);
    assert.equal(outcome?.action, 'created');
    assert.equal(outcome?.direction, 'outbound');
    const order = await inOmnium(sale.orderUid);
    assert.equal(order.orderType, 'Pos');
    assert.equal(order.status, 'Completed');
    assert.equal(order.marketId, 'NOR');
    assert.equal(order.storeId, 'oslo-city');
    const { totalAmount, cashRounding = 0 } = sale.orderTotals as { totalAmount: number; cashRounding?: number };
    assert.equal(form(order).total, (totalAmount + cashRounding) / 100);
    const properties = order.properties as { key: string; value: string }[];
    assert.equal(properties.find(({ key }) => key === 'flow.orderNumber')?.value, sale.orderNumber);
    assert.equal(
      payments(order).reduce((sum, { amount }) => sum + Number(amount), 0),
      (totalAmount + cashRounding) / 100,
    );
  });

  it('does nothing for our own write coming back, and at most looks at the rest', async () => {
    const sale = await tills.sell([{ sku: shop.sku(0) }]);
    await sold(sale);
    const orderUid = String(sale.orderUid);
    const runs = await integration.runsOf(orderUid);
    await integration.clearRequests();
    await integration.deliveriesDone();
    assert.equal(await integration.runsOf(orderUid), runs);
    const writes = (await integration.requests('omnium')).filter(({ method }) => method !== 'GET');
    assert.deepEqual(writes, []);
  });

  it('returns goods of a known sale through the returns API, with the refund paid at the till', async () => {
    const sale = await tills.sell([
      { sku: shop.sku(0), quantity: 300, itemPrice: 10_000, itemDiscountAmount: 1_000 },
      { sku: shop.sku(1), itemPrice: 5_000 },
    ]);
    await sold(sale);
    const first = await tills.takeBack([{ sku: shop.sku(0) }], { originalOrderUid: sale.orderUid });
    await inOmniumWhen(String(sale.orderUid), (each) => returns(each).length === 1);
    const second = await tills.takeBack([{ sku: shop.sku(0), quantity: 200 }, { sku: shop.sku(1) }], {
      originalOrderUid: sale.orderUid,
    });
    const order = await inOmniumWhen(String(sale.orderUid), (each) => returns(each).length === 2);
    const { outcome } = await integration.settled(String(sale.orderUid));
    assert.deepEqual(outcome?.differences ?? [], []);
    assert.deepEqual(
      returns(order).map(({ rmaNumber }) => rmaNumber),
      [first.orderUid, second.orderUid],
    );
    const credited = returns(order).reduce((sum, { total }) => sum + Number(total), 0);
    assert.equal(Math.round(credited * 100), 34_000);
    assert.equal(payments(order).length, 1, 'no refund is paid a second time');
    assert.equal(await integration.orderInOmnium(String(first.orderUid)), undefined);
  });

  it('registers an exchange as a return with a new order', async () => {
    const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 10_000 }]);
    await sold(sale);
    const exchange = await tills.exchange([{ sku: shop.sku(0) }], [{ sku: shop.sku(1), itemPrice: 15_000 }], {
      originalOrderUid: sale.orderUid,
    });
    const [back] = returns(await inOmniumWhen(String(sale.orderUid), (each) => returns(each).length > 0));
    assert.equal(back?.total, 100);
    const bought = await inOmnium(exchange.orderUid);
    assert.equal(form(bought).total, 150);
    assert.equal(bought.orderType, 'Pos');
  });

  it('sends a return whose sale nobody knows as an order with negative pieces', async () => {
    const back = await tills.takeBack([{ sku: shop.sku(2), itemPrice: 5_000 }]);
    await sold(back);
    const order = await inOmnium(back.orderUid);
    assert.equal(form(order).total, -50);
    assert.equal(payments(order)[0]?.transactionType, 'Credit');
  });

  it('returns goods in another store than they were sold in', async () => {
    const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 10_000 }]);
    await sold(sale);
    const other = new Tills(integration, otherStoreUid(integration));
    await other.takeBack([{ sku: shop.sku(0) }], { originalOrderUid: sale.orderUid });
    const [back] = returns(await inOmniumWhen(String(sale.orderUid), (each) => returns(each).length > 0));
    assert.ok(back);
    assert.notEqual(back.storeId, 'oslo-city');
  });

  it('completes a web order that was fetched, with what was paid in the shop', async () => {
    const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 2 }, { code: shop.sku(1) }] });
    await integration.settled(id);
    const uid = id.replace(/\W/g, '');
    await tills.onOrder(uid, 'hand-over');
    const order = await inOmniumWhen(id, ({ status }) => status === 'Completed');
    const result = await integration.settled(id);
    assert.equal(result.syncState, 'Synced', JSON.stringify(result.outcome));
    assert.deepEqual(
      lines(order).map(({ deliveredQuantity }) => deliveredQuantity),
      [2, 1],
    );
    assert.equal(
      payments(order).reduce((sum, { amount }) => sum + Number(amount), 0),
      300,
    );
    assert.equal(await integration.orderInOmnium(uid), undefined, 'it is never a second order');
  });

  it('keeps a part hand-over a part, and the rest completes it', async () => {
    const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 2 }, { code: shop.sku(1) }] });
    await integration.settled(id);
    const uid = id.replace(/\W/g, '');
    const inFlow = await integration.orderInFlow(id);
    const [first] = inFlow?.items as Json[];
    await tills.onOrder(uid, 'hand-over', { lines: [{ orderItemUid: first?.orderItemUid, quantity: 100 }] });
    await resync(id);
    const part = await inOmnium(id);
    assert.notEqual(part.status, 'Completed');
    assert.deepEqual(
      lines(part).map(({ deliveredQuantity }) => deliveredQuantity),
      [1, 0],
    );
    await tills.onOrder(uid, 'hand-over');
    const whole = await inOmniumWhen(id, ({ status }) => status === 'Completed');
    assert.deepEqual(
      lines(whole).map(({ deliveredQuantity }) => deliveredQuantity),
      [2, 1],
    );
  });

  it('cancels in Omnium what the shop cancelled', async () => {
    const id = await shop.place();
    await integration.settled(id);
    await tills.onOrder(id.replace(/\W/g, ''), 'cancel');
    const result = await resync(id);
    assert.equal(result.outcome?.action, 'cancelled');
    assert.equal(result.outcome?.direction, 'outbound');
    assert.equal((await inOmnium(id)).status, 'OrderCanceled');
    const again = await resync(id);
    assert.equal(again.outcome?.action, 'unchanged');
  });

  it('cancels in Omnium the line that the shop took out, and does not bring it back', async () => {
    const id = await shop.place({ lines: [{ code: shop.sku(0) }, { code: shop.sku(1) }] });
    await integration.settled(id);
    const uid = id.replace(/\W/g, '');
    const [, second] = (await integration.orderInFlow(id))?.items as Json[];
    await tills.onOrder(uid, `lines/${String(second?.orderItemUid)}/remove`);
    await resync(id);
    const order = await inOmnium(id);
    assert.deepEqual(
      lines(order).map(({ canceledQuantity }) => canceledQuantity),
      [0, 1],
    );
    assert.equal(((await integration.orderInFlow(id))?.items as Json[]).length, 1);
    assert.equal((await integration.orderInFlow(id))?.orderState, 'PARKED');
    const again = await resync(id);
    assert.equal(again.outcome?.action, 'unchanged', JSON.stringify(again.outcome));
  });

  it('leaves a line that Omnium added beside one that the shop took out: Omnium has the last word then', async () => {
    const id = await shop.place({ lines: [{ code: shop.sku(0) }, { code: shop.sku(1) }] });
    await integration.settled(id);
    const uid = id.replace(/\W/g, '');
    const [, second] = (await integration.orderInFlow(id))?.items as Json[];
    await integration.stopWorker();
    await tills.onOrder(uid, `lines/${String(second?.orderItemUid)}/remove`);
    await integration.omnium('POST', `/api/Orders/${id}/OrderLines`, {
      ...{ lineItemId: '3', code: shop.sku(2), quantity: 1, placedPrice: 40, taxRate: 25 },
    });
    await integration.startWorker();
    await integration.settled(id);
    const order = await inOmnium(id);
    assert.deepEqual(
      lines(order).map(({ canceledQuantity }) => canceledQuantity),
      [0, 0, 0],
    );
    assert.equal(((await integration.orderInFlow(id))?.items as Json[]).length, 3);
  });

  it('does not send a sale that is not paid for, and sends it when it is', async () => {
    const parked = await tills.park([{ sku: shop.sku(0), itemPrice: 9_900 }]);
    const uid = String(parked.orderUid);
    const waiting = await resync(uid);
    assert.equal(waiting.syncState, 'Ignored');
    assert.equal(await integration.orderInOmnium(uid), undefined);
    await tills.onOrder(uid, 'hand-over');
    assert.equal(form(await inOmniumWhen(uid, () => true)).total, 99);
  });

  /** As a sweep or an operator would: nothing told us. */
  async function resync(orderNumber: string): Promise<SyncResult<OrderOutcome>> {
    await integration.resync(orderNumber);
    return await integration.settled(orderNumber);
  }
});

function otherStoreUid(integration: Integration): string {
  const other = integration.chain.stores.find(({ marketId, storeId }) => marketId === 'NOR' && storeId !== 'oslo-city');
  assert.ok(other);
  return other.storeId.replace(/\W/g, '');
}
