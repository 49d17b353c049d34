import assert from 'node:assert/strict';
import { Integration } from '../support/integration';
import { until } from '../support/order-driver';
import { WebShop } from '../support/web-shop';

const LONG_AGO = '2026-01-10T12:00:00Z';

const payment = (transactionType: string): Record<string, unknown> => ({
  ...{ id: 'p1', transactionId: 't1', amount: 100, status: 'Processed', transactionType, paymentMethodName: 'Klarna' },
});

/** What a status says, and what is missing in Flow, and what neither of them allows (findings 1, 2, 16, 17, 26). */
describe('findings: statuses and absence of web orders', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
  });
  afterEach(async () => {
    await integration.manners('omnium');
    await integration.manners('flow');
    await integration.control('flow', 'DELETE /faults');
  });
  after(() => integration.stop());

  const statusOf = async (orderNumber: string): Promise<unknown> =>
    (await integration.orderInOmnium(orderNumber))?.status;
  const setStatus = async (orderId: string, status: string): Promise<void> => {
    await integration.omnium('POST', `/api/Orders/${orderId}/UpdateStatus`, { status });
    await integration.settled(orderId);
  };
  /** Has Flow delete everything that is past its time, as it does by itself, without telling. */
  const expire = async (orderNumber: string): Promise<void> => {
    await integration.tillOffice('expire');
    assert.equal(await integration.orderInFlow(orderNumber), undefined);
  };
  /** An order in the shop whose deadline is over. */
  const overdue = async (form: Record<string, unknown> = {}): Promise<string> => {
    const orderNumber = await shop.place({ form });
    await integration.settled(orderNumber);
    const deadline = new Date(Date.now() + 1_000).toISOString();
    await integration.omnium('PATCH', `/api/Orders/${orderNumber}/PatchOrder`, { customerPickupDeadline: deadline });
    await until(async () => {
      const { validUntil } = (await integration.orderInFlow(orderNumber)) ?? {};
      return Date.parse(String(validUntil)) === Date.parse(deadline) ? true : undefined;
    });
    await integration.settled(orderNumber);
    await until(async () => (Date.parse(deadline) < Date.now() ? true : undefined));
    return orderNumber;
  };

  it('finding 16: asks Omnium what the statuses of the tenant mean, and holds one that nothing is said about', async () => {
    await integration.manners('omnium', 'own-statuses', 'finished-without-delivered');
    const expected = { AtTheDesk: 'PARKED', HandedToCourier: undefined, Withdrawn: undefined, FraudCheck: undefined };
    for (const [status, orderState] of Object.entries({ ...expected, Mystery: undefined })) {
      const orderNumber = await shop.place({ status });
      const { outcome } = await integration.settled(orderNumber);
      assert.equal((await integration.orderInFlow(orderNumber))?.orderState, orderState, status);
      if (status === 'Mystery')
        assert.match(outcome?.reason ?? '', /status Mystery, a status of no known class \(orders\.statusClasses\)/);
      assert.equal(await statusOf(orderNumber), status);
    }
  });

  for (const [orderType, status] of [
    ['ClickAndCollect', 'PickedUp'],
    ['ClickAndCollect', 'Returned'],
    ['Bopis', 'PickedUpAndPaid'],
    ['Online', 'Completed'],
    ['Online', 'Returned'],
    ['Online', 'Ship'],
    ['ClickAndCollect', 'PartiallyReturned'],
  ] as const) {
    it(`finding 1: leaves a ${orderType} order alone that is ${status}, whatever its lines say`, async () => {
      await integration.manners('omnium', 'finished-without-delivered');
      const orderNumber = await shop.place({ orderType, status });
      await integration.omnium('PATCH', `/api/Orders/${orderNumber}/PatchOrder`, { customerPickupDeadline: LONG_AGO });
      const { syncState, outcome } = await integration.settled(orderNumber);
      assert.deepEqual([syncState, outcome?.action], ['Ignored', 'skipped']);
      assert.match(outcome?.reason ?? '', /finished in Omnium/);
      assert.equal(await statusOf(orderNumber), status);
      assert.equal(await integration.orderInFlow(orderNumber), undefined);
    });
  }

  it('finding 2: never cancels what the shop has never had, paid or not', async () => {
    for (const form of [{}, { payments: [payment('Sale')] }]) {
      const orderNumber = await shop.place({ orderType: 'Bopis', status: 'OnHold', form });
      await integration.settled(orderNumber);
      await integration.omnium('PATCH', `/api/Orders/${orderNumber}/PatchOrder`, { customerPickupDeadline: LONG_AGO });
      await setStatus(orderNumber, 'New');
      const { syncState, outcome } = await integration.settled(orderNumber);
      assert.equal(syncState, 'Differs');
      assert.match(outcome?.differences?.join() ?? '', /customerPickupDeadline: it has passed/);
      assert.equal(await statusOf(orderNumber), 'New');
    }
  });

  it('finding 2: an order whose every line is cancelled is no order that expired', async () => {
    const orderNumber = await shop.place({ orderType: 'Bopis', status: 'OnHold', lines: [{ code: shop.sku() }] });
    await integration.settled(orderNumber);
    await integration.omnium('PATCH', `/api/Orders/${orderNumber}/PatchOrder`, { customerPickupDeadline: LONG_AGO });
    await integration.omnium('POST', `/api/Orders/${orderNumber}/OrderLines/1/Cancel`);
    await setStatus(orderNumber, 'New');
    const { syncState, outcome } = await integration.settled(orderNumber);
    assert.deepEqual([syncState, outcome?.action], ['Ignored', 'skipped']);
  });

  it('finding 2: takes one answer "not found" for nothing while the shop has the order', async () => {
    const orderNumber = await overdue();
    await integration.fault('flow', {
      kind: 'error',
      status: 404,
      method: 'GET',
      path: `/orders/${orderNumber.replace(/\W/g, '')}$`,
    });
    await integration.resync(orderNumber);
    const { syncState } = await integration.settled(orderNumber);
    assert.equal(syncState, 'Differs');
    assert.equal(await statusOf(orderNumber), 'New');
    await integration.control('flow', 'DELETE /faults');
    assert.equal((await integration.orderInFlow(orderNumber))?.orderState, 'PARKED');
  });

  it('finding 2: expires what the shop had and Flow has deleted, unless it is paid or promised', async () => {
    await integration.manners('flow', 'prepaid-orders-expire');
    const free = await overdue();
    const promised = await overdue({ payments: [payment('Authorization')] });
    await expire(free);
    assert.equal(await integration.orderInFlow(promised), undefined);
    for (const orderNumber of [free, promised]) await integration.resync(orderNumber);
    await integration.settled(free);
    assert.equal(await statusOf(free), 'NotCollected');
    assert.equal((await integration.settled(promised)).syncState, 'Differs');
    assert.equal(await statusOf(promised), 'New');
  });

  it('finding 2: an order that is finished meanwhile does not expire', async () => {
    await integration.manners('omnium', 'finished-without-delivered');
    const orderNumber = await overdue();
    await expire(orderNumber);
    await setStatus(orderNumber, 'PickedUp');
    assert.equal(await statusOf(orderNumber), 'PickedUp');
    assert.equal(await integration.orderInFlow(orderNumber), undefined);
  });

  for (const status of ['Draft', 'PaymentReview', 'OnHold', 'Pending', 'Queued', 'Faulted']) {
    it(`finding 16: brings no order to a till that is ${status}, and brings it once it is New`, async () => {
      const orderNumber = await shop.place({ status });
      const { syncState, outcome } = await integration.settled(orderNumber);
      assert.deepEqual([syncState, outcome?.action], ['Ignored', 'skipped']);
      assert.match(outcome?.reason ?? '', new RegExp(`status ${status}$`));
      assert.equal(await integration.orderInFlow(orderNumber), undefined);
      await setStatus(orderNumber, 'New');
      assert.equal((await integration.orderInFlow(orderNumber))?.orderState, 'PARKED');
    });
  }

  it('finding 16: shows that an order in the shop is held, and leaves it there', async () => {
    const orderNumber = await shop.place();
    await integration.settled(orderNumber);
    await integration.omnium('POST', `/api/Orders/${orderNumber}/UpdateStatus`, { status: 'OnHold' });
    const { syncState, outcome } = await integration.settled(orderNumber);
    assert.equal(syncState, 'Differs');
    assert.deepEqual(outcome?.differences, ['status: Omnium holds the order back (OnHold): do not hand it over']);
    assert.equal((await integration.orderInFlow(orderNumber))?.orderState, 'PARKED');
    await setStatus(orderNumber, 'InProgress');
    assert.equal((await integration.settled(orderNumber)).syncState, 'Synced');
  });

  it('finding 17: takes from the shop what Omnium has finished by itself', async () => {
    await integration.manners('omnium', 'finished-without-delivered');
    for (const status of ['Completed', 'PickedUp', 'Returned']) {
      const orderNumber = await shop.place();
      await integration.settled(orderNumber);
      await setStatus(orderNumber, status);
      const { outcome } = await integration.settled(orderNumber);
      assert.equal(outcome?.orderState, 'CANCELLED', status);
      assert.equal(await statusOf(orderNumber), status);
    }
  });

  it('finding 26: patches a deadline once that Omnium does not keep', async () => {
    await integration.manners('omnium', 'deadline-not-kept');
    const orderNumber = await shop.place();
    await integration.settled(orderNumber);
    await integration.clearRequests();
    for (let pass = 0; pass < 2; pass += 1) {
      await integration.resync(orderNumber);
      assert.equal((await integration.settled(orderNumber)).syncState, 'Synced');
    }
    assert.deepEqual(await integration.requests('omnium', 'PATCH'), []);
    for (const method of ['POST', 'PUT', 'DELETE']) assert.deepEqual(await integration.requests('flow', method), []);
  });
});
