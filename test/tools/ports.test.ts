import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { assertPortsFree } from '../../tools/servers/ports';
import { freePort } from '../support/temporal-rig';

async function listen(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { server, port: address.port };
}

describe('the ports of npm start', () => {
  it('are checked all at once, and each busy one is named with its option', async () => {
    const onLoopback = await listen('127.0.0.1');
    const onAll = await listen('0.0.0.0');
    const free = await freePort();
    try {
      const claims = [
        { port: onLoopback.port, what: 'the API', option: '--port' },
        { port: free, what: 'the Flow sandbox', option: '--flow-port' },
        { port: onAll.port, what: 'the Temporal server', option: '--temporal-port' },
      ];
      await assert.rejects(assertPortsFree(claims), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, new RegExp(`Port ${onLoopback.port}, for the API, is in use .* --port <port>`));
        assert.match(
          error.message,
          new RegExp(`Port ${onAll.port}, for the Temporal server, is in use .* --temporal-port <port>`),
        );
        assert.ok(!error.message.includes(String(free)));
        return true;
      });
    } finally {
      await Promise.all([onLoopback, onAll].map(({ server }) => new Promise((resolve) => server.close(resolve))));
    }
  });

  it('may not be given twice', async () => {
    const port = await freePort();
    const claims = [
      { port, what: 'the API', option: '--port' },
      { port, what: 'the Flow sandbox', option: '--flow-port' },
    ];
    await assert.rejects(assertPortsFree(claims), /asked for twice: by --port and by --flow-port/);
  });

  it('are free when nobody listens', async () => {
    await assertPortsFree([{ port: await freePort(), what: 'the API', option: '--port' }]);
  });
});
