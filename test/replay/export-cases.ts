import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { VendorUnreachableError } from '../../src/clients/errors';
import {
  CHECKPOINT_QUERY,
  CHECKPOINT_SIGNAL,
  CHECKPOINT_WORKFLOW,
  EXPORT_WORKFLOW,
  type CheckpointSignal,
  type CheckpointWorkflowInput,
  type ExportCheckpoint,
  type ExportReport,
  type ExportWorkflowInput,
} from '../../src/contracts/exports';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until, type OrderServer } from '../support/order-driver';
import { donePartitions, planOf, ScriptedExport } from '../support/scripted-export';

/** A run of the export workflow worth keeping. */
export interface ExportReplayCase {
  readonly name: string;
  /** Plays the case and says which run it was. */
  play(server: OrderServer): Promise<{ readonly workflowId: string; readonly runId?: string }>;
}

const unreachable = new VendorUnreachableError({ vendor: 'flow', operation: 'PUT stock', isWrite: true }, 'refused');
const HELD = [
  { failureType: 'RemovalHeld', reason: 'gone', since: '2026-03-01T06:30:00.000Z', ids: ['A-1@oslo'] },
] as const;
const UNRESOLVED = [
  { failureType: 'FlowRejected', reason: 'no', since: '2026-03-01T06:30:00.000Z', ids: ['A-1@oslo', 'B-2@*'] },
] as const;
const WAREHOUSES = Array.from({ length: 12 }, (_unused, index) => `warehouse-${index + 1}`);

