import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildChain } from '../../sandbox/chain/build-chain';
import { at, type FlowRig, S, skuNumber, startFlowRig, stockOf, T } from './flow-rig';

const HOUR_MS = 3_600_000;

describe("the Flow sandbox's state", () => {
  let rig: FlowRig | undefined;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flow-state-'));
  });
  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  const order = (running: FlowRig, fields: object = {}): object => ({
    type: 'ORDER',
    items: [{ orderItemUid: 'l1', sku: skuNumber(running, 0), quantity: 100, itemPrice: 1_000 }],
    ...fields,
  });

  it('goes on after a restart where it stopped: documents, stock, numbers, indexes and time', async () => {
    const stateFile = join(folder, 'flow.json');
    rig = await startFlowRig({ stateFile });
    await rig.call(`POST ${S}/orders`, order(rig, { orderUid: 'kept', externalOrderNumber: 'W-7' }));
    const sale = await rig.till('/sales', { lines: [{ sku: skuNumber(rig, 1), quantity: 100 }] });
    await rig.call(`DELETE ${T}/brands/varg`);
    await rig.control('POST /clock', { advanceMs: 48 * HOUR_MS });
    const stock = await stockOf(rig, skuNumber(rig, 0));
    const before = await rig.call(`GET ${T}/orders/kept`);
    await rig.stop();

    rig = await startFlowRig({ stateFile });
    assert.deepEqual((await rig.call(`GET ${T}/orders/kept`)).body, before.body);
    assert.deepEqual(await stockOf(rig, skuNumber(rig, 0)), stock);
    assert.equal((await rig.call(`GET ${T}/brands/varg`)).status, 404);
    const found = await rig.call(`GET ${S}/orders?orderExternalOrderNumber=W-7`);
    assert.equal(at(found.body, 'items[0].orderUid'), 'kept');
    const next = await rig.till('/sales', { lines: [{ sku: skuNumber(rig, 1), quantity: 100 }] });
    assert.equal(Number(at(next.body, 'voucherNumber')), Number(at(sale.body, 'voucherNumber')) + 1);
    assert.ok(Date.parse(String(at(next.body, 'createdAt'))) > Date.now() + 47 * HOUR_MS);
  });

  it('starts afresh when the saved state is of another chain', async () => {
    const stateFile = join(folder, 'flow.json');
    rig = await startFlowRig({ stateFile });
    await rig.call(`POST ${S}/orders`, order(rig, { orderUid: 'kept' }));
    await rig.stop();
    rig = await startFlowRig({ stateFile, chain: buildChain({ seed: 7, products: 60, stores: 8 }) });
    assert.equal((await rig.call(`GET ${T}/orders/kept`)).status, 404);
  });

  it('goes back to the seed on reset', async () => {
    rig = await startFlowRig();
    const stock = await stockOf(rig, skuNumber(rig, 0));
    await rig.call(`POST ${S}/orders`, order(rig, { orderUid: 'gone' }));
    await rig.control('POST /faults', { kind: 'error', status: 500 });
    assert.equal((await rig.control('POST /reset')).status, 204);
    assert.equal((await rig.call(`GET ${T}/orders/gone`)).status, 404);
    assert.deepEqual(await stockOf(rig, skuNumber(rig, 0)), stock);
  });

  it('deletes parked orders whose time is over once the clock has passed it, and nothing else', async () => {
    rig = await startFlowRig();
    const stock = await stockOf(rig, skuNumber(rig, 0));
    const validUntil = new Date(Date.now() + HOUR_MS).toISOString();
    for (const [orderUid, orderState] of [
      ['expires', 'PARKED'],
      ['confirmed', 'CONFIRMED'],
      ['open', 'OPEN'],
      ['paid', 'PARKED'],
      ['later', 'PARKED'],
    ] as const) {
      const until = orderUid === 'later' ? new Date(Date.now() + 9 * HOUR_MS).toISOString() : validUntil;
      await rig.call(`POST ${S}/orders`, order(rig, { orderUid, validUntil: until }));
      await rig.call(`PUT ${S}/orders/${orderUid}`, { orderState });
    }
    await rig.call(`POST ${S}/orders/paid/settlements`, { amount: 500, storePaymentMethodUid: 'oslocity_web' });
    await rig.control('POST /clock', { advanceMs: 60_000 });
    assert.equal((await rig.call(`GET ${T}/orders/expires`)).status, 200);
    await rig.control('POST /clock', { advanceMs: HOUR_MS });
    assert.equal((await rig.call(`GET ${T}/orders/expires`)).status, 404);
    for (const uid of ['confirmed', 'open', 'paid', 'later']) {
      assert.equal((await rig.call(`GET ${T}/orders/${uid}`)).status, 200, uid);
    }
    assert.equal((await stockOf(rig, skuNumber(rig, 0))).reserved, stock.reserved + 400);
  });

  it('keeps what was written when the answer is lost, so that the retry meets it', async () => {
    rig = await startFlowRig();
    await rig.control('POST /faults', { kind: 'lost-answer', method: 'POST', path: '/orders$', times: 1 });
    const body = order(rig, { orderUid: 'lost' });
    await assert.rejects(rig.call(`POST ${S}/orders`, body));
    assert.equal((await rig.call(`POST ${S}/orders`, body)).status, 409);
    assert.equal((await rig.call(`GET ${T}/orders/lost`)).status, 200);
  });
});
