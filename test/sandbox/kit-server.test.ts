import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createPrng } from '../../sandbox/kit/prng';
import { type RunningSandbox, type SandboxServerOptions, startSandboxServer } from '../../sandbox/kit/server';
import { type VendorDefinition } from '../../sandbox/kit/vendor';

/** A vendor with one counter: enough to see what the kit does around it. */
const counterVendor = (): { definition: VendorDefinition; count: () => number } => {
  let count = 0;
  const definition: VendorDefinition = {
    name: 'counter',
    webhookPolicy: { timeoutMs: 500, retryDelaysMs: [10, 20], finalStatuses: [400] },
    manners: { 'counts-twice': { does: 'A call counts as two.', contract: 'how much a call counts is open' } },
    create: (context) => ({
      addRoutes: (router) => {
        router.post('/Count', (req, res) => {
          count += context.manners.has('counts-twice') ? 2 : 1;
          context.markDirty();
          res.json({ count, body: req.body as unknown });
        });
        router.get('/fail', () => {
          throw new Error('broken');
        });
      },
      answerFault: (res, { status }) => {
        res.status(status).json({ vendorSays: status });
      },
      answerError: (error, _req, res) => {
        res.status(400).json({ name: error instanceof Error ? error.name : 'unknown' });
      },
      answerUnknownPath: (_req, res) => {
        res.status(404).json({ unknown: true });
      },
      reset: () => {
        count = 0;
      },
      capture: () => ({ count }),
      restore: (state) => {
        count = (state as { count: number }).count;
      },
    }),
  };
  return { definition, count: () => count };
};

