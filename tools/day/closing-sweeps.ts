import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { SWEEP_STREAMS, type SweepStream } from '../../src/contracts/streams';
import {
  nameOfTarget,
  SWEEP_NOW_UPDATE,
  SWEEP_WORKFLOW,
  type SweepFinding,
  type SweepLookResult,
  sweepWorkflowId,
} from '../../src/contracts/sweeps';
import { readSweepState } from '../../src/temporal/sweeps';
import { type SweepTally } from './compare/sweep-table';
import { slowness } from '../servers/machine';
import { type DayContext } from './context';
import { type ScheduledRuns } from './scheduled-runs';

/** A sweep reads three days on its first look, and waits five minutes at most between two tries. */
const PATIENCE_MS = 180_000;
const ASK_EVERY_MS = 1_000;
/** A sweep answers when a worker is there; its next task may wait for one that was killed. */
const ANSWER_WITHIN_MS = 60_000;

/** What the sweeps have done. */
export interface SweepsDone {
  /** Every look of the day, the closing one included. */
  readonly tallies: readonly SweepTally[];
  /** Sweeps that did not come to an end, with the reason. */
  readonly unfinished: readonly string[];
}

/**
 * Has a tenant's sweep look now.
 *
 * @returns from when on it does
 * @throws Error of the Temporal client when the sweep does not answer in time
 */
export async function sweepNow(
  client: Client,
  tenantUid: string,
  streams: readonly SweepStream[],
  withinMs = ANSWER_WITHIN_MS * slowness(),
): Promise<string> {
  const handle = client.workflow.getHandle(sweepWorkflowId(tenantUid));
  return await client.withDeadline(Date.now() + withinMs, () =>
    handle.executeUpdate<string, [readonly SweepStream[]]>(SWEEP_NOW_UPDATE, { args: [streams] }),
  );
}

/** Has every tenant's sweep look once and waits until it has; then tells what all looks of the day found. */
export async function runClosingSweeps(
  { client }: Pick<ScheduledRuns, 'client'>,
  { tenants, undone }: Pick<DayContext, 'tenants' | 'undone'>,
): Promise<SweepsDone> {
  const unfinished: string[] = [];
  await Promise.all(
    tenants.map(({ tenantUid }) =>
      undone.attempt(`Closing sweep of ${tenantUid}`, async () => {
        unfinished.push(...(await closingSweep(client, tenantUid)));
      }),
    ),
  );
  const looks: SweepLookResult[] = [];
  for (const { tenantUid } of tenants)
    looks.push(...((await undone.attempt(`Read the sweep of ${tenantUid}`, () => looksOf(client, tenantUid))) ?? []));
  return { tallies: SWEEP_STREAMS.map((stream) => tallyOf(stream, looks)), unfinished };
}

async function closingSweep(client: Client, tenantUid: string): Promise<string[]> {
  const askedAt = Date.parse(await sweepNow(client, tenantUid, []));
  const giveUpAt = Date.now() + PATIENCE_MS * slowness();
  for (;;) {
    const { settings, streams } = await readSweepState(client, tenantUid);
    const left = SWEEP_STREAMS.filter(
      (stream) => settings.every[stream] !== undefined && !(Date.parse(streams[stream]?.last?.to ?? '') >= askedAt),
    );
    if (left.length === 0) return [];
    if (Date.now() > giveUpAt)
      return left.map(
        (stream) => `${tenantUid} ${stream}: ${streams[stream]?.failure?.message ?? 'it is still at work'}`,
      );
    await sleep(ASK_EVERY_MS);
  }
}

/** What every look of a tenant's sweep has come to, from the history of its runs. */
async function looksOf(client: Client, tenantUid: string): Promise<SweepLookResult[]> {
  const looks: SweepLookResult[] = [];
  const query = `WorkflowType = '${SWEEP_WORKFLOW}' AND WorkflowId = '${sweepWorkflowId(tenantUid)}'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { activityTaskCompletedEventAttributes } of events ?? []) {
      const [payload] = activityTaskCompletedEventAttributes?.result?.payloads ?? [];
      const result: unknown = payload && defaultPayloadConverter.fromPayload(payload);
      if (Array.isArray(result)) looks.push(...(result as SweepLookResult[]));
    }
  }
  return looks;
}

function tallyOf(stream: SweepStream, looks: readonly SweepLookResult[]): SweepTally {
  const own = looks.filter((look) => look.stream === stream);
  const sum = (count: (look: SweepLookResult) => number): number => own.reduce((total, each) => total + count(each), 0);
  const named = (standing: SweepFinding['standing']): string[] => {
    const findings = own.flatMap((look) => look.findings).filter((finding) => finding.standing === standing);
    return [...new Set(findings.map(({ target }) => nameOfTarget(target)))];
  };
  return {
    stream,
    runs: own.length,
    looked: sum(({ counts: { calls: _calls, ...counts } }) => Object.values(counts).reduce((a, b) => a + b, 0)),
    found: sum(({ counts }) => counts.found),
    inProgress: sum(({ counts }) => counts.inProgress),
    failedToLook: sum(({ counts }) => counts.failedToLook),
    calls: sum(({ counts }) => counts.calls),
    names: named('found'),
    failedNames: named('failedToLook'),
  };
}
