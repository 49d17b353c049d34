import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOps } from '../../src/ops/program';
import { demoConfig } from '../../tools/start/demo-config';
import type { Run } from '../ops/run-ops';
import type { Integration, Json } from './integration';
import { devServer } from './temporal-rig';
import { withTemporaryFolder } from './temporary-folder';

/** Runs the operator's tool as typed, with a configuration file that leads to an integration's sandboxes. */
export async function opsOn(
  { omniumUrl, flowUrl }: Pick<Integration, 'omniumUrl' | 'flowUrl'>,
  ...args: readonly string[]
): Promise<Run> {
  const { address } = await devServer();
  const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, omniumUrl, flowUrl, webUiUrl: 'http://localhost:8233' };
  return await withTemporaryFolder(async (folder) => {
    const file = join(folder, 'config.yaml');
    await writeFile(file, demoConfig(endpoints));
    let out = '';
    let error = '';
    const exitCode = await runOps(args, {
      environment: { CONFIG_FILE: file, TEMPORAL_ADDRESS: address },
      write: (text) => void (out += text),
      writeError: (text) => void (error += text),
    });
    return { exitCode, out, error, json: args.includes('--json') ? (JSON.parse(out) as Json) : {} };
  });
}
