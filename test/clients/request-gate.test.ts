import assert from 'node:assert/strict';

import { RequestGate } from '../../src/clients/request-gate';
import { pause } from './vendor-server';

describe('request gate', () => {
  it('lets callers in one after another, in their order', async () => {
    const gate = new RequestGate(1);
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

  it('keeps their order, however many wait and give up', async () => {
    const gate = new RequestGate(1);
    const order: number[] = [];
    const impatient = new AbortController();
    const all = Array.from({ length: 1_000 }, async (_unused, caller) => {
      const leave = await gate.enter(caller % 3 === 1 ? impatient.signal : undefined);
      order.push(caller);
      if (caller === 600) impatient.abort(new Error('enough'));
      leave();
    });
    await Promise.allSettled(all);
    const came = Array.from({ length: 1_000 }, (_unused, caller) => caller);
    assert.deepEqual(
      order,
      came.filter((caller) => caller <= 600 || caller % 3 !== 1),
    );
  });

  it('forgets a caller that gave up waiting, and the place goes to the next', async () => {
    const gate = new RequestGate(1);
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
    const gate = new RequestGate(1);
    const controller = new AbortController();
    const entering = gate.enter(controller.signal);
    controller.abort(new Error('too late'));
    (await entering)();
    (await gate.enter(undefined))();
  });

  it('spends the budget in a burst and then waits for the refill', async () => {
    const gate = new RequestGate(100, { capacity: 3, refillPerSecond: 20 });
    const admittedAtMs: number[] = [];
    const startedAtMs = performance.now();
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const leave = await gate.enter(undefined);
        admittedAtMs.push(performance.now() - startedAtMs);
        leave();
      }),
    );
    // A token comes every 50 ms; timers and clocks differ by a millisecond.
    const earliestMs = [0, 0, 0, 49, 99];
    assert.ok(
      admittedAtMs.every((ms, index) => ms >= (earliestMs[index] ?? Infinity)),
      admittedAtMs.join(),
    );
    assert.ok((admittedAtMs[2] ?? Infinity) < 49, admittedAtMs.join());
  });

  it('takes the most careful setting of those who share it', async () => {
    const gate = new RequestGate(5);
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

describe('request gate of several parties', () => {
  it('lets them in in turn, whoever came with how many', async () => {
    const gate = new RequestGate(1);
    const order: string[] = [];
    const leave = await gate.enter(undefined, 'busy');
    const come = async (party: string, name: string): Promise<void> => {
      const done = await gate.enter(undefined, party);
      order.push(name);
      done();
    };
    const all = [1, 2, 3, 4].map((index) => come('busy', `busy ${index}`));
    all.push(come('calm', 'calm 1'), come('third', 'third 1'), come('calm', 'calm 2'));
    leave();
    await Promise.all(all);
    assert.deepEqual(order, ['busy 1', 'calm 1', 'third 1', 'busy 2', 'calm 2', 'busy 3', 'busy 4']);
  });

  it('gives a party that comes late the next free place', async () => {
    const gate = new RequestGate(2);
    const inside = [await gate.enter(undefined, 'busy'), await gate.enter(undefined, 'busy')];
    const order: string[] = [];
    const come = async (party: string): Promise<() => void> => {
      const leave = await gate.enter(undefined, party);
      order.push(party);
      return leave;
    };
    const waiting = [...Array.from({ length: 50 }, () => come('busy')), come('calm')];
    inside[0]?.();
    await waiting[0];
    inside[1]?.();
    const calm = await waiting[50];
    assert.deepEqual(order, ['busy', 'calm']);
    calm?.();
    for (const leaving of waiting) (await leaving)();
    assert.equal(order.length, 51);
  });

  it('forgets a party whose only caller gave up', async () => {
    const gate = new RequestGate(1);
    const leave = await gate.enter(undefined, 'a');
    const impatient = new AbortController();
    const given = gate.enter(impatient.signal, 'b').catch((error: unknown) => error);
    const next = gate.enter(undefined, 'c');
    impatient.abort(new Error('enough'));
    assert.equal((await given) instanceof Error, true);
    leave();
    (await next)();
  });

  it('spends one budget for all of them', async () => {
    const gate = new RequestGate(10, { capacity: 2, refillPerSecond: 20 });
    const admitted: string[] = [];
    const startedAtMs = performance.now();
    const all = ['a', 'a', 'a', 'b', 'b'].map(async (party) => {
      const leave = await gate.enter(undefined, party);
      admitted.push(party);
      leave();
    });
    await pause(5);
    assert.deepEqual(admitted, ['a', 'a']);
    await Promise.all(all);
    assert.deepEqual(admitted, ['a', 'a', 'a', 'b', 'b']);
    assert.ok(performance.now() - startedAtMs >= 148);
  });
});