describe('sandbox kit server', () => {
  const vendor = counterVendor();
  let server: RunningSandbox;
  const start = (options: Partial<SandboxServerOptions> = {}): Promise<RunningSandbox> =>
    startSandboxServer({ seed: 3, ...options }, vendor.definition);
  const control = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${server.url}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const count = (path = '/Count', body: unknown = { n: 1 }): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  before(async () => {
    server = await start();
  });
  after(() => server.stop());
  it('does what the contract leaves open in the manner that is switched on, until a reset', async () => {
    const counted = async (): Promise<unknown> => ((await (await count()).json()) as { count: number }).count;
    assert.equal(await counted(), 1);
    const answer = await control('PUT', '/manners', { on: ['counts-twice'] });
    assert.deepEqual(await answer.json(), {
      manners: [
        {
          name: 'counts-twice',
          does: 'A call counts as two.',
          contract: 'how much a call counts is open',
          isOn: true,
        },
      ],
    });
    assert.equal(await counted(), 3);
    const refused = await control('PUT', '/manners', { on: ['counts-never'] });
    assert.equal(refused.status, 400);
    assert.deepEqual(await refused.json(), { message: 'No such manner: counts-never. There are: counts-twice.' });
    await control('POST', '/reset');
    assert.equal(await counted(), 1);
  });

  it('starts in the manners it is given, and does not start in one that it does not know', async () => {
    const mannered = await start({ manners: ['counts-twice'] });
    const answer = await fetch(`${mannered.url}/Count`, { method: 'POST' });
    assert.equal(((await answer.json()) as { count: number }).count, 2);
    await mannered.stop();
    await assert.rejects(start({ manners: ['counts-never'] }), /No such manner: counts-never/);
  });

  beforeEach(async () => {
    assert.equal((await control('POST', '/reset')).status, 204);
  });

  it('tells that it is ready', async () => {
    assert.deepEqual(await (await control('GET', '/health')).json(), { vendor: 'counter', ready: true });
  });

  it('takes paths in any case and hands errors to the vendor', async () => {
    assert.deepEqual(await (await count('/cOUNT')).json(), { count: 1, body: { n: 1 } });
    assert.equal((await fetch(`${server.url}/nowhere`)).status, 404);
    assert.deepEqual(await (await fetch(`${server.url}/fail`)).json(), { name: 'Error' });
    const broken = await count('/Count', '{"n":');
    assert.equal(broken.status, 400);
    assert.deepEqual(await broken.json(), { name: 'BodySyntaxError' });
  });

  it('logs public requests, filters them and leaves its own out', async () => {
    await (await count('/Count?x=1')).text();
    await (await fetch(`${server.url}/nowhere`)).text();
    const all = (await (await control('GET', '/requests')).json()) as {
      requests: Record<string, unknown>[];
      next: number;
    };
    assert.deepEqual(
      all.requests.map(({ method, path, query, status }) => [method, path, query, status]),
      [
        ['POST', '/Count', 'x=1', 200],
        ['GET', '/nowhere', '', 404],
      ],
    );
    assert.match(String(all.requests[0]?.['bodySha256']), /^[0-9a-f]{64}$/);
    assert.equal(all.next, all.requests[1]?.['seq']);
    assert.deepEqual(await (await control('GET', '/requests/count?path=count&method=post')).json(), { count: 1 });
    assert.deepEqual(await (await control('GET', '/requests/count?status=404')).json(), { count: 1 });
    assert.deepEqual(await (await control('GET', `/requests/count?since=${all.next}`)).json(), { count: 0 });
    await control('DELETE', '/requests');
    assert.deepEqual(await (await control('GET', '/requests/count')).json(), { count: 0 });
  });

  it('answers switched-on failures in the vendor’s words, as often as told', async () => {
    await control('POST', '/faults', { kind: 'rate-limit', retryAfter: 3, times: 1, path: '^/count$', method: 'POST' });
    const limited = await count();
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get('retry-after'), '3');
    assert.deepEqual(await limited.json(), { vendorSays: 429 });
    assert.equal(vendor.count(), 0);
    assert.equal((await count()).status, 200);
    await control('POST', '/faults', { kind: 'error', status: 503, path: '/other' });
    assert.equal((await count()).status, 200);
    await control('POST', '/faults', { kind: 'unauthorized' });
    assert.equal((await count()).status, 401);
    const { faults } = (await (await control('GET', '/faults')).json()) as {
      faults: { faultId: string; hits: number }[];
    };
    assert.deepEqual(
      faults.map(({ hits }) => hits),
      [0, 1],
    );
    assert.equal((await control('DELETE', `/faults/${faults[1]?.faultId ?? ''}`)).status, 204);
    assert.equal((await count()).status, 200);
  });

  it('handles the request and loses the answer', async () => {
    await control('POST', '/faults', { kind: 'lost-answer', times: 1 });
    await assert.rejects(count());
    assert.equal(vendor.count(), 1);
    const { requests } = (await (await control('GET', '/requests')).json()) as { requests: Record<string, unknown>[] };
    assert.equal(requests[0]?.['status'], 200);
    assert.equal(requests[0]?.['fault'], 'lost-answer');
    assert.equal((await count()).status, 200);
  });

  it('resets connections before handling, and is gone during an outage', async () => {
    await control('POST', '/faults', { kind: 'reset', times: 1 });
    await assert.rejects(count());
    await control('POST', '/faults', { kind: 'outage', forMs: 60_000 });
    await assert.rejects(count());
    await assert.rejects(count());
    assert.equal(vendor.count(), 0);
    await control('DELETE', '/faults');
    assert.equal((await count()).status, 200);
  });

  it('ends a fault after its time', async () => {
    await control('POST', '/faults', { kind: 'error', forMs: 500 });
    assert.equal((await count()).status, 500);
    await new Promise((resolve) => setTimeout(resolve, 550));
    assert.equal((await count()).status, 200);
  });

  it('cuts JSON in the middle', async () => {
    await control('POST', '/faults', { kind: 'truncated-json', times: 1 });
    const answer = await count();
    assert.equal(answer.status, 200);
    await assert.rejects(answer.json(), SyntaxError);
    assert.equal(vendor.count(), 1);
  });

  it('adds latency on top of another fault', async () => {
    await control('POST', '/faults', { kind: 'latency', delayMs: 60 });
    await control('POST', '/faults', { kind: 'error' });
    const startedAt = performance.now();
    assert.equal((await count()).status, 500);
    assert.ok(performance.now() - startedAt >= 55);
  });

  it('strikes the same share of requests in the same places every time', async () => {
    const run = async (): Promise<number[]> => {
      await control('POST', '/reset');
      await control('POST', '/faults', { kind: 'error', share: 0.4 });
      const statuses: number[] = [];
      for (let i = 0; i < 30; i += 1) {
        statuses.push((await count()).status);
      }
      return statuses;
    };
    const first = await run();
    const struck = first.filter((status) => status === 500).length;
    assert.ok(struck > 4 && struck < 22, `${struck} of 30`);
    assert.deepEqual(await run(), first);
  });

  it('refuses a fault it does not know, naming the member', async () => {
    const answer = await control('POST', '/faults', { kind: 'flood' });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /kind/);
    assert.equal((await control('POST', '/faults', { kind: 'error', path: '(' })).status, 400);
  });

  it('goes on from its state file, unless the seed is another', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
    const stateFile = join(directory, 'sub', 'state.json');
    const post = async (running: RunningSandbox): Promise<unknown> =>
      ((await (await fetch(`${running.url}/count`, { method: 'POST' })).json()) as { count: number }).count;
    const first = await start({ stateFile });
    await post(first);
    await post(first);
    await first.stop();
    const fresh = counterVendor();
    const second = await startSandboxServer({ seed: 3, stateFile }, fresh.definition);
    assert.equal(await post(second), 3);
    await second.stop();
    const other = await startSandboxServer({ seed: 4, stateFile }, counterVendor().definition);
    assert.equal(await post(other), 1);
    await other.stop();
    await rm(directory, { recursive: true });
  });

  it('refuses to start on a busy port', async () => {
    await assert.rejects(start({ port: server.port }), /EADDRINUSE/);
  });
});

describe('sandbox kit random numbers', () => {
  it('gives the same row for the same seed and label, and another for another', () => {
    const row = (seed: number, label: string): number[] => {
      const prng = createPrng(seed, label);
      return Array.from({ length: 20 }, () => prng.int(1, 1000));
    };
    assert.deepEqual(row(1, 'a'), row(1, 'a'));
    assert.notDeepEqual(row(1, 'a'), row(1, 'b'));
    assert.notDeepEqual(row(1, 'a'), row(2, 'a'));
    assert.ok(row(5, 'x').every((number) => number >= 1 && number <= 1000));
  });

  it('covers its range evenly', () => {
    const prng = createPrng(99);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 8000; i += 1) {
      const slot = prng.int(0, 3);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    assert.ok(
      counts.every((count) => count > 1800 && count < 2200),
      counts.join(','),
    );
  });
});
