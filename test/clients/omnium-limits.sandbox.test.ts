import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { VendorHttpError } from '../../src/clients/errors';
import { OmniumClient } from '../../src/clients/omnium/client';
import { ENGINES } from '../../src/contracts/task-queues';
import { limitShareOf } from '../../src/workers/limit-share';
import { startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { type LimitedWork, workWithinLimits } from '../support/limited-worker';
import { failureOf } from './vendor-server';

const SCRIPT = join(__dirname, '../support/limited-worker.js');
const ONE_EACH = { 'order-sync': 1, 'receivement-sync': 1, exports: 1 };

describe("the vendor's limits over all processes", function () {
  this.timeout(60_000);
  let omnium: OmniumRig;

  before(async () => {
    omnium = await startRig();
    await omnium.control('POST', '/faults', { kind: 'latency', delayMs: 10, path: 'Markets|Scroll' });
  });

  after(() => omnium.stop());

  beforeEach(() => omnium.control('DELETE', '/requests'));

  const refused = async (path: string): Promise<number> => {
    const answer = await omnium.control('GET', `/requests/count?status=429&path=${path}`);
    return Number(answer.json.at('count'));
  };
  const made = async (path: string): Promise<number> =>
    Number((await omnium.control('GET', `/requests/count?status=200&path=${path}`)).json.at('count'));

  it('are kept to by a process of each engine, whatever all of them have to do', async () => {
    const children = (['order-sync', 'exports'] as const).map((engine) => ({ engine, child: fork(SCRIPT) }));
    try {
      await Promise.all(children.map(({ child }) => once(child, 'message')));
      const work = { omniumUrl: omnium.url, calls: 20, scrolls: 0 };
      const elsewhere = children.map(async ({ engine, child }) => {
        const answer = once(child, 'message') as Promise<[number]>;
        child.send({ ...work, engine, scrolls: engine === 'exports' ? 3 : 0 } satisfies LimitedWork);
        return (await answer)[0];
      });
      const here = workWithinLimits(work, () => limitShareOf(['receivement-sync'], ONE_EACH));
      assert.deepEqual(await Promise.all([...elsewhere, here]), [0, 0, 0]);
      assert.equal(await refused('/api/'), 0);
      assert.equal(await made('/api/Markets'), 3 * 4 * 20);
      assert.ok((await made('/api/Products/Scroll')) >= 12);
    } finally {
      for (const { child } of children) child.kill();
    }
  });

  it('are broken by processes of which each takes all', async () => {
    // Long enough that calls of a busy machine overlap as well.
    await omnium.control('POST', '/faults', { kind: 'latency', delayMs: 300, path: 'Markets', times: 60 });
    const work = { omniumUrl: omnium.url, calls: 8, scrolls: 0 };
    const failures = await Promise.all(ENGINES.map(() => workWithinLimits(work, () => 1)));
    assert.ok(failures.some((count) => count > 0));
    assert.ok((await refused('/api/Markets')) > 0);
  });

  it('are kept to for scrolls by asking again where another process began one at the same moment', async () => {
    await omnium.control('POST', '/faults', { kind: 'rate-limit', path: 'Products/Scroll$', times: 1, retryAfter: 0 });
    const client = new OmniumClient({
      ...{ baseUrl: omnium.url, clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
      ...{ timeoutMs: 5_000, maxConcurrentRequests: 4 },
    });
    try {
      let refs = 0;
      for await (const batch of client.products.scrollRefs({ marketIds: ['NOR'] })) refs += batch.refs.length;
      assert.ok(refs > 0);
      assert.equal(await refused('Products/Scroll'), 1);
      await omnium.control('POST', '/faults', { kind: 'rate-limit', path: '^/api/Markets', times: 1, retryAfter: 0 });
      const error = await failureOf(client.directory.getMarkets(), VendorHttpError);
      assert.equal(error.status, 429, 'other calls are for the ladder to repeat');
    } finally {
      await client.close();
    }
  });
});

describe('the share of a process', () => {
  it('is that of its engines, divided by the number of their processes; of all together it is the whole', () => {
    assert.deepEqual(
      ENGINES.map((engine) => limitShareOf([engine], ONE_EACH)),
      [0.5, 0.2, 0.3],
    );
    assert.equal(limitShareOf(ENGINES, ONE_EACH), 1);
    const many = { 'order-sync': 4, 'receivement-sync': 2, exports: 3 };
    const sum = ENGINES.reduce((total, engine) => total + many[engine] * limitShareOf([engine], many), 0);
    assert.ok(Math.abs(sum - 1) < 1e-9);
  });
});
