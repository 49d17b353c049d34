import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FLOW_MANNERS } from '../../sandbox/flow/manners';
import { OMNIUM_MANNERS } from '../../sandbox/omnium/manners';

describe('manners of the sandbox', () => {
  it('stand in docs/assumptions.md, each with its vendor', () => {
    const rows = readFileSync('docs/assumptions.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| (Omnium|Flow) \|/gm);
    const documented = [...rows].map(([, name, vendor]) => `${vendor ?? ''} ${name ?? ''}`);
    const there = [
      ...Object.keys(OMNIUM_MANNERS).map((name) => `Omnium ${name}`),
      ...Object.keys(FLOW_MANNERS).map((name) => `Flow ${name}`),
    ];
    assert.deepEqual(documented, there);
  });

  it('say each what the vendor does, and the place of the contract that leaves it open', () => {
    for (const { does, contract } of Object.values({ ...OMNIUM_MANNERS, ...FLOW_MANNERS })) {
      assert.match(does, /\.$/);
      assert.match(contract, /^(additions|§)/);
    }
  });
});
