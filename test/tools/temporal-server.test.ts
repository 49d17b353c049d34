import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { missingSearchAttributes, startTemporalServer, type TemporalServer } from '../../tools/servers/temporal-server';
import { assertPortsFree } from '../../tools/start/ports';
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

  it('says what the program said when it does not start', async function () {
    this.timeout(60_000);
    const cliPath = process.execPath;
    const said: string[] = [];
    await assert.rejects(
      startTemporalServer({ cliPath, port: await freePort(), log: (line) => said.push(line) }),
      /did not start: it ended with exit code/,
    );
    // A port of its own that another process was quicker to take is mended by another start.
    assert.equal(said.filter((line) => line.includes('is started once more')).length, 2);
    await assert.rejects(
      startTemporalServer({ cliPath: '/nowhere/temporal', port: 1, log }),
      /did not start: .*ENOENT/,
    );
  });
});
