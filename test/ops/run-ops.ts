import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VendorHttpError } from '../../src/clients/errors';
import { orderKind } from '../../src/contracts/kinds/order';
import { runOps } from '../../src/ops/program';
import { CREATED, ScriptedSync } from '../support/scripted-sync';
import { devServer } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';
import { testConfigDocument } from '../api/test-api';

/** What a run of the operator's tool left behind. */
export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The two tenants of the configuration: that of {@link OrderDriver}, and one without orders. */
export const TENANT = 'flow_no';
export const OTHER_TENANT = `t${randomUUID().slice(0, 8)}`;

/** Runs the tool as typed, against the test run's server, with a configuration of two tenants. */
export async function ops(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const { address } = await devServer();
  return await withTemporaryFolder(async (folder) => {
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(testConfigDocument({ address, otherTenants: [OTHER_TENANT] }, TENANT)));
    let out = '';
    let error = '';
    const exitCode = await runOps(args, {
      environment: { CONFIG_FILE: file, TEMPORAL_ADDRESS: address, ...environment },
      write: (text) => void (out += text),
      writeError: (text) => void (error += text),
    });
    const json = args.includes('--json') ? (JSON.parse(out) as Record<string, unknown>) : {};
    return { exitCode, out, error, json };
  });
}

/** An order activity that fails until `works` is called. */
export function failingSync(): { sync: ScriptedSync; works: () => void } {
  let isMended = false;
  const sync = new ScriptedSync(async () => {
    if (!isMended) throw new VendorHttpError({ vendor: 'flow', operation: 'POST order', isWrite: true }, 503);
    return CREATED;
  });
  return { sync, works: () => void (isMended = true) };
}

/** Ends orders that `resync` started and no worker serves. */
export async function terminate(tenants: readonly string[], orderNumber: string): Promise<void> {
  const { client } = await devServer();
  for (const tenantUid of tenants) {
    await client.workflow.getHandle(orderKind.id({ tenantUid, orderNumber })).terminate('end of test');
  }
}

/** Lines of at most 100 columns, addresses apart. */
export function assertReadable(text: string): void {
  for (const line of text.split('\n')) {
    if (!line.includes('http')) assert.ok(line.length <= 100, `${line.length} columns: ${line}`);
  }
}
