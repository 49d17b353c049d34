import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { devServer, freePort } from '../support/temporal-rig';
import { orderEvent, rawExchange, SECRET, startTestApi, type TestApi } from './test-api';

const ANSWER_WITHIN_MS = 700;

describe('Limits of the intake', function () {
  this.timeout(60_000);

  describe('with Temporal in reach', () => {
    let api: TestApi;
    const head = (more: string): string =>
      `POST /webhooks/omnium/${api.tenantUid} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${SECRET}\r\n` +
      `Content-Type: application/json\r\n${more}\r\n`;

    before(async () => {
      const { address } = await devServer();
      api = await startTestApi({
        address,
        api: { maxBodyBytes: 2_048, maxInFlight: 3, answerWithinMs: ANSWER_WITHIN_MS },
      });
    });

    after(() => api.stop());

    it('takes a body of exactly the limit and refuses one byte more with 413', async () => {
      const event = orderEvent('ORD-SIZE', { message: '' });
      const filler = (total: number): string => 'm'.repeat(total - Buffer.byteLength(JSON.stringify(event)));
      const fits = JSON.stringify({ ...event, message: filler(2_048) });
      assert.equal(Buffer.byteLength(fits), 2_048);
      assert.equal((await api.post(fits)).status, 202);
      const answer = await api.post(JSON.stringify({ ...event, message: filler(2_049) }));
      assert.equal(answer.status, 413);
      assert.equal(answer.headers.connection, 'close');
    });

    it('refuses a body without a length as soon as it is longer than the limit', async () => {
      const { text, elapsedMs } = await rawExchange(api.running.port, (write) => {
        write(head('Transfer-Encoding: chunked\r\n'));
        for (let chunk = 0; chunk < 3; chunk += 1) write(`400\r\n${'x'.repeat(1_024)}\r\n`);
      });
      assert.match(text, /^HTTP\/1\.1 413 /);
      assert.ok(elapsedMs < ANSWER_WITHIN_MS, 'without waiting for the rest');
    });

    it('refuses a small body that unpacks to more than the limit', async () => {
      const { gzipSync } = await import('node:zlib');
      const bomb = gzipSync('x'.repeat(1_000_000));
      assert.ok(bomb.length < 2_048);
      const answer = await api.post(bomb, { headers: { 'content-encoding': 'gzip' } });
      assert.equal(answer.status, 413);
    });

    it('cuts off a sender that trickles its body, with 503', async () => {
      const body = JSON.stringify(orderEvent('ORD-SLOW'));
      let timer: NodeJS.Timeout | undefined;
      const { text, elapsedMs } = await rawExchange(api.running.port, (write) => {
        write(head(`Content-Length: ${body.length}\r\n`));
        let sent = 0;
        timer = setInterval(() => write(body.charAt(sent++)), 50);
      });
      clearInterval(timer);
      assert.match(text, /^HTTP\/1\.1 503 /);
      assert.match(text, /Connection: close/i);
      assert.match(text, /the request did not arrive in time/);
      assert.ok(elapsedMs >= ANSWER_WITHIN_MS - 50 && elapsedMs < ANSWER_WITHIN_MS + 1_500, `after ${elapsedMs} ms`);
    });

    it('cuts off a sender that trickles its headers, with 503', async () => {
      let timer: NodeJS.Timeout | undefined;
      const { text, elapsedMs } = await rawExchange(api.running.port, (write) => {
        write(`POST /webhooks/omnium/${api.tenantUid} HTTP/1.1\r\n`);
        timer = setInterval(() => write('X-Slow: 1\r\n'), 50);
      });
      clearInterval(timer);
      assert.match(text, /^HTTP\/1\.1 503 /);
      assert.ok(elapsedMs < ANSWER_WITHIN_MS + 1_500, `after ${elapsedMs} ms`);
    });

    it('answers 503, never 429, when too many requests are in work, and recovers', async () => {
      const held = Array.from({ length: 3 }, () =>
        rawExchange(api.running.port, (write) => write(head('Content-Length: 100\r\n'))),
      );
      await sleep(150);
      const answer = await api.post(orderEvent('ORD-OVER'));
      assert.equal(answer.status, 503);
      assert.deepEqual(answer.json, { outcome: 'unavailable', reason: 'over capacity' });
      for (const { text } of await Promise.all(held)) assert.match(text, /^HTTP\/1\.1 503 /);
      assert.equal((await api.post(orderEvent('ORD-OVER'))).status, 202);
    });

    it('does not count senders without a secret towards the requests in work', async () => {
      const anonymous = `POST /webhooks/omnium/${api.tenantUid} HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n`;
      const held = Array.from({ length: 20 }, () => rawExchange(api.running.port, (write) => write(anonymous)));
      for (const { text, elapsedMs } of await Promise.all(held)) {
        assert.match(text, /^HTTP\/1\.1 (401|503) /);
        assert.ok(elapsedMs < ANSWER_WITHIN_MS, 'refused at once, without its body');
      }
      assert.equal((await api.post(orderEvent('ORD-ANON'))).status, 202);
    });

    it('answers malformed HTTP with 400 and goes on', async () => {
      const { text } = await rawExchange(api.running.port, (write) => write('this is not HTTP\r\n\r\n'));
      assert.match(text, /^HTTP\/1\.1 400 /);
      assert.equal((await api.get('/health/live')).status, 200);
    });
  });

  describe('with Temporal out of reach', () => {
    /** Accepts connections and never says a word: worse than a closed port, which at least refuses. */
    async function silentServer(): Promise<{ address: string; stop: () => void }> {
      const sockets = new Set<Socket>();
      const server = await listening(
        createServer((socket) => sockets.add(socket)),
        0,
      );
      return {
        address: `127.0.0.1:${portOf(server)}`,
        stop: () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      };
    }

    it('answers 503 within 5 s while nobody listens, for one event, a burst and an array', async () => {
      const api = await startTestApi({ address: `127.0.0.1:${await freePort()}` });
      try {
        const startedAt = Date.now();
        const answers = await Promise.all([
          ...Array.from({ length: 50 }, (_, index) => api.post(orderEvent(`ORD-${index % 5}`))),
          api.post(Array.from({ length: 200 }, (_, index) => orderEvent(`ORD-L${index}`))),
        ]);
        assert.ok(Date.now() - startedAt < 5_000, `${Date.now() - startedAt} ms`);
        for (const answer of answers) {
          assert.equal(answer.status, 503);
          assert.equal(answer.json.outcome, 'unavailable');
          assert.equal(answer.json.reason, 'Temporal cannot be reached');
          assert.match(String(answer.json.correlationId), /^[0-9a-f-]{36}$/);
        }
        assert.ok(
          answers.every(({ json }) => api.logLines.some((line) => line.includes(String(json.correlationId)))),
          'the log knows every correlation id',
        );
      } finally {
        await api.stop();
      }
    });

    it('answers 503 within 5 s while Temporal takes connections and says nothing', async () => {
      const silent = await silentServer();
      const api = await startTestApi({ address: silent.address });
      try {
        const startedAt = Date.now();
        const answers = await Promise.all([
          api.post(orderEvent('ORD-1')),
          api.post(orderEvent('ORD-1')),
          api.post([orderEvent('ORD-2'), orderEvent('ORD-3')]),
        ]);
        assert.ok(Date.now() - startedAt < 5_000, `${Date.now() - startedAt} ms`);
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
      } finally {
        await api.stop();
        silent.stop();
      }
    });

    it('still refuses what can never be recorded, and says that it lives but is not ready', async () => {
      const api = await startTestApi({ address: `127.0.0.1:${await freePort()}` });
      try {
        assert.equal((await api.post('no JSON')).status, 400);
        assert.equal((await api.post({}, { headers: { authorization: 'Bearer wrong' } })).status, 401);
        assert.equal((await api.post(orderEvent('1', { className: 'Product' }))).status, 202);
        assert.equal((await api.get('/health/live')).status, 200);
        const ready = await api.get('/health/ready');
        assert.equal(ready.status, 503);
        assert.equal(ready.json.reason, 'Temporal cannot be reached');
        const page = await api.get('/');
        assert.equal(page.status, 200);
        assert.match(page.text, /Temporal cannot be reached/);
      } finally {
        await api.stop();
      }
    });

    it('takes events again within seconds of Temporal’s return, those that failed included', async () => {
      const { address } = await devServer();
      const port = await freePort();
      const api = await startTestApi({ address: `127.0.0.1:${port}` });
      let proxy: Proxy | undefined;
      try {
        const event = orderEvent('ORD-RETURN');
        assert.equal((await api.post(event)).status, 503);
        proxy = await startProxy(port, Number(address.split(':')[1]));
        const deadline = Date.now() + 6_000;
        let answer = await api.post(event);
        while (answer.status === 503 && Date.now() < deadline) {
          await sleep(200);
          answer = await api.post(event);
        }
        assert.equal(answer.status, 202, answer.text);
        assert.equal(answer.json.outcome, 'recorded', 'an event that failed is not taken for a duplicate');
        while ((await api.get('/health/ready')).status !== 200 && Date.now() < deadline) await sleep(200);
        assert.equal((await api.get('/health/ready')).status, 200);
      } finally {
        await api.stop();
        proxy?.stop();
      }
    });
  });
});

interface Proxy {
  stop(): void;
}

async function startProxy(port: number, target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((inward) => {
    const outward = connect(target, '127.0.0.1');
    for (const socket of [inward, outward]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    inward.pipe(outward).pipe(inward);
  });
  await listening(server, port);
  return {
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listening(server: Server, port: number): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
