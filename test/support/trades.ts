import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import {
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
  type EntityOutcome,
  type SyncResult,
} from '../../src/contracts/entity-sync';
import type { SyncStatus } from '../../src/contracts/entity-sync';
import type { OrderOutcome } from '../../src/contracts/kinds/order';
import { productKind } from '../../src/contracts/kinds/product';
import { Buyer, uidOf } from './buyer';
import { type CustomerDesk } from './customer-desk';
import { FLOW_MASTER, GoodsDesk, OMNIUM_MASTER } from './goods-desk';
import type { Integration, Json } from './integration';
import { Tills } from './tills';
import { WebShop } from './web-shop';

/** An operator ends this many waits on the retry ladder; what needs more does not heal by itself. */
const RETRIES = 4;
const RETRY_AFTER_MS = 400;
const POLL_MS = 100;

/** A trade that is the same in both systems, and how to have it looked at once more. */
export interface Traded {
  /** Ids by which calls about it are known. */
  readonly names: readonly string[];
  /** Has it looked at again, and resolves when that is over. */
  again(): Promise<void>;
}

/** What people do in a shop, end to end: rejects when the two systems do not agree in the end, or have something twice. */
export type Trade = (stage: Stage) => Promise<Traded>;

/** Polls, less often than a test of one thing does: a dozen trades go on at once. */
async function until(probe: () => Promise<true | undefined>, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while ((await probe()) === undefined) {
    if (Date.now() > deadline) throw new Error(`nothing came within ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const formOf = (order: Json): Json => order.orderForm as Json;
const linesOf = (order: Json): Json[] => formOf(order).lineItems as Json[];
const sumOf = (list: unknown, member: string): number =>
  Math.round(((list ?? []) as Json[]).reduce((sum, each) => sum + 100 * Number(each[member]), 0));

/** Everybody who trades, in one integration. */
export class Stage {
  readonly shop: WebShop;
  readonly tills: Tills;
  readonly buyer: Buyer;
  readonly goods: GoodsDesk;

  /**
   * @param on manners that are on, of both vendors
   * @param patienceMs how long a trade may take to be the same in both systems before it counts as failed
   */
  constructor(
    readonly integration: Integration,
    readonly desk: CustomerDesk,
    readonly on: readonly string[],
    private readonly patienceMs: number,
  ) {
    this.shop = new WebShop(integration);
    this.tills = new Tills(integration);
    this.buyer = new Buyer(integration);
    this.goods = new GoodsDesk(integration);
  }

  /** SKU number `index` among the articles with the full VAT. */
  article(index: number): string {
    const { products } = this.integration.chain;
    const full = products.filter(({ kind, vatClass }) => kind === 'single' && vatClass === 'standard');
    const found = full.flatMap(({ skus }) => skus)[index]?.sku;
    assert.ok(found, `the chain has no article number ${index}`);
    return found;
  }

  /** Has enough of everything in the shops' shelves. */
  async supply(): Promise<void> {
    const articles = [...Array(12).keys()].flatMap((index) => [this.article(index), this.buyer.sku(index)]);
    const shops = [this.shop.storeUid, FLOW_MASTER.storeUid];
    await Promise.all(
      [...new Set(articles)].flatMap((sku) =>
        shops.map(async (storeUid) => {
          const path = `/stores/${storeUid}/warehouses/${storeUid}/products/${uidOf(sku)}/stock`;
          const { status } = await this.integration.flow('PUT', path, { quantityStock: 100_000 });
          assert.equal(status, 200);
        }),
      ),
    );
  }

  /** Places a web order whose id is not its number. */
  async place(order: Parameters<WebShop['order']>[0] = {}): Promise<{ readonly id: string; readonly number: string }> {
    const number = String(Math.floor(Math.random() * 1e9));
    const id = await this.shop.place({ id: `W-${number}`, orderNumber: number, ...order });
    return { id, number };
  }

  /** Resolves when the run is over; ends its waits on the ladder, as an operator would, but not for ever. */
  async over<Outcome extends EntityOutcome>(handle: WorkflowHandle): Promise<SyncResult<Outcome>> {
    let retries = 0;
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name === 'COMPLETED') return true;
      const status = await handle.query<SyncStatus<Outcome>>(SYNC_STATUS_QUERY).catch(() => undefined);
      const { lastFailure } = status ?? {};
      if (!lastFailure) return undefined;
      if (retries === RETRIES) {
        await handle.terminate('it does not heal').catch(() => undefined);
        throw new Error(`${lastFailure.failureType}: ${lastFailure.message}`);
      }
      retries += 1;
      await handle.executeUpdate(RETRY_NOW_UPDATE).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      return undefined;
    }, this.patienceMs);
    return (await handle.result()) as SyncResult<Outcome>;
  }

  /** The order's run is over and nothing is left different. */
  async synced(number: string): Promise<void> {
    await this.come(async () => {
      const { syncState, outcome } = await this.over(this.integration.handle(number));
      return (syncState === 'Synced' && (outcome?.differences ?? []).length === 0) || { syncState, outcome };
    });
  }

  /** Both systems have come to say the same. @param said what they say; `true` when that is right */
  async come(said: () => Promise<unknown>): Promise<void> {
    let latest: unknown;
    await until(async () => ((latest = await said()) === true ? true : undefined), this.patienceMs).catch(
      (error: unknown) => {
        if (latest === undefined) throw error;
        assert.fail(`it came to: ${JSON.stringify(latest)}`);
      },
    );
  }

  /** The web order in its shop, as the one copy of that number in all shops that is worth anything. */
  async inShop(id: string, number: string): Promise<Json> {
    await this.come(async () => (await this.integration.orderInFlow(id)) !== undefined);
    const order = (await this.integration.orderInFlow(id)) ?? {};
    const copies = await this.copies(number);
    const expected = this.on.includes('numbers-occur-twice') || this.on.includes('pickup-in-two-shops') ? 2 : 1;
    assert.ok(copies.length <= expected, `${copies.length} copies of the order`);
    return order;
  }

  /** Orders of a number in all shops, but for cancelled ones. */
  async copies(number: string): Promise<Json[]> {
    const stores = this.integration.chain.stores.filter(({ marketId }) => marketId === 'NOR');
    const lists = await Promise.all(
      stores.map(async ({ storeId }) => {
        const path = `/stores/${uidOf(storeId)}/orders?orderExternalOrderNumber=${number}`;
        return (await this.integration.flow('GET', path)).body.items as Json[];
      }),
    );
    return lists.flat().filter(({ orderState }) => orderState !== 'CANCELLED');
  }

  /** A customer of the till whose e-mail address is somebody else's in Omnium. */
  async namesake(): Promise<string> {
    const { desk, integration } = this;
    const person = desk.person();
    await desk.createInOmnium('PrivateCustomers', { firstName: 'Ola', lastName: 'Berg', email: person.email });
    const { body } = await integration.flow('POST', '/customers', person);
    return String(body.customerUid);
  }

  async omniumOrder(id: string): Promise<Json> {
    return (await this.integration.omnium('GET', `/api/Orders/${id}`)).body;
  }

  /** Looks at an order of Omnium's number or Flow's uid again. */
  async lookAtOrder(number: string): Promise<void> {
    await this.integration.resync(number);
    await this.over(this.integration.handle(number));
  }
}

/** Of the shop that web orders are picked up in. */
const SHOP_STREET = 'Stenersgata';

/** Somebody who has not told an e-mail address. */
const CUSTOMER = {
  customerName: 'Kari Berg',
  billingAddress: { name: 'Kari Berg', line1: 'Storgata 5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
};

/** An order that no shop may have: it waits and says why. */
async function held(stage: Stage, id: string, number: string): Promise<Traded> {
  const { outcome } = await stage.over<OrderOutcome>(stage.integration.handle(number));
  assert.match(outcome?.reason ?? outcome?.differences?.join() ?? '', /EUR/);
  assert.equal(await stage.integration.orderInFlow(id), undefined);
  return { names: [id, uidOf(id), number], again: () => stage.lookAtOrder(number) };
}

const collected: Trade = async (stage) => {
  const { shop, tills, integration, on } = stage;
  const status = on.includes('own-statuses') ? 'AtTheDesk' : 'New';
  const vouchers = on.includes('negative-prices') ? [{ code: stage.article(7), placedPrice: -20 }] : [];
  const totalCents = 24_990 - 2_000 * vouchers.length;
  const { id, number } = await stage.place({
    status,
    lines: [{ code: stage.article(0), quantity: 2 }, { code: stage.article(1), placedPrice: 49.9 }, ...vouchers],
    ...CUSTOMER,
  });
  if (on.includes('numbers-occur-twice')) {
    await integration.omnium('POST', '/api/Orders', shop.order({ id: `X-${number}`, orderNumber: number }));
  }
  if (on.includes('orders-in-euro')) return await held(stage, id, number);
  if (on.includes('order-without-form')) await stage.place({ tags: ['odd'] });
  await stage.come(async () => (await integration.orderInFlow(id))?.orderState === 'PARKED');
  await stage.synced(number);
  const { orderTotals, ...inShop } = await stage.inShop(id, number);
  assert.equal(Number((orderTotals as Json).totalAmount), totalCents);
  assert.ok(!JSON.stringify(inShop).includes(SHOP_STREET), 'the shop’s address is not the customer’s');
  await tills.onOrder(uidOf(id), 'hand-over');
  await stage.come(async () => {
    const { status: reached } = await stage.omniumOrder(id);
    return reached === 'Completed' || reached;
  });
  await stage.synced(number);
  const order = await stage.omniumOrder(id);
  assert.deepEqual(
    linesOf(order).map(({ deliveredQuantity }) => Number(deliveredQuantity)),
    [2, 1, ...vouchers.map(() => 1)],
  );
  // Tills round to what can be paid in coins.
  assert.equal(Math.abs(sumOf(formOf(order).payments, 'amount') - totalCents) < 100, true, 'paid once');
  if (on.includes('pickup-in-two-shops')) {
    const shops = (await stage.copies(number)).map(({ storeUid }) => storeUid);
    assert.equal(new Set(shops).size, 2, `the order is in ${shops.join()}`);
  }
  const copy = await stage.inShop(id, number);
  assert.equal(copy.settleState, 'SETTLED');
  const { totalVatAmount, totalVat } = copy.orderTotals as Json;
  assert.equal(Number(totalVatAmount ?? totalVat), sumOf([order], 'taxTotal'), 'the VAT is the same');
  return { names: [id, uidOf(id), number], again: () => stage.lookAtOrder(number) };
};

const prepaid: Trade = async (stage) => {
  const { tills, integration, on } = stage;
  const transactionType = on.includes('captured-at-hand-over') ? 'Authorization' : 'Sale';
  const payment = { transactionId: randomUUID(), paymentMethodName: 'Klarna', status: 'Processed', amount: 100 };
  const { id, number } = await stage.place({
    orderType: 'Bopis',
    lines: [{ code: stage.article(2) }],
    form: { payments: [{ ...payment, id: randomUUID(), transactionType }] },
  });
  if (on.includes('orders-in-euro')) return await held(stage, id, number);
  await stage.come(async () => {
    const { orderState } = (await integration.orderInFlow(id)) ?? {};
    return orderState === 'PARKED' || orderState === 'CONFIRMED' || orderState;
  });
  if (on.includes('pre-payment-refused')) {
    const { lastFailure } = await integration.waiting(number);
    assert.equal(lastFailure?.failureType, 'ConfigurationIncomplete', 'what the till would ask for again is said');
    return { names: [], again: () => Promise.resolve() };
  }
  await stage.synced(number);
  await tills.onOrder(uidOf(id), 'hand-over');
  await stage.come(async () => {
    const { status } = await stage.omniumOrder(id);
    return status === 'Completed' || status;
  });
  await stage.synced(number);
  const { payments } = formOf(await stage.omniumOrder(id));
  const paid = (payments as Json[]).filter(
    ({ status, transactionType: type }) => status !== 'Failed' && type !== 'Authorization',
  );
  assert.equal(sumOf(paid, 'amount'), 10_000, 'nothing is paid twice');
  return { names: [id, uidOf(id), number], again: () => stage.lookAtOrder(number) };
};

const cancelledOnline: Trade = async (stage) => {
  const { integration, on } = stage;
  const { id, number } = await stage.place({ lines: [{ code: stage.article(3) }] });
  if (on.includes('orders-in-euro')) return await held(stage, id, number);
  await stage.synced(number);
  assert.equal((await stage.inShop(id, number)).orderState, 'PARKED');
  const status = on.includes('own-statuses') ? 'Withdrawn' : 'OrderCanceledByCustomer';
  await integration.omnium('POST', `/api/Orders/${id}/UpdateStatus`, { status });
  await stage.come(async () => {
    const { orderState } = (await integration.orderInFlow(id)) ?? {};
    return orderState === 'CANCELLED' || orderState;
  });
  await stage.over(integration.handle(number));
  assert.equal((await stage.omniumOrder(id)).status, status);
  return { names: [id, uidOf(id), number], again: () => stage.lookAtOrder(number) };
};

const refusedInShop: Trade = async (stage) => {
  const { tills, integration, on } = stage;
  const { id, number } = await stage.place({ lines: [{ code: stage.article(4) }] });
  if (on.includes('orders-in-euro')) return await held(stage, id, number);
  await stage.synced(number);
  await tills.onOrder(uidOf(id), 'cancel');
  // Flow tells of no cancellation.
  await integration.resync(number);
  await stage.come(async () => {
    const { status } = await stage.omniumOrder(id);
    return status === 'OrderCanceled' || status;
  });
  await stage.over(integration.handle(number));
  assert.equal((await integration.orderInFlow(id))?.orderState, 'CANCELLED');
  return { names: [id, uidOf(id), number], again: () => stage.lookAtOrder(number) };
};

/** Sells, and answers the order's uid once the sale and its receipt are in Omnium, to the cent and once. */
async function sold(stage: Stage): Promise<string> {
  const { tills, integration, on } = stage;
  const lines = [
    { sku: stage.article(5), quantity: 200, itemPrice: 19_990, itemDiscountAmount: 1_000 },
    { sku: stage.article(6), itemPrice: 4_920 },
  ];
  const sale = await tills.sell(lines, on.includes('unique-email') ? { customerUid: await stage.namesake() } : {});
  const orderUid = String(sale.orderUid);
  await stage.come(async () => (await integration.orderInOmnium(orderUid)) !== undefined);
  await stage.synced(orderUid);
  const form = formOf(await stage.omniumOrder(orderUid));
  const { totalAmount, cashRounding = 0 } = sale.orderTotals as { totalAmount: number; cashRounding?: number };
  const paid = totalAmount + cashRounding;
  assert.deepEqual([Math.round(Number(form.total) * 100), sumOf(form.payments, 'amount')], [paid, paid]);
  const { body } = await integration.omnium('GET', `/api/Invoices/Orders/${orderUid}`);
  const invoices = body.result as Json[];
  assert.equal(invoices.length, 1, 'one invoice');
  assert.equal(sumOf(invoices, 'amount'), paid);
  assert.equal(sumOf(invoices, 'amountExcludingTax'), 35_120);
  return orderUid;
}

const sale: Trade = async (stage) => {
  const orderUid = await sold(stage);
  return { names: [orderUid], again: () => stage.lookAtOrder(orderUid) };
};

const takenBack: Trade = async (stage) => {
  const orderUid = await sold(stage);
  const back = await stage.tills.takeBack([{ sku: stage.article(6) }], { originalOrderUid: orderUid });
  const returns = async (): Promise<Json[]> => ((await stage.omniumOrder(orderUid)).returnOrderForms ?? []) as Json[];
  await stage.come(async () => (await returns()).length === 1 || (await returns()).length);
  await stage.over(stage.integration.handle(orderUid));
  assert.equal(sumOf(await returns(), 'total'), 4_920);
  return { names: [orderUid, String(back.orderUid)], again: () => stage.lookAtOrder(orderUid) };
};

const customer: Trade = async (stage) => {
  const { desk } = stage;
  // As people type: capitals and blanks that mean nothing.
  const person = (): Json => {
    const { email, ...others } = desk.person();
    return { ...others, email: `K${email.slice(1)}`, city: 'Oslo  S', address: ' Storgata 5' };
  };
  const typed = stage.on.includes('normalises-writes') ? person : (): Json => desk.person();
  const uid = await desk.createAtTill(typed());
  await stage.over(desk.handle(uid));
  const inOmnium = await desk.omniumCustomer('PrivateCustomers', uid);
  assert.ok(inOmnium, 'Omnium knows the customer of the till');
  await desk.changeInOmnium('PrivateCustomers', uid, { lastName: 'Lund' });
  await stage.come(async () => (await desk.flowCustomer(uid))?.lastname === 'Lund');
  await stage.over(desk.handle(uid));
  const { firstname: firstName, lastname: lastName, email, mobile: phone, address: line1, city } = typed();
  const customerId = await desk.createInOmnium('PrivateCustomers', {
    ...{ firstName, lastName, email, phone },
    address: { line1, postalCode: '0155', city, countryCode: 'NO' },
  });
  await stage.over(desk.handle(customerId));
  assert.equal((await desk.inFlowByExternalId(customerId)).length, 1, 'one customer at the tills');
  const again = async (): Promise<void> => {
    await desk.flowTells(uid, 'CUSTOMER_UPDATE');
    await desk.flowTells(uidOf(customerId), 'CUSTOMER_UPDATE');
    await stage.over(desk.handle(uid));
    await stage.over(desk.handle(uidOf(customerId)));
  };
  return { names: [uid, customerId, uidOf(customerId)], again };
};

const product: Trade = async (stage) => {
  const { integration } = stage;
  const productId = `lamp-${randomUUID().slice(0, 8)}`;
  const handle = integration.client.workflow.getHandle(productKind.id({ tenantUid: integration.tenantUid, productId }));
  const inFlow = async (): Promise<Json> => (await integration.flow('GET', `/products/${uidOf(productId)}`)).body;
  const base = { productId, skuId: productId, isActive: true, mainCategoryId: 'equipment' };
  await integration.omnium('POST', '/api/Products', { ...base, name: 'Lamp' });
  await stage.come(async () => (await inFlow()).name === 'Lamp');
  await stage.over(handle);
  await integration.omnium('PATCH', `/api/Products/${productId}`, { productId, name: 'Lamp for the cabin' });
  await stage.come(async () => (await inFlow()).name === 'Lamp for the cabin');
  await stage.over(handle);
  const again = async (): Promise<void> => {
    await integration.omnium('PATCH', `/api/Products/${productId}`, { productId, name: 'Lamp for the cabin' });
    await stage.over(handle);
  };
  return { names: [productId, uidOf(productId)], again };
};

const bought: Trade = async (stage) => {
  const { buyer, integration, on } = stage;
  const canceledQuantity = on.includes('purchase-lines-less-cancelled') ? 4 : 0;
  const second = buyer.line('L2', { code: buyer.sku(9), canceledQuantity });
  const id = await buyer.order([buyer.line('L1', { code: buyer.sku(8) }), second]);
  const handle = buyer.handle({ tenantUid: integration.tenantUid, purchaseOrderId: id });
  await stage.over(handle);
  const inFlow = await buyer.oneInFlow(id);
  assert.deepEqual(
    (inFlow.items as Json[]).map(({ unitPrice, quantityOrdered }) => [Number(unitPrice), Number(quantityOrdered)]),
    [
      [10_000, 1_000],
      [10_000, 1_000],
    ],
  );
  const pieces = [1_000, 1_000 - 100 * canceledQuantity];
  const unpacked = (inFlow.items as Json[]).map(({ purchaseOrderItemUid }, index) => ({
    ...{ purchaseOrderItemUid: String(purchaseOrderItemUid), quantity: pieces[index] ?? 0 },
  }));
  const { purchaseOrderUid } = inFlow;
  const receivementUid = await stage.goods.unpack(OMNIUM_MASTER, {
    ...{ purchaseOrderUid: String(purchaseOrderUid), lines: unpacked },
  });
  // Flow's webhook tells of an order that is complete.
  if (canceledQuantity > 0) await stage.goods.look(OMNIUM_MASTER, receivementUid);
  await stage.come(async () => {
    const delivered = (await buyer.linesInOmnium(id)).map(({ deliveredQuantity }) => Number(deliveredQuantity));
    return delivered.join() === [10, 10 - canceledQuantity].join() || delivered;
  });
  const again = async (): Promise<void> => {
    await buyer.resync(id);
    await stage.over(handle);
  };
  // What the reception means for the order may be told a moment later.
  await again();
  return { names: [id, uidOf(id)], again };
};

const stockLevel: Trade = async (stage) => {
  const { integration, goods } = stage;
  const sku = stage.buyer.sku(10);
  const tills = new Tills(integration, FLOW_MASTER.storeUid);
  if (stage.on.includes('no-stock-record')) {
    const rare = `rare-${randomUUID().slice(0, 8)}`;
    const members = { productId: rare, skuId: rare, name: 'Lamp', isActive: true, mainCategoryId: 'equipment' };
    await integration.omnium('POST', '/api/Products', members);
    await stage.come(async () => (await integration.flow('GET', `/products/${uidOf(rare)}`)).status === 200);
    await integration.till(FLOW_MASTER.storeUid, 'count-stock', { lines: [{ sku: rare, quantityStock: 300 }] });
    assert.equal(await goods.sameInBoth(FLOW_MASTER, rare), 3);
    await tills.sell([{ sku: rare, quantity: 300 }]);
    assert.equal(await goods.sameInBoth(FLOW_MASTER, rare), 0);
  }
  const before = await goods.inFlow(FLOW_MASTER, sku);
  await tills.sell([{ sku }]);
  assert.equal(await goods.sameInBoth(FLOW_MASTER, sku), before - 1);
  return { names: [sku], again: () => Promise.resolve() };
};

/** Every trade of the matrix, by its name in the list of pending cases. */
export const TRADES = {
  ...{ collected, prepaid, cancelledOnline, refusedInShop, sale, takenBack, customer, product, bought, stockLevel },
} as const satisfies Record<string, Trade>;

export type TradeName = keyof typeof TRADES;
