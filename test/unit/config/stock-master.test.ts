import assert from 'node:assert/strict';

import { type StockWrite, stockMasterOf, stockWriteRefused } from '../../../src/config/stock-master';
import { type TenantConfig } from '../../../src/config/types';
import { load, put, validDocument, validTenant } from './valid-config';

/** Two stores, one of each master, read by the real loader; the gate as asked for. */
function tenantWith(gate: { readonly connector?: string; readonly market?: string } = {}): TenantConfig {
  const property = (value: string | undefined): object[] =>
    value === undefined ? [] : [{ key: 'OmniumIsMasterForStock', value }];
  const connector = validTenant()['connector'] as { properties: object[] };
  const document = put(validDocument(), 'tenants[0].connector.properties', [
    ...connector.properties,
    ...property(gate.connector),
  ]);
  put(document, 'tenants[0].markets[0].properties', property(gate.market));
  put(document, 'tenants[0].stores', [
    { storeId: 'bergen-sentrum', settings: { OMNIUM_FLOW_STOCK_MASTER: true } },
    { storeId: 'oslo-city', storeUid: 'oslo_1' },
  ]);
  const [tenant] = load(document).tenants;
  assert.ok(tenant);
  return tenant;
}

describe('the stock master of a store', () => {
  const tenant = tenantWith({ connector: 'true' });

  it('is Flow where the store says so, else Omnium, also for stores that the configuration does not name', () => {
    assert.equal(stockMasterOf(tenant, 'bergensentrum'), 'flow');
    assert.equal(stockMasterOf(tenant, 'oslo_1'), 'omnium');
    assert.equal(stockMasterOf(tenant, 'trondheimtorg'), 'omnium');
  });

  it('is asked for by Flow’s uid of the store, not by Omnium’s id', () => {
    assert.equal(stockMasterOf(tenant, 'bergen-sentrum'), 'omnium');
  });
});

describe('a write of stock levels', () => {
  const OPEN = tenantWith({ connector: 'true' });
  const CLOSED = tenantWith();

  const cases: readonly (readonly [string, TenantConfig, StockWrite, refused: RegExp | undefined])[] = [
    ['into Omnium, where Flow is the master', OPEN, { into: 'omnium', storeUid: 'bergensentrum' }, undefined],
    [
      'into Omnium, where Flow is the master, gate closed',
      CLOSED,
      { into: 'omnium', storeUid: 'bergensentrum' },
      undefined,
    ],
    [
      'into Omnium, where Omnium is',
      OPEN,
      { into: 'omnium', storeUid: 'oslo_1' },
      /^Omnium is the stock master of oslo_1/,
    ],
    ['into Omnium, of an unnamed store', OPEN, { into: 'omnium', storeUid: 'x' }, /^Omnium is the stock master of x/],
    ['into Flow, where Omnium is the master', OPEN, { into: 'flow', storeUid: 'oslo_1' }, undefined],
    ['into Flow, of an unnamed store', OPEN, { into: 'flow', storeUid: 'x' }, undefined],
    [
      'into Flow, where Flow is',
      OPEN,
      { into: 'flow', storeUid: 'bergensentrum' },
      /^Flow is the stock master of bergensentrum/,
    ],
    [
      'into Flow, where Flow is, gate closed',
      CLOSED,
      { into: 'flow', storeUid: 'bergensentrum' },
      /^Flow is the stock master/,
    ],
    [
      'into Flow, behind the closed gate',
      CLOSED,
      { into: 'flow', storeUid: 'oslo_1' },
      /^OmniumIsMasterForStock is false/,
    ],
  ];
  for (const [what, tenant, write, refused] of cases) {
    it(`${what} is ${refused ? 'refused with the reason' : 'allowed'}`, () => {
      const reason = stockWriteRefused(tenant, write);
      if (refused) assert.match(reason ?? '', refused);
      else assert.equal(reason, undefined);
    });
  }

  it('asks the gate of the store’s own market, where it is known', () => {
    const shutInMarket = tenantWith({ connector: 'true', market: 'false' });
    const properties = shutInMarket.markets[0]?.properties;
    assert.ok(properties);
    const write = { into: 'flow', storeUid: 'oslo_1' } as const;
    assert.equal(stockWriteRefused(shutInMarket, write), undefined, 'the connector’s own is open');
    assert.match(stockWriteRefused(shutInMarket, { ...write, properties }) ?? '', /^OmniumIsMasterForStock is false/);
    const open = { ...write, properties: { OmniumIsMasterForStock: true } };
    assert.equal(stockWriteRefused(CLOSED, open), undefined);
  });

  it('of any store may go one way at most', () => {
    for (const tenant of [OPEN, CLOSED]) {
      for (const storeUid of ['bergensentrum', 'oslo_1', 'x']) {
        const allowed = (['flow', 'omnium'] as const).filter(
          (into) => stockWriteRefused(tenant, { into, storeUid }) === undefined,
        );
        assert.ok(allowed.length <= 1, `${storeUid}: ${allowed.join(' and ')}`);
      }
    }
  });
});
