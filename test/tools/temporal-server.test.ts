import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { missingSearchAttributes, startTemporalServer, type TemporalServer } from '../../tools/servers/temporal-server';
import { assertPortsFree } from '../../tools/servers/ports';
import { devServer, freePort } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';

const log = (): void => undefined;

async function withClient<T>(server: TemporalServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection, namespace: server.namespace }));
  } finally {
    await connection.close();
  }
}

describe('the Temporal development server', () => {
  it('goes on from its file after a restart, and frees its ports when it stops', async function () {
    this.timeout(60_000);
    await withTemporaryFolder(async (folder) => {
      const { path } = await resolveTemporalCli({ log });
      const [port, uiPort] = [await freePort(), await freePort()];
      const options = { cliPath: path, port, uiPort, dbFile: join(folder, 'temporal.db'), log };
      const workflowId = 'order:flow_no:1001';

      const first = await startTemporalServer(options);
      await withClient(first, (client) =>
        client.workflow.start('orderWorkflow', {
          workflowId,
          taskQueue: 'nobody',
          typedSearchAttributes: [{ key: searchAttributes.tenantUid, value: 'flow_no' }],
        }),
      );
      assert.equal((await fetch(first.webUiUrl ?? '')).status, 200);
      await first.stop();
      const claim = { what: 'the test', option: '--port' };
      await assertPortsFree([
        { ...claim, port },
        { ...claim, port: uiPort },
      ]);

      const second = await startTemporalServer(options);
      try {
        const { status } = await withClient(second, (client) => client.workflow.getHandle(workflowId).describe());
        assert.equal(status.name, 'RUNNING');
      } finally {
        await second.stop();
      }
    });
  });

  it('has our search attributes as soon as it is there', async function () {
    this.timeout(60_000);
    const { client, namespace } = await devServer();
    assert.ok(client.connection instanceof Connection);
    assert.deepEqual(await missingSearchAttributes(client.connection, namespace), []);
  });

  it('says what the program said when it does not start', async () => {
    await assert.rejects(
      startTemporalServer({ cliPath: process.execPath, port: await freePort(), log }),
      /did not start: it ended with exit code/,
    );
    await assert.rejects(
      startTemporalServer({ cliPath: '/nowhere/temporal', port: await freePort(), log }),
      /did not start: .*ENOENT/,
    );
  });

  it('takes no other program on its port for itself, and starts nothing then', async () => {
    const { address } = await devServer();
    const port = Number(address.split(':')[1]);
    await withProgram('exit 1', async (cliPath, starts) => {
      await assert.rejects(
        startTemporalServer({ cliPath, port, log }),
        new RegExp(`port ${port} is in use by another`),
      );
      await assert.rejects(
        startTemporalServer({ cliPath, port: await freePort(), uiPort: port, log }),
        new RegExp(`port ${port} is in use by another`),
      );
      assert.equal(await starts(), 0);
    });
  });

  // The other server answers with everything that ours would have; only its own word and its life tell the two apart.
  for (const [what, script, pattern] of [
    ['ends', 'sleep 2; exit 3', /did not start: it ended with exit code 3/],
    ['is killed', 'sleep 2; kill -9 $$', /did not start: it ended with SIGKILL/],
    ['says that it listens and ends', 'echo "Temporal Server: localhost:$PORT"; exit 4', /it ended with exit code 4/],
  ] as const) {
    it(`takes no server that came to its port meanwhile for its own when its own ${what}`, async function () {
      this.timeout(30_000);
      const { address } = await devServer();
      const port = await freePort();
      const other = createServer((socket) => {
        const onward = connect(Number(address.split(':')[1]), '127.0.0.1');
        for (const each of [socket, onward]) each.on('error', () => [socket, onward].forEach((end) => end.destroy()));
        socket.pipe(onward).pipe(socket);
      });
      await withProgram(script.replace('$PORT', String(port)), async (cliPath, starts) => {
        const starting = startTemporalServer({ cliPath, port, log });
        starting.catch(() => undefined);
        while ((await starts()) === 0) await sleep(10);
        other.listen(port, '127.0.0.1');
        await assert.rejects(starting, pattern);
        assert.equal(await starts(), 1);
      });
      other.close();
    });
  }

  const takenPort = 'listen tcp 127.0.0.1:45678: bind: address already in use';
  for (const [what, script, times] of [
    ['once more, three times in all, when a port that it chose itself was taken', `echo "${takenPort}" >&2; exit 1`, 3],
    [
      'not again when the port that it was given was taken',
      `echo "${takenPort.replace('45678', '$PORT')}" >&2; exit 1`,
      1,
    ],
    ['not again when it fails for good', 'echo "unknown flag" >&2; exit 1', 1],
    ['not again when it is killed', 'kill -9 $$', 1],
  ] as const) {
    it(`starts ${what}`, async () => {
      const port = await freePort();
      await withProgram(script.replace('$PORT', String(port)), async (cliPath, starts) => {
        await assert.rejects(startTemporalServer({ cliPath, port, log }), /did not start: it ended with/);
        assert.equal(await starts(), times);
      });
    });
  }
});

/** A program that stands for `temporal`; `starts` tells how often it was started. */
async function withProgram(
  script: string,
  use: (path: string, starts: () => Promise<number>) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'temporal');
    const marks = join(folder, 'starts');
    await writeFile(path, `#!/bin/sh\necho >> ${marks}\n${script}\n`);
    await chmod(path, 0o755);
    await use(path, () =>
      readFile(marks, 'utf8').then(
        ({ length }) => length,
        () => 0,
      ),
    );
  });
}
