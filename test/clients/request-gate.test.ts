import assert from 'node:assert/strict';

import { RequestGate } from '../../src/clients/request-gate';
import { pause } from './vendor-server';

describe('request gate', () => {
  it('lets callers in one after another, in their order', async () => {
    const gate = new RequestGate({ maxConcurrent: 1 });
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (caller) => {
        const leave = await gate.enter(undefined);
        order.push(caller);
        await pause(5);
        leave();
        leave();
      }),
    );
    assert.deepEqual(order, [1, 2, 3]);
  });

  it('forgets a caller that gave up waiting, and the place goes to the next', async () => {
    const gate = new RequestGate({ maxConcurrent: 1 });
    const leave = await gate.enter(undefined);
    const impatient = new AbortController();
    const reason = new Error('not needed any more');
    const given = gate.enter(impatient.signal).catch((error: unknown) => error);
    const next = gate.enter(undefined);
    impatient.abort(reason);
    assert.equal(await given, reason);
    leave();
    (await next)();
    (await gate.enter(undefined))();
  });

  it('gives the place back when the signal fires between admission and use', async () => {
    const gate = new RequestGate({ maxConcurrent: 1 });
    const controller = new AbortController();
    const entering = gate.enter(controller.signal);
    controller.abort(new Error('too late'));
    (await entering)();
    (await gate.enter(undefined))();
  });

  it('spends the budget in a burst and then waits for the refill', async () => {
    let now = 0;
    const gate = new RequestGate({
      maxConcurrent: 100,
      budget: { capacity: 3, refillPerSecond: 100 },
      clock: () => now,
    });
    let admitted = 0;
    const all = Array.from({ length: 5 }, async () => {
      const leave = await gate.enter(undefined);
      admitted += 1;
      leave();
    });
    await pause(5);
    assert.equal(admitted, 3);
    now += 10;
    await pause(25);
    assert.equal(admitted, 4);
    now += 10;
    await Promise.all(all);
  });

  it('takes the most careful setting of those who share it', async () => {
    const gate = new RequestGate({ maxConcurrent: 5 });
    gate.lowerLimitTo(1);
    gate.lowerLimitTo(9);
    const leave = await gate.enter(undefined);
    let second = false;
    const waiting = gate.enter(undefined).then((leaveSecond) => {
      second = true;
      leaveSecond();
    });
    await pause(5);
    assert.equal(second, false);
    leave();
    await waiting;
  });
});
