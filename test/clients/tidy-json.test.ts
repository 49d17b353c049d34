import assert from 'node:assert/strict';

import { tidyJson } from '../../src/clients/wire';

describe('tidying JSON', () => {
  it('drops null members at every depth, and no list elements', () => {
    const given = { a: null, b: { c: null, d: 0 }, e: [null, { f: null }] };
    assert.deepEqual(tidyJson(given, 'as-is'), { b: { d: 0 }, e: [null, {}] });
  });

  it('lowers first letters only where the vendor mixes them', () => {
    const given = { Id: 1, OrderForm: { LineItems: [{ Code: 'A' }] } };
    assert.deepEqual(tidyJson(given, 'first-letter-any-case'), { id: 1, orderForm: { lineItems: [{ code: 'A' }] } });
    assert.equal(tidyJson(given, 'as-is'), given);
  });

  it('keeps the camel-case member where both are there, unless it is null', () => {
    assert.deepEqual(tidyJson({ Id: 1, id: 2 }, 'first-letter-any-case'), { id: 2 });
    assert.deepEqual(tidyJson({ id: 2, Id: 1 }, 'first-letter-any-case'), { id: 2 });
    assert.deepEqual(tidyJson({ Id: 1, id: null }, 'first-letter-any-case'), {});
  });

  it('keeps the order of members', () => {
    const tidied = tidyJson({ b: 1, A: null, C: 2, a: 3 }, 'first-letter-any-case');
    assert.deepEqual(Object.keys(tidied ?? {}), ['b', 'c', 'a']);
  });

  it('gives back what is tidy as it is, and never changes what it was given', () => {
    const row = { sku: 'A', list: [1, 'two', { three: true }] };
    assert.equal(tidyJson(row, 'first-letter-any-case'), row);
    const given = { rows: [row, { Sku: 'B', none: null }] };
    const before = structuredClone(given);
    const tidied = tidyJson(given, 'first-letter-any-case');
    assert.deepEqual(tidied, { rows: [row, { sku: 'B' }] });
    assert.deepEqual(given, before);
  });

  it('takes `__proto__` for a name like any other', () => {
    const given: unknown = JSON.parse('{"__proto__": {"admin": true}, "none": null}');
    const tidied = tidyJson(given, 'as-is');
    assert.equal(Object.getPrototypeOf(tidied), Object.prototype);
    assert.equal(JSON.stringify(tidied), '{"__proto__":{"admin":true}}');
  });
});
