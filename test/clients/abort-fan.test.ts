import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';

import { onAbort } from '../../src/clients/abort-fan';

describe('calls that wait on one signal', () => {
  it('are told once when it fires: those that are still waiting, and nobody else', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const forget = ['a', 'b', 'c'].map((name) => onAbort(controller.signal, () => told.push(name)));
    forget[1]?.();
    controller.abort();
    assert.deepEqual(told, ['a', 'c']);
    for (const again of forget) again();
    assert.deepEqual(told, ['a', 'c']);
  });

  it('need one listener, however many come and go', () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 1_000; round += 1) onAbort(signal, () => undefined)();
    const forget = onAbort(signal, () => undefined);
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    forget();
  });

  it('never take the place of another, also when they are forgotten twice', () => {
    const controller = new AbortController();
    let told = 0;
    const forget = onAbort(controller.signal, () => undefined);
    forget();
    // Has the place that has become free.
    onAbort(controller.signal, () => (told += 1));
    forget();
    controller.abort();
    assert.equal(told, 1);
  });

  it('may forget each other while they are told', () => {
    const controller = new AbortController();
    const told: string[] = [];
    onAbort(controller.signal, () => {
      told.push('first');
      forgetSecond();
    });
    const forgetSecond = onAbort(controller.signal, () => told.push('second'));
    controller.abort();
    assert.deepEqual(told, ['first']);
  });
});
