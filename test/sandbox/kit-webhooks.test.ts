import assert from 'node:assert/strict';

import { createTimers } from '../../sandbox/kit/clock';
import { createFaultSwitches, type FaultRequest } from '../../sandbox/kit/faults';
import { createPrng } from '../../sandbox/kit/prng';
import { createWebhookSender, type WebhookDelivery, type WebhookSender } from '../../sandbox/kit/webhook-sender';
import { type Receiver, startReceiver, until } from './omnium-rig';

describe('sandbox kit webhooks', () => {
  const timers = createTimers();
  const faults = createFaultSwitches(createPrng(1));
  const givenUp: string[] = [];
  let sender: WebhookSender;
  let receiver: Receiver;

  const make = (timeScale = 1): WebhookSender =>
    createWebhookSender({
      policy: { timeoutMs: 400, retryDelaysMs: [20, 40, 60], finalStatuses: [400, 404, 429] },
      timeScale,
      timers,
      faults,
      onGivenUp: (delivery, outcome) => givenUp.push(`${delivery.objectId} ${outcome}`),
    });
  const deliveryOf = (objectId: string, url = receiver.url): WebhookDelivery => ({
    action: 'changed',
    objectId,
    url,
    headers: { 'x-secret': 's3' },
    body: JSON.stringify({ objectId }),
  });
  const ids = (): unknown[] => receiver.received.map(({ body }) => body.at('objectId'));
  const fault = (kind: FaultRequest['kind'], over: Partial<FaultRequest> = {}): void => {
    faults.add({ kind, share: 1, ...over });
  };

  beforeEach(() => {
    sender = make();
    faults.clear();
    givenUp.length = 0;
  });
  afterEach(async () => {
    await sender.stop();
    timers.clear();
    await receiver.stop();
  });

  it('delivers with its headers and counts nothing as pending', async () => {
    receiver = await startReceiver();
    sender.send(deliveryOf('a'));
    assert.equal(sender.pendingCount(), 1);
    const [first] = await receiver.waitFor(1);
    assert.equal(first?.headers['x-secret'], 's3');
    assert.equal(first.headers['content-type'], 'application/json');
    await until(() => sender.pendingCount() === 0, 'the end of the delivery');
    assert.deepEqual(
      sender.log().map(({ attempt, status }) => [attempt, status]),
      [[1, 202]],
    );
  });

  it('tries again by its delays and gives up after the last', async () => {
    receiver = await startReceiver([500, 503, 500, 500, 200]);
    sender.send(deliveryOf('a'));
    await until(() => givenUp.length === 1, 'giving up');
    assert.deepEqual(givenUp, ['a 500']);
    assert.deepEqual(
      sender.log().map(({ attempt, status }) => [attempt, status]),
      [
        [1, 500],
        [2, 503],
        [3, 500],
        [4, 500],
      ],
    );
    const times = receiver.received.map(({ atMs }) => atMs);
    assert.ok((times[3] ?? 0) - (times[0] ?? 0) >= 115, 'waits 20, 40 and 60 ms');
    assert.equal(sender.pendingCount(), 0);
  });

  it('never tries again after a final status', async () => {
    receiver = await startReceiver([404]);
    sender.send(deliveryOf('a'));
    await until(() => givenUp.length === 1, 'giving up');
    assert.equal(receiver.received.length, 1);
  });

  it('takes a refused connection as a failed try', async () => {
    receiver = await startReceiver();
    sender.send(deliveryOf('a', 'http://127.0.0.1:1/none'));
    await until(() => sender.log().length >= 2, 'two tries');
    assert.equal(sender.log()[0]?.error, 'ECONNREFUSED');
  });

  it('scales the delays', async () => {
    receiver = await startReceiver([500, 500, 500, 500]);
    await sender.stop();
    sender = make(0.01);
    sender.send(deliveryOf('a'));
    await until(() => givenUp.length === 1, 'giving up');
    const times = receiver.received.map(({ atMs }) => atMs);
    assert.ok((times[3] ?? 0) - (times[0] ?? 0) < 100);
  });

  it('loses, doubles and delays deliveries when told', async () => {
    receiver = await startReceiver();
    fault('webhook-lost', { times: 1 });
    sender.send(deliveryOf('lost'));
    fault('webhook-duplicate', { times: 1 });
    sender.send(deliveryOf('twice'));
    await receiver.waitFor(2);
    fault('webhook-delay', { times: 1, delayMs: 80 });
    const sentAt = performance.now();
    sender.send(deliveryOf('late'));
    await receiver.waitFor(3);
    assert.deepEqual(ids(), ['twice', 'twice', 'late']);
    assert.ok((receiver.received[2]?.atMs ?? 0) - sentAt >= 75);
    assert.equal(sender.log()[0]?.fault, 'webhook-lost');
  });

  it('puts a delivery behind the next one, or sends it late when there is none', async () => {
    receiver = await startReceiver();
    fault('webhook-reorder', { times: 1 });
    sender.send(deliveryOf('first'));
    sender.send(deliveryOf('second'));
    await receiver.waitFor(2);
    assert.deepEqual(ids(), ['second', 'first']);
    fault('webhook-reorder', { times: 1 });
    sender.send(deliveryOf('alone'));
    await receiver.waitFor(3);
    assert.equal(ids()[2], 'alone');
  });

  it('hands waiting deliveries over to the next run', async () => {
    receiver = await startReceiver([500]);
    sender.send(deliveryOf('a'));
    await until(() => sender.pending()[0]?.attempts === 1, 'the first try');
    const pending = JSON.parse(JSON.stringify(sender.pending())) as ReturnType<WebhookSender['pending']>;
    await sender.stop();
    timers.clear();
    sender = make();
    sender.restore(pending);
    await receiver.waitFor(2);
    await until(() => sender.pendingCount() === 0, 'the end of the delivery');
    assert.equal(sender.log()[0]?.attempt, 2);
  });
});
