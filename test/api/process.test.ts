import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { request } from 'undici';
import { until } from '../support/order-driver';
import { devServer, freePort } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';
import { orderEvent, rawExchange, SECRET, testConfigDocument } from './test-api';

const PROGRAM = resolve('dist/src/api/main.js');
const TENANT = 'process_test';

interface ApiProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(environment: NodeJS.ProcessEnv): ApiProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

async function withConfig<T>(document: unknown, use: (file: string) => Promise<T>): Promise<T> {
  return await withTemporaryFolder(async (folder) => {
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(document));
    return await use(file);
  });
}

describe('The API as a process', function () {
  this.timeout(60_000);

  it('starts without Temporal, becomes ready with it, and ends at SIGTERM with what is in work answered', async () => {
    const { address } = await devServer();
    const port = await freePort();
    const document = testConfigDocument({ address, api: { port, answerWithinMs: 3_000 } }, TENANT);
    await withConfig(document, async (file) => {
      const api = start({ CONFIG_FILE: file, TEMPORAL_ADDRESS: address });
      try {
        const statusOf = async (path: string): Promise<number | undefined> => {
          const answer = await request(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
          await answer?.body.dump();
          return answer?.statusCode;
        };
        await until(async () => ((await statusOf('/health/ready')) === 200 ? true : undefined), 20_000);

        const body = JSON.stringify(orderEvent('ORD-DRAIN'));
        const inWork = rawExchange(port, (write) => {
          write(`POST /webhooks/omnium/${TENANT} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${SECRET}\r\n`);
          write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`);
          setTimeout(() => api.child.kill('SIGTERM'), 200);
          setTimeout(() => write(body), 700);
        });
        const { text } = await inWork;
        assert.match(text, /^HTTP\/1\.1 202 /, 'a request that was in work is finished');
        assert.equal(await api.ended, 0, api.output());
        assert.match(api.output(), /"msg":"Stopped"/);
      } finally {
        api.child.kill('SIGKILL');
      }
    });
  });

  it('ends with 2 and the whole list when the configuration is wrong', async () => {
    await withConfig({ retryLadder: 'never', tenants: [] }, async (file) => {
      const api = start({ CONFIG_FILE: file });
      assert.equal(await api.ended, 2);
      assert.match(api.output(), /The API does not start: /);
      assert.match(api.output(), /retryLadder/);
      assert.match(api.output(), /tenants/);
    });
    const api = start({});
    assert.equal(await api.ended, 2);
    assert.match(api.output(), /CONFIG_FILE/);
  });

  it('ends with 3 and one clear line when its port is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      await withConfig(testConfigDocument({ address: '', api: { port } }, TENANT), async (file) => {
        const api = start({ CONFIG_FILE: file, TEMPORAL_ADDRESS: '127.0.0.1:9' });
        assert.equal(await api.ended, 3);
        assert.equal(
          api.output(),
          `The API does not start: port ${port} is in use by another program. Set another one as api.port in the configuration.\n`,
        );
      });
    } finally {
      other.close();
    }
  });
});
