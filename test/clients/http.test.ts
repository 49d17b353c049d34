import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { z } from 'zod';

import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../src/clients/errors';
import { readErrorFields } from '../../src/clients/flow/assumed';
import { HttpCaller, type HttpCallerOptions, type HttpRequest } from '../../src/clients/http';
import { assertKeepsSecret, failureOf, json, pause, text, VendorServer } from './vendor-server';

const GET: HttpRequest = { operation: 'GET thing', path: '/things/1' };
const POST: HttpRequest = { operation: 'POST thing', path: '/things', body: { name: 'Kari Nordmann' } };
const thing = z.object({ id: z.string() });
const SECRETS = ['Kari Nordmann', 'kari@example.com', '91234567'];

describe('HTTP caller', () => {
  let vendor: VendorServer;
  const callers: HttpCaller[] = [];

  function caller(options: Partial<HttpCallerOptions> = {}): HttpCaller {
    const made = new HttpCaller({
      vendor: 'flow',
      baseUrl: `${vendor.url}/v2/`,
      timeoutMs: 2_000,
      maxConcurrentRequests: 4,
      memberCasing: 'as-is',
      readErrorFields,
      ...options,
    });
    callers.push(made);
    return made;
  }

  beforeEach(async () => {
    vendor = await VendorServer.start(json(200, { id: '1' }));
  });

  afterEach(async () => {
    await vendor.stop();
    await Promise.all(callers.splice(0).map((made) => made.close()));
  });

  it('sends JSON below the base path and reads the document', async () => {
    const query = { name: 'a b&c', page: 2, all: true, none: undefined };
    assert.deepEqual(await caller().read({ ...POST, query }, thing), { id: '1' });
    const [request] = vendor.requests;
    assert.equal(request?.path, '/v2/things');
    assert.equal(request?.query.toString(), 'name=a+b%26c&page=2&all=true');
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.deepEqual(request?.body, { name: 'Kari Nordmann' });
  });

  it('sends a list in the query as the same name several times', async () => {
    await caller().read({ ...GET, query: { ids: ['a b', 'c'], none: [] } }, thing);
    assert.equal(vendor.requests[0]?.query.toString(), 'ids=a+b&ids=c');
  });

  it('sends its own headers with every request, and a request can say otherwise', async () => {
    const http = caller({ headers: { authorization: 'Bearer one' } });
    await http.read(GET, thing);
    await http.read({ ...GET, headers: { authorization: 'Bearer two', accept: 'text/plain' } }, thing);
    const [first, second] = vendor.requests;
    assert.deepEqual([first?.headers.authorization, first?.headers.accept], ['Bearer one', 'application/json']);
    assert.deepEqual([second?.headers.authorization, second?.headers.accept], ['Bearer two', 'text/plain']);
  });

  it('reads an answer that announcements come before', async () => {
    vendor.answer = (request, response) => {
      response.writeEarlyHints({ link: '</thing>; rel=preload' });
      response.writeProcessing();
      return json(200, { id: '1' })(request, response);
    };
    assert.deepEqual(await caller().read(GET, thing), { id: '1' });
  });

  it('receives an answer that nobody reads, and uses its connection again', async () => {
    vendor.answer = text(200, 'x'.repeat(300_000));
    const http = caller({ maxConcurrentRequests: 1 });
    for (let count = 0; count < 5; count += 1) await http.send(POST);
    assert.equal(vendor.connections, 1);
    vendor.answer = json(409, {});
    assert.equal((await failureOf(http.send(POST), VendorHttpError)).status, 409);
  });

  it('takes a refusal for an answer only where the request accepts it', async () => {
    vendor.answer = text(400, 'done before');
    const seen: [number, string][] = [];
    const acceptsRefusal = (status: number, body: string): boolean => {
      seen.push([status, body]);
      return body === 'done before';
    };
    assert.equal((await caller().call({ ...POST, acceptsRefusal })).toString(), 'done before');
    vendor.answer = text(400, 'no');
    await failureOf(caller().send({ ...POST, acceptsRefusal }), VendorHttpError);
    vendor.answer = text(200, 'yes');
    await caller().send({ ...POST, acceptsRefusal });
    assert.deepEqual(seen, [
      [400, 'done before'],
      [400, 'no'],
    ]);
  });

  it('keeps its connections for calls in a row', async () => {
    const http = caller();
    for (let count = 0; count < 20; count += 1) await http.read(GET, thing);
    // The second call can begin before the first one's connection is free again; a third connection is never needed.
    assert.ok(vendor.connections <= 2, `${String(vendor.connections)} connections`);
  });

  it('never has more calls under way than allowed, and counts each one', async () => {
    vendor.answer = async (request, response) => {
      await pause(10);
      await json(200, { id: '1' })(request, response);
    };
    const http = caller({ maxConcurrentRequests: 3 });
    let calls = 0;
    const context = { onCall: () => (calls += 1) };
    await Promise.all(Array.from({ length: 12 }, () => http.read(GET, thing, context)));
    assert.equal(vendor.mostInWork, 3);
    assert.equal(calls, 12);
  });

  it('does not count waiting for a place as part of the timeout', async () => {
    vendor.answer = async (request, response) => {
      await pause(60);
      await json(200, { id: '1' })(request, response);
    };
    const http = caller({ maxConcurrentRequests: 1, timeoutMs: 150 });
    await Promise.all(Array.from({ length: 5 }, () => http.read(GET, thing)));
  });

  for (const status of [400, 401, 403, 404, 409, 422, 500, 503]) {
    it(`reports ${String(status)} with field names and nothing else`, async () => {
      vendor.answer = json(status, {
        code: 'VALIDATION',
        message: 'Kari Nordmann is unknown',
        errors: [{ field: 'items[3].sku', message: 'kari@example.com' }, { field: '91234567' }],
      });
      const error = await failureOf(caller().read(POST, thing), VendorHttpError);
      assert.equal(error.status, status);
      assert.equal(error.operation, 'POST thing');
      assert.deepEqual(error.fields, [{ field: 'items[3].sku' }]);
      assert.equal(error.outcomeUnknown, status >= 500);
      assertKeepsSecret(error, SECRETS);
    });
  }

  for (const body of ['', 'just text', '"a JSON string"', 'null', '<html>', '{"errors":"none"}', '{"err']) {
    it(`survives the error body ${JSON.stringify(body)}`, async () => {
      vendor.answer = text(400, body);
      const error = await failureOf(caller().read(GET, thing), VendorHttpError);
      assert.deepEqual(error.fields, []);
    });
  }

  it('takes 404 for "there is none" only where that is asked', async () => {
    vendor.answer = json(404, {});
    assert.equal(await caller().readIfFound(GET, thing), undefined);
    vendor.answer = json(410, {});
    await failureOf(caller().readIfFound(GET, thing), VendorHttpError);
  });

  it('passes Retry-After on, also with 503, and knows a fallback for 429', async () => {
    vendor.answer = json(429, {}, { 'retry-after': '7' });
    assert.equal((await failureOf(caller().read(GET, thing), VendorHttpError)).retryAfterMs, 7_000);
    vendor.answer = json(503, {}, { 'retry-after': '3' });
    assert.equal((await failureOf(caller().read(GET, thing), VendorHttpError)).retryAfterMs, 3_000);
    vendor.answer = json(429, {});
    assert.equal((await failureOf(caller().read(GET, thing), VendorHttpError)).retryAfterMs, undefined);
    const withFallback = caller({ retryAfterFallbackMs: 2_000 });
    assert.equal((await failureOf(withFallback.read(GET, thing), VendorHttpError)).retryAfterMs, 2_000);
  });

  it('times out when no headers come', async () => {
    vendor.answer = () => undefined;
    const error = await failureOf(caller({ timeoutMs: 100 }).read(POST, thing), VendorUnreachableError);
    assert.equal(error.reason, 'timeout');
    assert.equal(error.outcomeUnknown, true);
  });

  it('times out over the whole call when the body comes drop by drop', async () => {
    vendor.answer = (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    const startedAt = performance.now();
    const error = await failureOf(caller({ timeoutMs: 150 }).read(GET, thing), VendorUnreachableError);
    assert.equal(error.reason, 'timeout');
    assert.ok(performance.now() - startedAt < 1_500);
  });

  it('reports a reset connection', async () => {
    vendor.answer = (_request, response) => void response.destroy();
    const error = await failureOf(caller().read(POST, thing), VendorUnreachableError);
    assert.equal(error.reason, 'reset');
    assert.equal(error.outcomeUnknown, true);
  });

  it('knows that nothing was sent when nobody listens', async () => {
    const http = caller();
    await vendor.stop();
    const error = await failureOf(http.read(POST, thing), VendorUnreachableError);
    assert.equal(error.reason, 'refused');
    assert.equal(error.outcomeUnknown, false);
    vendor = await VendorServer.start();
  });

  it('knows that nothing was sent when the host has no address', async () => {
    const http = caller({ baseUrl: 'http://vendor.invalid' });
    const error = await failureOf(http.read(POST, thing), VendorUnreachableError);
    assert.equal(error.reason, 'unresolved');
  });

  describe('while the connection is being made', () => {
    // Accepts connections and never greets: a TLS client waits.
    const mute = createServer();
    const sockets: Socket[] = [];
    let baseUrl = '';

    before(async () => {
      mute.on('connection', (socket) => sockets.push(socket));
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
      baseUrl = `https://127.0.0.1:${String((mute.address() as AddressInfo).port)}`;
    });

    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    after(async () => {
      await new Promise((resolve) => mute.close(resolve));
    });

    it('knows that nothing was sent when the time is over', async () => {
      const error = await failureOf(caller({ baseUrl, timeoutMs: 100 }).read(POST, thing), VendorUnreachableError);
      assert.equal(error.reason, 'connect-timeout');
      assert.equal(error.outcomeUnknown, false);
    });

    it('stops at once when the caller cancels', async () => {
      const controller = new AbortController();
      const reason = new Error('worker shuts down');
      const call = caller({ baseUrl }).read(POST, thing, { signal: controller.signal });
      while (sockets.length === 0) await pause(5);
      controller.abort(reason);
      assert.equal(await failureOf(call, Error), reason);
    });
  });

  it('reports a body that ends before its announced length', async () => {
    vendor.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"id":');
      setTimeout(() => response.destroy(), 20);
    };
    const error = await failureOf(caller().read(POST, thing), VendorUnreachableError);
    assert.equal(error.reason, 'truncated');
    assert.equal(error.outcomeUnknown, true);
  });

  for (const cut of ['{"id":', '{"id":"Kari Nordm', '[{"id":"1"}', '{"id":"1\\', '{"a":{"b":1}', ' {"id":"1",']) {
    it(`takes the JSON ${JSON.stringify(cut)} for a truncated answer`, async () => {
      vendor.answer = text(200, cut);
      const error = await failureOf(caller().read(GET, thing), VendorUnreachableError);
      assert.equal(error.reason, 'truncated');
      assertKeepsSecret(error, ['Kari']);
    });
  }

  const wrongBodies: [name: string, body: string, issue: { path: string; kind: string }][] = [
    ['an HTML page', '<html>Kari Nordmann</html>', { path: '', kind: 'not_json' }],
    ['an empty body', '', { path: '', kind: 'empty' }],
    ['JSON with something after it', '{"id":"1"} Kari Nordmann', { path: '', kind: 'not_json' }],
    ['another document', '{"name":"Kari Nordmann"}', { path: 'id', kind: 'invalid_type' }],
    ['null', 'null', { path: '', kind: 'invalid_type' }],
    ['JSON nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, { path: '', kind: 'too_deep' }],
  ];
  for (const [name, body, issue] of wrongBodies) {
    it(`refuses ${name} as the answer, by kind only`, async () => {
      vendor.answer = text(200, body);
      const error = await failureOf(caller().read(GET, thing), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [issue]);
      assertKeepsSecret(error, SECRETS);
    });
  }

  it('reads a body that begins with a byte order mark', async () => {
    vendor.answer = text(200, '\uFEFF{"id":"1"}');
    assert.deepEqual(await caller().read(GET, thing), { id: '1' });
  });

  it('stops reading an answer that is too big', async () => {
    let sent = 0;
    vendor.answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && sent < 50_000_000 && response.write('x'.repeat(10_000))) sent += 10_000;
      };
      response.on('drain', more);
      more();
    };
    const error = await failureOf(caller({ maxResponseBytes: 100_000 }).read(GET, thing), VendorResponseInvalidError);
    assert.deepEqual(error.issues, [{ path: '', kind: 'too_big' }]);
    assert.ok(sent < 50_000_000);
  });

  it('does not follow a redirect', async () => {
    vendor.answer = json(302, {}, { location: `${vendor.url}/elsewhere` });
    const error = await failureOf(caller().read(GET, thing), VendorHttpError);
    assert.equal(error.status, 302);
    assert.equal(vendor.requests.length, 1);
  });

  it('stops at once when the caller cancels, with the caller’s own reason', async () => {
    vendor.answer = () => undefined;
    const controller = new AbortController();
    const reason = new Error('worker shuts down');
    const call = caller().read(GET, thing, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 30);
    assert.equal(await failureOf(call, Error), reason);
  });

  it('stops every call that waits on one signal, in a place or for one, with one listener', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const controller = new AbortController();
    const reason = new Error('worker shuts down');
    const http = caller({ maxConcurrentRequests: 20 });
    await Promise.all(Array.from({ length: 40 }, () => http.read(GET, thing, { signal: controller.signal })));
    vendor.answer = () => undefined;
    const calls = Array.from({ length: 40 }, () =>
      failureOf(http.read(GET, thing, { signal: controller.signal }), Error),
    );
    while (vendor.inWork < 20) await pause(5);
    controller.abort(reason);
    for (const failure of await Promise.all(calls)) assert.equal(failure, reason);
    assert.equal(vendor.requests.length, 60);
    vendor.answer = json(200, { id: '1' });
    assert.deepEqual(await http.read(GET, thing), { id: '1' });
    process.off('warning', onWarning);
    assert.deepEqual(warnings, []);
  });

  it('sends nothing for a caller that has cancelled before', async () => {
    let calls = 0;
    const context = { signal: AbortSignal.abort(new Error('gone')), onCall: () => (calls += 1) };
    await failureOf(caller().read(GET, thing, context), Error);
    assert.equal(calls, 0);
    assert.equal(vendor.requests.length, 0);
  });

  it('works on after failures: no place is lost', async () => {
    const http = caller({ maxConcurrentRequests: 1, timeoutMs: 100 });
    vendor.answer = (_request, response) => void response.destroy();
    await failureOf(http.read(GET, thing), VendorUnreachableError);
    vendor.answer = () => undefined;
    await failureOf(http.read(GET, thing), VendorUnreachableError);
    vendor.answer = json(500, {});
    await failureOf(http.read(GET, thing), VendorHttpError);
    vendor.answer = json(200, { id: '2' });
    assert.deepEqual(await http.read(GET, thing), { id: '2' });
  });

  describe('files', () => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
    const UPLOAD: HttpRequest = {
      operation: 'POST file',
      path: '/files',
      query: { fileName: 'receipt 1.pdf' },
      file: { type: 'application/pdf', bytes: everyByte },
    };

    it('are sent byte by byte with their own type', async () => {
      await caller().read(UPLOAD, thing);
      const [request] = vendor.requests;
      assert.deepEqual(new Uint8Array(request?.bytes ?? []), everyByte);
      assert.equal(request?.headers['content-type'], 'application/pdf');
      assert.equal(request.headers['content-length'], '256');
      assert.equal(request.query.get('fileName'), 'receipt 1.pdf');
    });

    it('leave the outcome open when their answer is lost', async () => {
      vendor.answer = (_request, response) => void response.destroy();
      assert.equal((await failureOf(caller().send(UPLOAD), VendorUnreachableError)).outcomeUnknown, true);
    });

    it('are received byte by byte, and not at all after a 404', async () => {
      vendor.answer = text(200, everyByte);
      const received = await caller().callIfFound({ ...GET, headers: { accept: 'application/pdf' } });
      assert.deepEqual(new Uint8Array(received ?? []), everyByte);
      assert.equal(vendor.requests[0]?.headers.accept, 'application/pdf');
      vendor.answer = json(404, {});
      assert.equal(await caller().callIfFound(GET), undefined);
      vendor.answer = json(403, {});
      await failureOf(caller().callIfFound(GET), VendorHttpError);
    });

    it('are bounded by the request, whatever the caller allows else', async () => {
      vendor.answer = text(200, everyByte);
      const http = caller({ maxResponseBytes: 100 });
      assert.equal((await http.callIfFound({ ...GET, maxResponseBytes: 256 }))?.length, 256);
      const error = await failureOf(http.callIfFound({ ...GET, maxResponseBytes: 255 }), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: '', kind: 'too_big' }]);
    });

    it('that end before their announced length are no files', async () => {
      vendor.answer = (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write(everyByte);
        setTimeout(() => response.destroy(), 20);
      };
      const error = await failureOf(caller().callIfFound(GET), VendorUnreachableError);
      assert.equal(error.reason, 'truncated');
    });
  });

  it('tells whether there was something to delete', async () => {
    const request: HttpRequest = { operation: 'DELETE thing', path: '/things/1' };
    vendor.answer = text(204, '');
    assert.equal(await caller().sendIfFound(request), true);
    vendor.answer = json(404, {});
    assert.equal(await caller().sendIfFound(request), false);
    vendor.answer = json(409, {});
    await failureOf(caller().sendIfFound(request), VendorHttpError);
  });

  describe('a call that is not repeat-safe', () => {
    const ONCE: HttpRequest = { ...POST, notRepeatSafe: true };
    const patient = (): HttpCaller => caller({ timeoutMs: 100, longestCallMs: 600 });
    const tookMs = async (work: () => Promise<unknown>): Promise<number> => {
      const from = Date.now();
      await work().catch(() => undefined);
      return Date.now() - from;
    };

    it('is given the vendor’s longest time, and is not cut by its caller', async () => {
      vendor.answer = async (request, response) => {
        await pause(300);
        await json(200, { id: '1' })(request, response);
      };
      const cut = AbortSignal.timeout(50);
      assert.deepEqual(await patient().read(ONCE, thing, { signal: cut }), { id: '1' });
      await assert.rejects(patient().read(POST, thing), VendorUnreachableError);
    });

    it('is waited out when nobody knows whether it was carried out, and fails at once when it was not', async () => {
      vendor.answer = text(502, 'bad gateway');
      assert.ok((await tookMs(() => patient().read(ONCE, thing))) >= 590);
      vendor.answer = text(400, 'no');
      assert.ok((await tookMs(() => patient().read(ONCE, thing))) < 400);
      vendor.answer = text(429, 'later');
      assert.ok((await tookMs(() => patient().read(ONCE, thing))) < 400);
    });

    it('is not sent at all when it is cancelled before', async () => {
      await assert.rejects(patient().read(ONCE, thing, { signal: AbortSignal.abort(new Error('over')) }), /over/);
      assert.equal(vendor.requests.length, 0);
    });
  });
});
