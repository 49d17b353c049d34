import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { VendorUnreachableError } from '../../src/clients/errors';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { SWEEP_WORKFLOW, type SweepReport, type SweepWorkflowInput } from '../../src/contracts/sweep-messages';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until, type OrderServer } from '../support/order-driver';
import { lastStretch, ScriptedSweep } from '../support/scripted-sweep';

/** A run of the sweep workflow worth keeping. */
export interface SweepReplayCase {
  readonly name: string;
  /** Plays the case and says which run it was. */
  play(server: OrderServer): Promise<{ readonly workflowId: string; readonly runId?: string }>;
}

const unreachable = new VendorUnreachableError({ vendor: 'flow', operation: 'GET orders', isWrite: false }, 'refused');
const part = (...orders: string[]): ReturnType<typeof lastStretch> => ({
  ...lastStretch(...orders),
  cursor: { page: 1 },
});

/** Starts a sweep on a worker with these activities and, unless told otherwise, waits for its end. */
async function play(
  { client, nativeConnection }: OrderServer,
  sweep: ScriptedSweep,
  meanwhile?: (workflowId: string) => Promise<void>,
): Promise<{ workflowId: string; runId: string }> {
  const workflowId = `sweep:flow_no:flow-orders-${randomUUID()}`;
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: workflowId,
    workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
    activities: sweep.activities(),
  });
  const input: SweepWorkflowInput = {
    ...{ version: 1, tenantUid: 'flow_no', stream: 'flow-orders', retryLadder: 'one-minute' },
    ...{ overlapSeconds: 120, firstLookBackHours: 72 },
  };
  return await worker.runUntil(async () => {
    const handle = await client.workflow.start<(given: SweepWorkflowInput) => Promise<SweepReport>>(SWEEP_WORKFLOW, {
      ...{ workflowId, taskQueue: workflowId, args: [input] },
    });
    await meanwhile?.(workflowId);
    if (!meanwhile) await handle.result();
    return { workflowId, runId: handle.firstExecutionRunId };
  });
}

async function untilWaiting({ client }: OrderServer, workflowId: string): Promise<void> {
  await until(async () => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 1) > 1) ? true : undefined;
  });
}

/** All cases, named by what happens. */
export const SWEEP_REPLAY_CASES: readonly SweepReplayCase[] = [
  { name: 'nothing-found', play: (server) => play(server, new ScriptedSweep()) },
  {
    name: 'found',
    play: (server) => play(server, new ScriptedSweep(() => Promise.resolve(lastStretch('NO-1', 'NO-2')))),
  },
  {
    name: 'several-stretches',
    play: (server) =>
      play(
        server,
        new ScriptedSweep((_input, count) => Promise.resolve(count < 3 ? part(`NO-${count}`) : lastStretch('NO-3'))),
      ),
  },
  {
    name: 'waiting-for-a-vendor',
    play: (server) =>
      play(server, new ScriptedSweep(() => Promise.reject(unreachable)), (workflowId) =>
        untilWaiting(server, workflowId),
      ),
  },
  {
    name: 'healed-by-an-operator',
    play: (server) =>
      play(
        server,
        new ScriptedSweep((_input, count) =>
          count === 1 ? Promise.reject(unreachable) : Promise.resolve(lastStretch('NO-1')),
        ),
        async (workflowId) => {
          await untilWaiting(server, workflowId);
          const handle = server.client.workflow.getHandle(workflowId);
          await handle.executeUpdate(RETRY_NOW_UPDATE);
          await handle.result();
        },
      ),
  },
  {
    name: 'continued-as-new',
    play: (server) =>
      play(
        server,
        new ScriptedSweep((_input, count) => Promise.resolve(count < 12 ? part(`NO-${count}`) : lastStretch())),
      ),
  },
];
