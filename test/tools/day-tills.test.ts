import assert from 'node:assert/strict';
import { buildChain } from '../../sandbox/chain/build-chain';
import { assortmentsOf } from '../../tools/day/shop/assortment';
import { madeUpOrders } from '../../tools/day/shop/made-up-orders';
import { lineCents, madeUpSales, type TillSale } from '../../tools/day/tills/made-up-sales';
import { TillBook } from '../../tools/day/tills/till-book';
import { tillProgram } from '../../tools/day/tills/till-program';
import { type TillOrder } from '../../tools/day/vendors/flow-tills';

const chain = buildChain({ seed: 1 });
const assortments = assortmentsOf(chain);

describe('the made-up sales at the tills', () => {
  const sales = madeUpSales(assortments, 'W1', 500);
  const some = (test: (sale: TillSale) => boolean): void => {
    for (const { market } of assortments) {
      const where = `nowhere in ${market.marketId}: ${test.toString()}`;
      assert.ok(
        sales.some((sale) => sale.market === market && test(sale)),
        where,
      );
    }
  };

  it('are the same for the same day and others on the next', () => {
    assert.deepEqual(madeUpSales(assortments, 'W1', 500), sales);
    assert.notDeepEqual(madeUpSales(assortments, 'W2', 1)[0]?.body.lines, sales[0]?.body.lines);
    assert.equal(new Set(sales.map(({ body }) => body.orderUid)).size, 500);
  });

  it('take place in all stores of all tenants', () => {
    assert.equal(new Set(sales.map(({ storeUid }) => storeUid)).size, chain.stores.length);
  });

  it('have everything a sale can have, in every market', () => {
    const pays = ({ body }: TillSale): string =>
      (body.payments ?? []).map(({ settlementCode }) => settlementCode).join();
    for (const way of ['CASH', 'CARD', 'CARD,CASH', 'CARD,CARD']) some((sale) => pays(sale) === way);
    some(({ body }) => body.lines.some(({ itemDiscountAmount = 0 }) => itemDiscountAmount > 0));
    some(({ body }) => (body.orderDiscountAmount ?? 0) > 0);
    some(({ body }) => body.lines.some(({ quantity }) => quantity % 100 !== 0));
    some(({ body }) => body.lines.some(({ itemPrice }) => itemPrice === 0));
    some(({ body }) => body.lines.length > 10);
    some(({ body }) => body.customerUid === undefined);
    some(({ body }) => body.customerUid?.startsWith('c') === true);
    // The chain's companies that the tills know are in two of the markets.
    assert.ok(sales.some(({ body }) => body.customerUid?.startsWith('b') === true));
    const packages = new Set(assortments.flatMap((each) => each.packages.map(({ sku }) => sku)));
    some(({ body }) => body.lines.some(({ sku }) => packages.has(sku)));
  });

  it('know what they cost, to the cent', () => {
    for (const { body, totalCents } of sales) {
      const lines = body.lines.reduce((sum, line) => sum + lineCents(line), 0);
      assert.equal(lines - (body.orderDiscountAmount ?? 0), totalCents);
      const named = (body.payments ?? []).reduce((sum, { amount = 0 }) => sum + amount, 0);
      assert.ok(named <= totalCents, 'payments with an amount are within the total');
    }
    assert.equal(lineCents({ sku: 'a', quantity: 333, itemPrice: 50 }), 167);
    assert.equal(lineCents({ sku: 'a', quantity: 125, itemPrice: 1_990, itemDiscountAmount: 88 }), 2_400);
  });
});

describe('the program of the tills', () => {
  const webOrders = madeUpOrders(assortments, 'W1', 330).slice(0, 90);
  const { visits, reserved, expiring } = tillProgram({
    assortments,
    prefix: 'W1',
    serviceSku: chain.shippingSku,
    webOrders,
  });
  const all = Object.values(visits).flat();
  const count = (what: RegExp): number => all.filter((visit) => what.test(visit.what)).length;

  it('has at least 500 sales and 60 returns, of every kind', () => {
    assert.ok(count(/^sale$/) >= 500, String(count(/^sale$/)));
    const returns = count(/^(return|exchange)/);
    assert.ok(returns >= 60, String(returns));
    const kinds = [
      /^return of a part$/,
      /^return of all that is left$/,
      /in another store$/,
      /without a receipt/,
      /^return of a web order/,
      /^exchange, to pay/,
      /^exchange, none/,
      /^exchange, to give back/,
    ];
    for (const kind of kinds) assert.ok(count(kind) >= 5, `${String(kind)}: ${count(kind)}`);
  });

  it('has everything that happens to orders put aside, to web orders and to customers', () => {
    for (const end of ['cancelled', 'line removed', 'deposit', 'left', 'expired', 'sold later'])
      assert.ok(count(new RegExp(`^put aside, ${end}`)) >= 4, end);
    for (const what of [
      /handed over, prepaid/,
      /paid by cash/,
      /paid by card/,
      /in part$/,
      /^rest of/,
      /refused/,
      /^line of/,
      /^deposit on/,
    ])
      assert.ok(count(what) >= 2, String(what));
    for (const what of [/^new private/, /^new business/, /^customer changed/, /^customer deleted/])
      assert.ok(count(what) >= 4, String(what));
    assert.equal(expiring.length, 3);
    assert.ok(count(/^down payment/) >= 4);
  });

  it('keeps the web orders of the tills for the tills', () => {
    const numbers = new Set(webOrders.map(({ order }) => order.orderNumber));
    assert.ok(reserved.size >= 30);
    for (const orderNumber of reserved) assert.ok(numbers.has(orderNumber));
    for (const { order } of expiring) assert.ok(reserved.has(order.orderNumber));
  });

  it('fills every part of the day', () => {
    for (const [part, of] of Object.entries(visits)) assert.ok(of.length >= 100, part);
  });
});

describe('the book of the tills', () => {
  const order = (orderState: string): TillOrder => ({
    orderUid: 'a',
    storeUid: 's',
    orderState,
    items: [],
    orderTotals: { totalAmount: 1 },
  });

  it('has each step wait for the one before it', async () => {
    const book = new TillBook();
    const steps: string[] = [];
    let finish: (order: TillOrder) => void = () => undefined;
    void book.note('a', new Promise((resolve) => (finish = resolve)));
    const second = book.change('a', async ({ orderState }) => {
      steps.push(`after ${orderState}`);
      return Promise.resolve(order('second'));
    });
    const third = book.change('a', async ({ orderState }) => {
      steps.push(`after ${orderState}`);
      return Promise.resolve(order('third'));
    });
    finish(order('first'));
    await Promise.all([second, third]);
    assert.deepEqual(steps, ['after first', 'after second']);
    assert.equal((await book.orderOf('a')).orderState, 'third');
  });

  it('says what was done since it was last asked', () => {
    const book = new TillBook();
    for (const what of ['sale', 'return', 'sale']) book.count(what);
    assert.equal(book.takeCounts(), '2 × sale, 1 × return');
    assert.equal(book.takeCounts(), '');
  });

  it('refuses to go on with an order of which nothing is known', async () => {
    await assert.rejects(new TillBook().orderOf('x'), /nothing was done with order x/);
  });
});