/** Starts an export on a worker with these activities and, unless told otherwise, waits for its end. */
async function play(
  { client, nativeConnection }: OrderServer,
  scripted: ScriptedExport,
  {
    ask,
    meanwhile,
  }: { readonly ask?: ExportWorkflowInput['ask']; readonly meanwhile?: (workflowId: string) => Promise<void> } = {},
): Promise<{ workflowId: string; runId: string }> {
  const workflowId = `export:flow_no:NOR:inventory-${randomUUID()}`;
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: workflowId,
    workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
    activities: scripted.activities(),
  });
  const input: ExportWorkflowInput = {
    ...{ tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'inventory' },
    ...{ retryLadder: 'one-minute', overlapSeconds: 120, ...(ask && { ask }) },
  };
  return await worker.runUntil(async () => {
    const handle = await client.workflow.start<(given: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
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
export const EXPORT_REPLAY_CASES: readonly ExportReplayCase[] = [
  { name: 'nothing-to-read', play: (server) => play(server, new ScriptedExport(planOf([]))) },
  { name: 'in-one-batch', play: (server) => play(server, new ScriptedExport(planOf(['bergen', 'oslo']))) },
  {
    name: 'several-batches-with-unresolved-records',
    play: (server) =>
      play(
        server,
        new ScriptedExport(
          planOf(['bergen', 'oslo', 'tromso'], {
            leftOut: [{ name: 'alta', reason: 'Flow is the stock master of alta' }],
            missing: ['hamar'],
          }),
          (_input, count) =>
            Promise.resolve(
              donePartitions(1, count === 2 ? { unresolved: UNRESOLVED, differences: ['A-1@oslo: no'] } : {}),
            ),
        ),
      ),
  },
  {
    name: 'removals-after-all-was-read',
    play: (server) =>
      play(
        server,
        new ScriptedExport(planOf(['bergen', 'oslo']), (_input, count) =>
          Promise.resolve(
            count === 2 ? donePartitions(1, { resolved: ['A-1@oslo'] }) : donePartitions(2, { unresolved: HELD }),
          ),
        ),
      ),
  },
  {
    name: 'removals-held-for-an-operator',
    play: (server) =>
      play(
        server,
        new ScriptedExport(planOf(['oslo'], { fuse: { count: 0, percent: 0 } }), () =>
          Promise.resolve(donePartitions(1, { unresolved: HELD })),
        ),
      ),
  },
  {
    name: 'everything-by-hand',
    play: (server) =>
      play(
        server,
        new ScriptedExport(
          planOf([], {
            window: { to: '2026-03-01T06:30:00.000Z', since: 'asked' },
            partitions: [{ name: 'oslo', read: 'everything' }],
          }),
        ),
        { ask: { kind: 'everything' } },
      ),
  },
  {
    name: 'waiting-for-a-vendor',
    play: (server) =>
      play(server, new ScriptedExport(planOf(['oslo']), () => Promise.reject(unreachable)), {
        meanwhile: (workflowId) => untilWaiting(server, workflowId),
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (server) =>
      play(
        server,
        new ScriptedExport(planOf(['oslo']), (_input, count) =>
          count === 1 ? Promise.reject(unreachable) : Promise.resolve(donePartitions(1)),
        ),
        {
          meanwhile: async (workflowId) => {
            await untilWaiting(server, workflowId);
            const handle = server.client.workflow.getHandle(workflowId);
            await handle.executeUpdate(RETRY_NOW_UPDATE);
            await handle.result();
          },
        },
      ),
  },
  {
    name: 'read-on-at-cursors',
    play: (server) =>
      play(
        server,
        new ScriptedExport(
          planOf([], {
            window: { to: '2026-03-01T06:30:00.000Z', since: 'first-export' },
            partitions: [
              { name: 'everything', read: 'everything', members: ['main', 'oslo'] },
              { name: 'removals', read: 'everything', members: ['main', 'oslo'] },
            ],
            partial: ['removals'],
          }),
          (_input, count) =>
            Promise.resolve(
              count < 3
                ? donePartitions(0, { cursor: `page ${count}`, underWay: { records: 5, total: 30 } })
                : donePartitions(1, { deferred: [{ record: 'A-1', at: '2026-03-02T00:00:00.000Z' }] }),
            ),
        ),
      ),
  },
  {
    name: 'cancelled',
    play: (server) =>
      play(server, new ScriptedExport(planOf(['oslo']), () => Promise.reject(unreachable)), {
        meanwhile: async (workflowId) => {
          await untilWaiting(server, workflowId);
          const handle = server.client.workflow.getHandle(workflowId);
          await handle.cancel();
          await handle.result().catch(() => undefined);
        },
      }),
  },
  {
    name: 'continued-as-new',
    play: (server) => play(server, new ScriptedExport(planOf(WAREHOUSES), () => Promise.resolve(donePartitions(1)))),
  },
];

/** Brings a checkpoint through so many runs of its export and waits until it has taken all of them in. */
async function playRuns({ client, nativeConnection }: OrderServer, runs: number): ReturnType<ExportReplayCase['play']> {
  const workflowId = `checkpoint:flow_no:NOR:inventory-${randomUUID()}`;
  const worker = await Worker.create({
    ...{ connection: nativeConnection, taskQueue: workflowId, workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH } },
  });
  const key = { tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'inventory' } as const;
  const signal = (event: CheckpointSignal): Promise<{ readonly signaledRunId: string }> =>
    client.workflow.signalWithStart<(given: CheckpointWorkflowInput) => Promise<void>, [CheckpointSignal]>(
      CHECKPOINT_WORKFLOW,
      { ...{ workflowId, taskQueue: workflowId, args: [key] }, signal: CHECKPOINT_SIGNAL, signalArgs: [event] },
    );
  return await worker.runUntil(async () => {
    let firstRunId: string | undefined;
    for (let run = 1; run <= runs; run += 1) {
      const at = new Date(Date.UTC(2026, 2, 1, 6, run)).toISOString();
      const begun = { workflowId: `export:flow_no:NOR:inventory-${run}`, begunAt: at };
      const { signaledRunId } = await signal({ kind: 'begun', run: begun, gone: [] });
      firstRunId ??= signaledRunId;
      await signal({
        kind: 'finished',
        run: {
          ...{ workflowId: begun.workflowId, to: at, rules: 'r', isWhole: run === 1 },
          ...{ covered: ['oslo'], coveredBefore: run === 1 ? [] : ['oslo'], moreUnresolved: 0, deferred: [] },
          ...(run % 2 === 1 ? { unresolved: UNRESOLVED, resolved: [] } : { unresolved: [], resolved: ['A-1@oslo'] }),
        },
      });
      await until(async () => {
        const { watermark } = await client.workflow.getHandle(workflowId).query<ExportCheckpoint>(CHECKPOINT_QUERY);
        return watermark === at ? true : undefined;
      });
    }
    return { workflowId, ...(firstRunId !== undefined && { runId: firstRunId }) };
  });
}

/** Cases of the checkpoint that runs of an export leave to later ones. */
export const CHECKPOINT_REPLAY_CASES: readonly ExportReplayCase[] = [
  { name: 'two-runs', play: (server) => playRuns(server, 2) },
  { name: 'continued-as-new', play: (server) => playRuns(server, 12) },
];
