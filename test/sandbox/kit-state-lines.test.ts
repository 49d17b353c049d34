import assert from 'node:assert/strict';

import { linesOf, StateBuilder } from '../../sandbox/kit/state-lines';

const rebuilt = (state: unknown): { state: unknown; lines: string[] } => {
  const lines = [...linesOf(state)];
  const builder = new StateBuilder();
  for (const line of lines) {
    builder.add(line);
  }
  return { state: builder.state, lines };
};

describe('sandbox kit state as lines', () => {
  it('comes back as it was, long lists written item by item', () => {
    const documents = Array.from({ length: 250 }, (_, index) => [
      index,
      { id: `o-${index}`, lines: [1, 2, { a: null }] },
    ]);
    const state = {
      vendor: { tenants: { 'flow.no': { collections: { orders: { documents, removed: ['x'], nextId: 251 } } } } },
      webhooks: [],
      offset: 0,
      name: 'line\u2028and paragraph\u2029separators\nand breaks',
      __proto__names: { ['__proto__']: 1 },
    };
    const { state: again, lines } = rebuilt(state);
    assert.deepEqual(again, state);
    assert.ok(lines.length > 250);
    assert.ok(lines.every((line) => line.split(/\r\n|[\n\r\u2028\u2029]/).length === 2));
  });

  it('takes any JSON, and leaves out what JSON has no word for', () => {
    for (const value of [null, 7, 'text', [], {}, [1, 2, 3]]) {
      assert.deepEqual(rebuilt(value).state, value);
    }
    assert.deepEqual(rebuilt({ a: undefined, b: 1 }).state, { b: 1 });
  });

  it('refuses lines that are none of its own', () => {
    assert.throws(() => new StateBuilder().add('{"key":1}'), SyntaxError);
    assert.throws(() => new StateBuilder().add('[["orders","1"],{}]'), /gap/);
    assert.throws(() => new StateBuilder().add('[["orders'), SyntaxError);
  });
});
