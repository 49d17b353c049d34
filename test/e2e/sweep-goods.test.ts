import assert from 'node:assert/strict';
import type { SweepContext, SweepPage } from '../../src/activities/delta/stream';
import { DELTA_SWEEPS } from '../../src/activities/delta/streams';
import { TenantRegistry } from '../../src/activities/tenants';
import { goodsReceptionKind } from '../../src/contracts/kinds/goods-reception';
import { purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { stockKind } from '../../src/contracts/kinds/stock';
import type { SweepStream } from '../../src/contracts/streams';
import { nameOfTarget, type SweepCursor } from '../../src/contracts/sweeps';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { SweepRig, sweptRarely } from '../support/sweep-rig';

const FLOW_MASTER = { storeUid: 'bergensentrum', storeId: 'bergen-sentrum' } as const;
const OMNIUM_MASTER = { storeUid: 'oslocity', storeId: 'oslo-city' } as const;
type Store = typeof FLOW_MASTER | typeof OMNIUM_MASTER;

const GOODS_STREAMS = ['omnium-purchase-orders', 'flow-receivements', 'flow-stock'] as const;

describe('sweeps of goods, against both systems', function () {
  this.timeout(120_000);
  let integration: Integration;
  let rig: SweepRig;
  let orders = 0;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
    const { config, tenantUid, taskQueue } = integration;
    rig = await SweepRig.create({ config, tenantUid, ownersTaskQueue: taskQueue });
    await rig.provision();
    await rig.startWorker();
  });

  // Each test's sweeps begin where the last ones ended.
  beforeEach(async () => {
    await integration.deliveriesDone();
    for (const stream of GOODS_STREAMS) await rig.sweep(stream);
  });

  after(async () => {
    await rig.stop();
    await integration.stop();
  });

  /** What happens in here is told to nobody. */
  async function untold<T>(work: () => Promise<T>): Promise<T> {
    for (const vendor of ['omnium', 'flow'] as const) await integration.fault(vendor, { kind: 'webhook-lost' });
    try {
      return await work();
    } finally {
      for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
    }
  }

  /** Number `index` among the articles that are sold by the piece and have no serial numbers. */
  function sku(index: number): string {
    const articles = integration.chain.products.filter((each) => each.kind === 'single' && !each.hasSerialNumbers);
    const found = articles.flatMap(({ skus }) => skus)[index];
    assert.ok(found);
    return found.sku;
  }

  const uidOf = (id: string): string => id.replace(/\W/g, '');

  async function over(workflowId: string): Promise<void> {
    const handle = integration.client.workflow.getHandle(workflowId);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
  }

  const { tenantUid } = { tenantUid: 'flow_no' };
  const orderOver = (purchaseOrderId: string): Promise<void> =>
    over(purchaseOrderKind.id({ tenantUid, purchaseOrderId }));
  const receptionOver = (receivementUid: string): Promise<void> =>
    over(goodsReceptionKind.id({ tenantUid, receivementUid }));
  const stockOver = ({ storeUid }: Store): Promise<void> => over(stockKind.id({ tenantUid, storeUid }));

  /** A buyer's purchase order of ten pieces in Omnium; its id. */
  async function order({ storeId }: Store, code = sku(0)): Promise<string> {
    const id = `PO-sweep-${(orders += 1)}`;
    await integration.omnium('POST', '/api/PurchaseOrders', {
      ...{ id, marketId: 'NOR', storeId, supplierId: integration.chain.suppliers[0]?.supplierId },
      purchaseOrderForm: {
        lineItems: [
          { ...{ lineItemId: 'l-1', code, quantity: 10, placedPriceExclTax: 80, taxRate: 25 }, warehouseCode: storeId },
        ],
      },
    });
    return id;
  }

  /** The same, in Flow already, and with a delivery. */
  async function orderInShop(store: Store, code = sku(0)): Promise<string> {
    const id = await order(store, code);
    const lines = [{ lineItemId: 'l-1', code, quantity: 10 }];
    await integration.omnium('POST', `/api/Deliveries/CreateDelivery/${id}?newDeliveryId=D-${id}`, lines);
    await integration.deliveriesDone();
    await orderOver(id);
    return id;
  }

  /** What a shop assistant does when the lorry comes; the receivement's uid. */
  async function receive({ storeUid }: Store, body: Json): Promise<string> {
    const answer = await integration.till(storeUid, 'receive-goods', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return String(answer.body.receivementUid);
  }

  async function receiveOrdered(store: Store, purchaseOrderId: string, pieces: number): Promise<string> {
    const purchaseOrderUid = uidOf(purchaseOrderId);
    const { body } = await integration.flow('GET', `/stores/${store.storeUid}/purchase-orders/${purchaseOrderUid}`);
    const [item] = body.items as Json[];
    const lines = [{ purchaseOrderItemUid: item?.purchaseOrderItemUid, quantity: pieces * 100 }];
    return await receive(store, { purchaseOrderUid, lines });
  }

  async function delivered(purchaseOrderId: string): Promise<number> {
    const { body } = await integration.omnium('GET', `/api/PurchaseOrders/${purchaseOrderId}`);
    const form = body.purchaseOrderForm as { lineItems: { deliveredQuantity?: number }[] };
    return form.lineItems.reduce((sum, { deliveredQuantity = 0 }) => sum + deliveredQuantity, 0);
  }

  async function inOmnium({ storeId }: Store, article: string): Promise<number> {
    const { body } = await integration.omnium('GET', `/api/Inventory/${article}?warehouseIds=${storeId}`);
    const [item] = (body.result ?? []) as Json[];
    return Number(item?.inventory ?? 0);
  }

  async function setInFlow({ storeUid }: Store, article: string, pieces: number): Promise<void> {
    const path = `/stores/${storeUid}/warehouses/${storeUid}/products/${uidOf(article)}/stock`;
    assert.equal((await integration.flow('PUT', path, { quantityStock: pieces * 100 })).status, 200);
  }

  /** What one sweep finds; the next one finds nothing. */
  async function foundOnce(stream: SweepStream, settled: () => Promise<void>): Promise<readonly string[]> {
    const report = await rig.sweep(stream);
    assert.equal(report.failedToLook, 0, JSON.stringify(report.failedNames));
    await settled();
    const next = await rig.sweep(stream);
    assert.deepEqual([next.names, next.failedNames], [[], []], 'the next sweep finds nothing');
    return report.names;
  }

  /** Reads a stream as a sweep does, without one; `onPage` says when it is enough by answering true. */
  async function readDirectly(
    stream: SweepStream,
    { from, cursor }: { readonly from: Date; readonly cursor?: SweepCursor | undefined },
    onPage: (page: SweepPage, context: SweepContext) => Promise<unknown>,
  ): Promise<void> {
    const tenants = new TenantRegistry(integration.config.tenants);
    const begin = from.toISOString();
    const window = { watermark: begin, from: begin, to: new Date().toISOString(), since: 'last-sweep' } as const;
    try {
      const context: SweepContext = {
        ...{ tenant: tenants.get(tenantUid), window, cursor, found: new Set() },
        ...{ signal: new AbortController().signal, calls: 0, onCall: () => undefined },
      };
      for await (const page of DELTA_SWEEPS[stream].pages(context)) if ((await onPage(page, context)) === true) break;
    } finally {
      await tenants.close();
    }
  }

  it('find a purchase order whose event was lost, and have it in the shop', async () => {
    const lost = await untold(() => order(OMNIUM_MASTER));
    const told = await orderInShop(OMNIUM_MASTER, sku(1));
    assert.deepEqual(await foundOnce('omnium-purchase-orders', () => orderOver(lost)), [lost]);
    for (const id of [lost, told]) {
      const { status } = await integration.flow('GET', `/stores/oslocity/purchase-orders/${uidOf(id)}`);
      assert.equal(status, 200, id);
    }
  });

  it('look at purchase orders whose deliveries alone have changed', async () => {
    const id = await orderInShop(OMNIUM_MASTER, sku(1));
    for (const stream of GOODS_STREAMS) await rig.sweep(stream);
    await untold(async () => {
      // Far enough for the purchase order's own change to lie before the window.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await rig.sweep('omnium-purchase-orders');
      await integration.omnium('PATCH', `/api/Deliveries/D-${id}`, { deliveryTrackingNumber: 'T-1' });
    });
    await integration.clearRequests();
    const report = await rig.sweep('omnium-purchase-orders');
    assert.deepEqual([report.looked, report.inSync, report.names], [1, 1, []]);
  });

  it('find a part receipt, which has no webhook, and have it confirmed once', async () => {
    const id = await orderInShop(OMNIUM_MASTER, sku(2));
    const before = await inOmnium(OMNIUM_MASTER, sku(2));
    const part = await receiveOrdered(OMNIUM_MASTER, id, 4);
    await integration.deliveriesDone();
    assert.equal(await delivered(id), 0);
    assert.deepEqual(await foundOnce('flow-receivements', () => receptionOver(part)), [part]);
    assert.equal(await delivered(id), 4);
    assert.equal(await inOmnium(OMNIUM_MASTER, sku(2)), before + 4);
  });

  it('find a full receipt whose webhook was lost, and not one that was told', async () => {
    const [lostOrder, toldOrder] = [await orderInShop(FLOW_MASTER, sku(3)), await orderInShop(FLOW_MASTER, sku(4))];
    const lost = await untold(() => receiveOrdered(FLOW_MASTER, lostOrder, 10));
    const told = await receiveOrdered(FLOW_MASTER, toldOrder, 10);
    await integration.deliveriesDone();
    await receptionOver(told);
    assert.deepEqual(await foundOnce('flow-receivements', () => receptionOver(lost)), [lost]);
    assert.deepEqual([await delivered(lostOrder), await delivered(toldOrder)], [10, 10]);
  });

  it('know a reception that was confirmed by what Omnium says, without asking Temporal', async () => {
    const id = await orderInShop(OMNIUM_MASTER, sku(5));
    const receivementUid = await receiveOrdered(OMNIUM_MASTER, id, 10);
    await integration.deliveriesDone();
    await receptionOver(receivementUid);
    const verdicts = new Map<string, string>();
    await readDirectly('flow-receivements', { from: new Date(Date.now() - 60_000) }, async ({ documents }, context) => {
      for (const document of documents) {
        verdicts.set(
          nameOfTarget(document.target),
          (await DELTA_SWEEPS['flow-receivements'].compare(context, document)).verdict,
        );
      }
    });
    assert.equal(verdicts.get(receivementUid), 'inSync');
  });

  it('find goods without a purchase order where Flow is the master, and leave them alone elsewhere', async () => {
    const article = sku(6);
    const [flows, omniums] = await untold(async () => [
      await receive(FLOW_MASTER, { lines: [{ sku: article, quantity: 700 }] }),
      await receive(OMNIUM_MASTER, { lines: [{ sku: article, quantity: 700 }] }),
    ]);
    const before = await inOmnium(FLOW_MASTER, article);
    const atOmniums = await inOmnium(OMNIUM_MASTER, article);
    const report = await rig.sweep('flow-receivements');
    assert.deepEqual(report.names, [flows]);
    assert.ok(report.notOurs >= 1, `${omniums ?? ''} is none of ours`);
    await receptionOver(flows ?? '');
    assert.equal(await inOmnium(FLOW_MASTER, article), before + 7);
    assert.equal(await inOmnium(OMNIUM_MASTER, article), atOmniums);
  });

  it('find stock that changed in Flow where Flow is the master, once for the whole store, and not elsewhere', async () => {
    await untold(async () => {
      await setInFlow(FLOW_MASTER, sku(7), 41);
      await setInFlow(FLOW_MASTER, sku(8), 42);
      await setInFlow(OMNIUM_MASTER, sku(7), 43);
    });
    const atOmniums = await inOmnium(OMNIUM_MASTER, sku(7));
    assert.deepEqual(await foundOnce('flow-stock', () => stockOver(FLOW_MASTER)), ['bergensentrum']);
    assert.deepEqual([await inOmnium(FLOW_MASTER, sku(7)), await inOmnium(FLOW_MASTER, sku(8))], [41, 42]);
    assert.equal(await inOmnium(OMNIUM_MASTER, sku(7)), atOmniums);
  });

  it('read many changes of stock page by page, go on behind a page, and stop at what differs', async () => {
    const from = new Date();
    const goods = integration.chain.products.filter(({ kind }) => kind === 'single' || kind === 'style');
    const articles = goods.flatMap(({ skus }) => skus.map((each) => each.sku)).slice(0, 110);
    assert.equal(articles.length, 110, 'more than a page of Flow’s');
    const [first = ''] = articles;
    await untold(async () => {
      for (const article of articles) await setInFlow(FLOW_MASTER, article, 55);
    });
    assert.deepEqual(await foundOnce('flow-stock', () => stockOver(FLOW_MASTER)), ['bergensentrum']);
    await untold(() => setInFlow(FLOW_MASTER, first, 56));
    const verdicts: string[] = [];
    const look = async ({ documents }: SweepPage, context: SweepContext): Promise<void> => {
      for (const document of documents)
        verdicts.push((await DELTA_SWEEPS['flow-stock'].compare(context, document)).verdict);
    };
    let cursor: SweepCursor | undefined;
    await readDirectly('flow-stock', { from }, async (page, context) => {
      await look(page, context);
      cursor = page.cursor;
      return true;
    });
    assert.deepEqual(verdicts, ['inSync'], 'the oldest changes come first');
    await readDirectly('flow-stock', { from, cursor }, look);
    assert.deepEqual(verdicts, ['inSync', 'differs']);
  });

  it('find nothing when everything was told', async () => {
    await receive(FLOW_MASTER, { lines: [{ sku: sku(9), quantity: 300 }] });
    const id = await orderInShop(FLOW_MASTER, sku(10));
    const receivementUid = await receiveOrdered(FLOW_MASTER, id, 10);
    await integration.deliveriesDone();
    await receptionOver(receivementUid);
    await stockOver(FLOW_MASTER);
    for (const stream of GOODS_STREAMS) {
      const report = await rig.sweep(stream);
      assert.deepEqual([report.names, report.failedNames], [[], []], stream);
      assert.ok(report.looked > 0, `${stream} looked at something`);
    }
  });

  it('go on where they were when a vendor is away for a while', async () => {
    await untold(() => setInFlow(FLOW_MASTER, sku(11), 23));
    await integration.fault('omnium', { kind: 'error', status: 503, path: '/api/Inventory' });
    const report = await rig.sweep('flow-stock');
    // The one look has failed: its owner is told, and waits for the vendor on its own ladder.
    assert.deepEqual([report.names, report.failedNames], [[], ['bergensentrum']]);
    await integration.control('omnium', 'DELETE /faults');
    const handle = integration.client.workflow.getHandle(stockKind.id({ tenantUid, storeUid: 'bergensentrum' }));
    await handle.executeUpdate('retryNow').catch(() => undefined);
    await stockOver(FLOW_MASTER);
    assert.equal(await inOmnium(FLOW_MASTER, sku(11)), 23);
  });
});
