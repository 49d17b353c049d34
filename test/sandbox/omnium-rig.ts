import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Chain } from '../../sandbox/chain/types';
import { type RunningSandbox } from '../../sandbox/kit/server';
import { type OmniumSandboxOptions, startOmniumSandbox } from '../../sandbox/omnium/server';

/** JSON as a test looks at it: members are read by path, and a missing one fails the test. */
export class Json {
  constructor(readonly raw: unknown) {}

  /** The value at a path such as `orderForm.lineItems.0.code`; `undefined` when absent. */
  at(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>(
        (value, key) =>
          typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
        this.raw,
      );
  }

  text(path: string): string {
    const value = this.at(path);
    assert.equal(typeof value, 'string', `${path} is a text`);
    return String(value);
  }

  list(path = ''): Json[] {
    const value = path === '' ? this.raw : this.at(path);
    assert.ok(Array.isArray(value), `${path} is a list`);
    return value.map((each: unknown) => new Json(each));
  }
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

/** A caller of one sandbox with a token of its own. */
export interface OmniumRig extends RunningSandbox {
  readonly chain: Chain;
  token: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Sends raw bytes. */
  upload(path: string, bytes: Uint8Array, contentType?: string): Promise<Answer>;
  /** Bytes from a path below the server, without a token. */
  download(path: string): Promise<Buffer>;
  /** Two SKUs that are ordinary goods. */
  readonly skus: readonly [string, string];
}

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: new Json(isJson ? JSON.parse(text) : undefined),
  };
};

const send = (url: string, init: { method: string; body?: unknown; token?: string }): Promise<Answer> => {
  const headers: Record<string, string> = {};
  if (init.body !== undefined) {
    headers['content-type'] = 'application/json';
  }
  if (init.token !== undefined) {
    headers['authorization'] = `Bearer ${init.token}`;
  }
  const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  return fetch(url, { method: init.method, headers, ...body }).then(read);
};

/** A token by form A. */
export const fetchToken = async (url: string, clientId: string, clientSecret: string): Promise<string> => {
  const query = new URLSearchParams({ clientId, clientSecret, returnAsJson: 'true' });
  const answer = await send(`${url}/api/Token?${query.toString()}`, { method: 'POST' });
  return answer.json.text('accessToken');
};

let sharedChain: Chain | undefined;

/** Starts an Omnium of a small chain, with a token of the chain's API user. */
export const startRig = async (options: Partial<OmniumSandboxOptions> = {}): Promise<OmniumRig> => {
  const chain = (sharedChain ??= buildChain({ seed: 7, products: 120, stores: 4 }));
  const running = await startOmniumSandbox({ chain, seed: 7, indexLagMs: 0, ...options });
  const [first, second] = chain.products.filter(({ kind }) => kind === 'single' || kind === 'style');
  const skus = [first?.skus[0]?.sku ?? '', second?.skus[0]?.sku ?? ''] as const;
  const { clientId, clientSecret } = chain.omniumApiUser;
  const rig: OmniumRig = {
    ...running,
    chain,
    skus,
    token: await fetchToken(running.url, clientId, clientSecret),
    call: (method, path, body) => send(`${running.url}${path}`, { method, body, token: rig.token }),
    upload: async (path, bytes, contentType = 'application/pdf') => {
      const headers = { authorization: `Bearer ${rig.token}`, 'content-type': contentType };
      return read(await fetch(`${running.url}${path}`, { method: 'POST', headers, body: Buffer.from(bytes) }));
    },
    download: async (path) => Buffer.from(await (await fetch(`${running.url}${path}`)).arrayBuffer()),
    control: (method, path, body) => send(`${running.url}/_sandbox${path}`, { method, body }),
  };
  return rig;
};

/** A line as a web shop sends it. */
export const lineOf = (rig: OmniumRig, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  lineItemId: '1',
  code: rig.skus[0],
  quantity: 1,
  placedPrice: 100,
  taxRate: 25,
  ...over,
});

/** The smallest order that works (contract §3.3), in Norway. */
export const orderOf = (rig: OmniumRig, id: string, over: Record<string, unknown> = {}): Record<string, unknown> => {
  const lineItems = [lineOf(rig)];
  return {
    id,
    marketId: 'NOR',
    storeId: 'oslo-city',
    orderType: 'ClickAndCollect',
    status: 'New',
    orderForm: { lineItems, shipments: [{ shipmentId: '1', warehouseCode: 'oslo-city', lineItems }] },
    ...over,
  };
};

/** The members an answer of 400 complains about. */
export const issueFields = (answer: Answer): string[] => Object.keys(answer.json.at('errors') ?? {}).sort();

/** A payment at a till. */
export const paymentOf = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'pay-1',
  amount: 100,
  paymentMethodName: 'Card',
  transactionId: 'pay-1',
  transactionType: 'Sale',
  status: 'Processed',
  ...over,
});

/** One webhook as a receiver saw it. */
interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  readonly atMs: number;
}

/** A receiver of webhooks that answers with the next of the given statuses, then with 202. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Waits until so many have come. */
  waitFor(count: number): Promise<Received[]>;
  stop(): Promise<void>;
}

export const startReceiver = async (statuses: number[] = []): Promise<Receiver> => {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      received.push({ headers: req.headers, body: new Json(JSON.parse(text)), atMs: performance.now() });
      res.statusCode = statuses.shift() ?? 202;
      res.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    waitFor: async (count) => {
      await until(() => received.length >= count, `${count} webhooks`);
      return received;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

/** Waits until something holds; fails after three seconds. */
export const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const giveUpAt = performance.now() + 3000;
  while (!(await holds())) {
    assert.ok(performance.now() < giveUpAt, `waited too long for ${what}`);
    await sleep(5);
  }
};
