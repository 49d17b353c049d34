import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { GivenUpNotice } from '../../src/contracts/entity-sync';
import {
  GIVEN_UP_SIGNAL,
  SWEEP_QUERY,
  SWEEP_WORKFLOW,
  type SweepLookResult,
  type SweepState,
  type SweepWorkflowInput,
} from '../../src/contracts/sweeps';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until, type OrderServer } from '../support/order-driver';
import { looked, ScriptedSweep } from '../support/scripted-sweep';

/** A run of the sweep workflow worth keeping. */
export interface SweepReplayCase {
  readonly name: string;
  /** Plays the case and says which run it was. */
  play(server: OrderServer): Promise<{ readonly workflowId: string; readonly runId?: string }>;
}

const part = (...orders: string[]): SweepLookResult => ({ ...looked('flow-orders', ...orders), cursor: { page: 1 } });
const away: SweepLookResult = {
  ...part(),
  failure: { failureType: 'FlowUnavailable', message: 'flow: GET orders: refused' },
};

/** Starts a sweep on a worker with these activities; ended as soon as its state is as the case wants it. */
async function play(
  { client, nativeConnection }: OrderServer,
  sweep: ScriptedSweep,
  isThere: (state: SweepState) => boolean = ({ streams }) => streams['flow-orders']?.last !== undefined,
  stockMasters: SweepWorkflowInput['settings']['stockMasters'] = {},
): Promise<{ workflowId: string; runId: string }> {
  const workflowId = `sweep:flow_no-${randomUUID()}`;
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: workflowId,
    workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
    activities: sweep.activities(),
  });
  const input: SweepWorkflowInput = {
    tenantUid: 'flow_no',
    settings: {
      ...{ deployment: 'test', retryLadder: 'one-minute', every: { 'flow-orders': 3_600 }, stockMasters },
      ...{ overlapSeconds: 120, firstLookBackHours: 72 },
    },
  };
  return await worker.runUntil(async () => {
    const handle = await client.workflow.start<(given: SweepWorkflowInput) => Promise<void>>(SWEEP_WORKFLOW, {
      ...{ workflowId, taskQueue: workflowId, args: [input] },
    });
    const latest = client.workflow.getHandle(workflowId);
    const notice: GivenUpNotice = {
      ...{ kind: 'order', id: 'order:flow_no:NO-7', tenantUid: 'flow_no' },
      ...{ at: '2026-03-01T06:30:00.000Z', reason: 'no longer wanted' },
    };
    await latest.signal<[GivenUpNotice]>(GIVEN_UP_SIGNAL, notice);
    await until(async () => (isThere(await latest.query<SweepState>(SWEEP_QUERY)) ? true : undefined));
    await latest.terminate('recorded');
    return { workflowId, runId: handle.firstExecutionRunId };
  });
}

/** All cases, named by what happens. */
export const SWEEP_REPLAY_CASES: readonly SweepReplayCase[] = [
  { name: 'nothing-found', play: (server) => play(server, new ScriptedSweep()) },
  {
    name: 'found',
    play: (server) => play(server, new ScriptedSweep(() => Promise.resolve([looked('flow-orders', 'NO-1', 'NO-2')]))),
  },
  {
    name: 'several-looks',
    play: (server) =>
      play(
        server,
        new ScriptedSweep((_input, count) =>
          Promise.resolve([count < 3 ? part(`NO-${count}`) : looked('flow-orders', 'NO-3')]),
        ),
      ),
  },
  {
    name: 'waiting-for-a-vendor',
    play: (server) =>
      play(
        server,
        new ScriptedSweep(() => Promise.resolve([away])),
        ({ streams }) => streams['flow-orders']?.failure !== undefined,
      ),
  },
  {
    name: 'stock-masters',
    play: (server) => play(server, new ScriptedSweep(), undefined, { oslocity: 'omnium', trondheim: 'flow' }),
  },
  {
    name: 'continued-as-new',
    play: (server) =>
      play(
        server,
        new ScriptedSweep((_input, count) =>
          Promise.resolve([count < 12 ? part(`NO-${count}`) : looked('flow-orders')]),
        ),
      ),
  },
];
