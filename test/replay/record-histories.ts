import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { startTemporalServer } from '../../tools/servers/temporal-server';
import { installQuietRuntime } from '../support/quiet-runtime';
import { freePort } from '../support/temporal-rig';
import { RECORDINGS } from './recordings';

/**
 * Records the histories that `npm test` replays: `node dist/test/replay/record-histories.js <release> [prefix]`,
 * of all workflows or of the one whose files begin so (`order`, `customer`).
 *
 * Run it before a workflow is changed, with the old code, and keep the old files: a run that was started by an old
 * release is finished by a new one.
 */
async function recordHistories(release: string, prefix?: string): Promise<void> {
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
    for (const recording of RECORDINGS) {
      if (prefix && recording.prefix !== prefix) continue;
      const { workflowId, runId } = await recording.play({ client, nativeConnection });
      const run = runId ? ['--run-id', runId] : [];
      // The CLI's JSON is the form that the Web UI downloads, too.
      const show = ['workflow', 'show', '--address', server.address, '--workflow-id', workflowId, ...run];
      const { stdout } = await promisify(execFile)(cliPath, [...show, '--output', 'json'], { maxBuffer: 64 << 20 });
      const file = path.join('test/replay/histories', `${recording.prefix}__${recording.name}__${release}.json`);
      await writeFile(file, stdout);
      log(file);
    }
  } finally {
    await nativeConnection.close();
    await connection.close();
    await server.stop();
  }
}

const [, , release, prefix] = process.argv;
if (!release) throw new Error('usage: node dist/test/replay/record-histories.js <release> [prefix]');
void recordHistories(release, prefix);
