import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { startTemporalServer } from '../../tools/servers/temporal-server';
import { OrderDriver } from '../support/order-driver';
import { installQuietRuntime } from '../support/quiet-runtime';
import { freePort } from '../support/temporal-rig';
import { REPLAY_CASES } from './cases';

/**
 * Records the histories that `npm test` replays: `node dist/test/replay/record-histories.js <release>`.
 *
 * Run it before a workflow is changed, with the old code, and keep the old files: a run that was started by an old
 * release is finished by a new one.
 */
async function recordHistories(release: string): Promise<void> {
  installQuietRuntime();
  const log = (line: string): void => console.log(line);
  const { path: cliPath } = await resolveTemporalCli({ log });
  const server = await startTemporalServer({
    cliPath,
    port: await freePort(),
    log: () => undefined,
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=40'],
  });
  const connection = await Connection.connect({ address: server.address });
  const nativeConnection = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection });
  try {
    for (const replayCase of REPLAY_CASES) {
      const order = new OrderDriver({ client, nativeConnection });
      await replayCase.play(order);
      const run = order.recordedRunId ? ['--run-id', order.recordedRunId] : [];
      // The CLI's JSON is the form that the Web UI downloads, too.
      const show = ['workflow', 'show', '--address', server.address, '--workflow-id', order.workflowId, ...run];
      const { stdout } = await promisify(execFile)(cliPath, [...show, '--output', 'json'], { maxBuffer: 64 << 20 });
      const file = path.join('test/replay/histories', `order__${replayCase.name}__${release}.json`);
      await writeFile(file, stdout);
      log(file);
    }
  } finally {
    await nativeConnection.close();
    await connection.close();
    await server.stop();
  }
}

const release = process.argv[2];
if (!release) throw new Error('usage: node dist/test/replay/record-histories.js <release>');
void recordHistories(release);
