import assert from 'node:assert/strict';

import { createClock } from '../../sandbox/kit/clock';
import { Collection } from '../../sandbox/omnium/state/collection';
import { formatDateTime } from '../../sandbox/omnium/wire/schema';
import { type Answer, fetchToken, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

describe('Omnium sandbox deltas', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const pages = async (path: string, search: Record<string, unknown>, member: string): Promise<unknown[]> => {
    const ids: unknown[] = [];
    for (let page = 0; ; page += 1) {
      const { json } = await rig.call('POST', path, { ...search, page, take: 10 });
      const part = json.list('result').map((document) => document.at(member));
      ids.push(...part);
      if (part.length === 0) {
        assert.equal(json.at('totalHits'), ids.length);
        return ids;
      }
    }
  };
  const advance = (advanceMs: number): Promise<Answer> => rig.control('POST', '/clock', { advanceMs });

  it('pages every order changed since a moment exactly once, in any sort order', async () => {
    const ids = Array.from({ length: 34 }, (_, index) => `o-${String(index).padStart(2, '0')}`);
    await rig.call(
      'POST',
      '/api/Orders/ImportMany',
      ids.map((id) => orderOf(rig, id, { created: '2026-11-20T10:00:00Z' })),
    );
    await advance(60_000);
    const changed = ids.filter((_, index) => index % 3 === 0);
    for (const id of changed) {
      await rig.call('PATCH', `/api/Orders/${id}/PatchOrder`, { tags: ['x'] });
    }
    const first = await rig.call('GET', `/api/Orders/${changed[0] ?? ''}`);
    const modifiedFrom = first.json.text('modified');
    for (const sortOrder of ['ModifiedAscending', 'ModifiedDescending', 'CreatedAscending', 'CreatedDescending']) {
      const found = await pages('/api/Orders/Search', { modifiedFrom, sortOrder }, 'id');
      assert.deepEqual([...found].sort(), changed, sortOrder);
    }
    assert.deepEqual(await pages('/api/Orders/Search', { modifiedFrom, sortOrder: 'DocumentId' }, 'id'), changed);
    assert.deepEqual((await pages('/api/Orders/Search', { sortOrder: 'ModifiedAscending' }, 'id')).slice(-12), changed);
    const before = ids.filter((id) => !changed.includes(id));
    const modifiedTo = new Date(Date.parse(modifiedFrom) - 1).toISOString();
    assert.deepEqual((await pages('/api/Orders/Search', { modifiedTo }, 'id')).sort(), before);
  });

  it('pages customers alike', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `new_${String(index).padStart(2, '0')}`);
    await rig.call(
      'PUT',
      '/api/PrivateCustomers/AddOrUpdateMany',
      ids.map((customerId) => ({ customerId, firstName: 'A', marketGroupId: 'NORDIC' })),
    );
    const modifiedFrom = (await rig.call('GET', '/api/PrivateCustomers/new_00')).json.text('modified');
    const search = { modifiedFrom, sortOrder: 'ModifiedAscending', marketGroupIds: ['NORDIC'] };
    assert.deepEqual(await pages('/api/PrivateCustomers/Search', search, 'customerId'), ids);
    await advance(60_000);
    await rig.call('PUT', '/api/PrivateCustomers/AddOrUpdateMany', [{ customerId: 'new_07', firstName: 'B' }]);
    const later = (await rig.call('GET', '/api/PrivateCustomers/new_07')).json.text('modified');
    assert.deepEqual(await pages('/api/PrivateCustomers/Search', { modifiedFrom: later }, 'customerId'), ['new_07']);
  });

  it('shows a change to a delta only after the index lag, with the time it was made', async () => {
    const slow = await startRig({ rateLimits: false, indexLagMs: 400 });
    try {
      await slow.call('POST', '/api/Orders', orderOf(slow, 'o-1'));
      const { json } = await slow.call('GET', '/api/Orders/o-1');
      const hits = async (): Promise<unknown> =>
        (await slow.call('POST', '/api/Orders/Search', { modifiedFrom: json.text('modified') })).json.at('totalHits');
      assert.equal(await hits(), 0);
      await slow.control('POST', '/clock', { advanceMs: 400 });
      assert.equal(await hits(), 1);
    } finally {
      await slow.stop();
    }
  });

  it('finds by exact values what a look at everything would find, through changes and removals', () => {
    type Doc = { id: string; modified: string; colour?: string; sizes?: string[] };
    const clock = createClock();
    const collection = new Collection<Doc>(clock, 0, {
      colour: ({ colour }) => [colour],
      size: ({ sizes }) => sizes ?? [],
    });
    const doc = (id: string, colour?: string, sizes?: string[]): Doc => ({
      id,
      modified: formatDateTime(clock.nowMs()),
      ...(colour === undefined ? {} : { colour }),
      ...(sizes === undefined ? {} : { sizes }),
    });
    const hits = (wanted: Record<string, string | string[] | undefined>): string[] =>
      [...collection.narrowedBy(wanted).visible()].map(({ id }) => id);
    for (const each of [doc('a', 'Red', ['s', 'm']), doc('b', 'red', ['m']), doc('c', 'blue'), doc('d')]) {
      collection.put(each.id, each);
    }
    assert.deepEqual(hits({ colour: 'RED' }), ['a', 'b']);
    assert.deepEqual(hits({ colour: undefined, size: ['m', 's'] }), ['a', 'b']);
    assert.deepEqual(hits({ size: [] }), ['a', 'b', 'c', 'd'], 'no value narrows nothing');
    collection.put('a', doc('a', 'blue'));
    collection.remove('c');
    assert.deepEqual(hits({ colour: 'red' }), ['b']);
    assert.deepEqual(hits({ colour: 'blue' }), ['a']);
    assert.deepEqual(hits({ size: 's' }), []);
    collection.load([['z', doc('z', 'red')]]);
    assert.deepEqual(hits({ colour: 'red' }), ['z']);
  });

  it('names the API user that called with every event, and as the one who modified', async () => {
    rig.token = await fetchToken(rig.url, 'webshop-client', 'webshop-secret');
    const sale = { id: 'p-1', orderNumber: 'p-1', marketId: 'NOR', storeId: 'oslo-city' };
    const lineItems = [lineOf(rig, { quantity: 3 })];
    const pdf = Buffer.from('%PDF-1.4');
    const calls: [string, string, unknown?][] = [
      ['POST', '/api/Orders', orderOf(rig, 'o-1')],
      ['PUT', '/api/Orders/PosOrders', { ...sale, orderForm: { lineItems } }],
      ['POST', '/api/Orders/o-1/AddPayments', [paymentOf()]],
      ['POST', '/api/Orders/o-1/OrderLinesUpdate', { lineItemUpdates: [{ lineItemId: '1', deliveredQuantity: 1 }] }],
      ['POST', '/api/Orders/o-1/OrderLines', lineOf(rig, { lineItemId: '2', quantity: 2 })],
      ['POST', '/api/Orders/o-1/OrderLines/2/Cancel'],
      ['PATCH', '/api/Orders/o-1/PatchOrder', { tags: ['x'] }],
      ['POST', '/api/Orders/o-1/UpdateStatus', { status: 'ReadyForPickup' }],
      [
        'POST',
        '/api/Returns/p-1/Return',
        {
          returns: [{ lineItemId: '1', returnQuantity: 1 }],
          omniumExchangeOrderOptions: { exchangeOrderId: 'p-2', exchangeOrderLines: [lineOf(rig)] },
        },
      ],
      ['PUT', '/api/Invoices/UpdateInvoice', { id: 'i-1', orderId: 'o-1' }],
      ['POST', '/api/PrivateCustomers', { customerId: 'c-1', firstName: 'A' }],
      ['DELETE', '/api/PrivateCustomers/Anonymize?id=c-1'],
      ['DELETE', '/api/PrivateCustomers/c-1'],
      ['DELETE', '/api/Orders/o-1'],
    ];
    for (const [method, path, body] of calls) {
      const answer = await rig.call(method, path, body);
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    }
    await rig.upload('/api/Invoices/i-1/AddAsset?fileName=a.pdf&assetId=a', pdf);
    await rig.call('DELETE', '/api/Invoices/i-1');
    const log = await rig.call('POST', '/api/EventLog/Search', { take: 100 });
    assert.ok(Number(log.json.at('totalHits')) >= calls.length + 2);
    assert.deepEqual([...new Set(log.json.list('result').map((event) => event.at('userId')))], ['webshop-client']);
    for (const id of ['o-1', 'p-1', 'p-2']) {
      assert.equal((await rig.call('GET', `/api/Orders/${id}`)).json.at('modifiedBy'), 'webshop-client');
    }
    const { clientId, clientSecret } = rig.chain.omniumApiUser;
    rig.token = await fetchToken(rig.url, clientId, clientSecret);
  });
});
