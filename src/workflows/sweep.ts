import {
  ActivityCancellationType,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import type { DeltaActivities } from '../activities/delta';
import type { GivenUpNotice } from '../contracts/entity-sync';
import { ladderDelayMs, LONGEST_DELAY_MS, ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import { searchAttributes } from '../contracts/search-attributes';
import {
  addCounts,
  comparedIn,
  LONGEST_DELTA_DELAY_MS,
  SWEEP_STREAMS,
  type AttemptFailedSignal,
  type SweepStream,
} from '../contracts/streams';
import {
  DEPLOYMENT_MEMO,
  GIVEN_UP_QUERY,
  GIVEN_UP_SIGNAL,
  MAX_NAMES,
  MAX_OTHER_NAMES,
  nameOfTarget,
  NO_SWEEP_COUNTS,
  SWEEP_CONFIGURE_SIGNAL,
  SWEEP_NOW_UPDATE,
  SWEEP_QUERY,
  SWEEP_SIGNAL,
  type PublishFindingsInput,
  type SweepCheckpoint,
  type SweepFinding,
  type SweepLookResult,
  type SweepSettings,
  type SweepState,
  type SweepUnderWay,
  type SweepWindow,
  type SweepWorkflowInput,
} from '../contracts/sweeps';
import { compact } from '../domain/compact';
import { lookSummary, sweepDetails } from './delta-texts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** Looks of many tenants are spread by so much of an interval; streams due as soon as that go together. */
const JITTER = 0.1;

/** Syncs that an operator gave up are remembered, the latest of them: some 150 kB. */
const MAX_GIVEN_UP = 2_000;

/**
 * All sweeps of one tenant: looks on a timer through every stream that is due, in one activity, and notifies the owners of
 * what differs. It lives as long as the tenant does, and keeps where each stream goes on (docs/adr/0016-checkpoints.md).
 *
 * 1. A stream's watermark moves only when the whole stream was read: a look that fails, hangs or is cut off leaves it where
 *    it was, and goes on from its cursor.
 * 2. A look only reads. What it found is in the history before anyone is notified, so the report names exactly what was
 *    found, however often a worker dies in between.
 * 3. A vendor that is away keeps only its own streams waiting, five minutes at most between two attempts.
 * 4. What an operator gave up is left alone until the document changes again, for longer than Temporal keeps closed runs.
 */
// eslint-disable-next-line max-lines-per-function -- holds the tenant's state, whose steps follow below its loop
export async function sweepWorkflow(input: SweepWorkflowInput): Promise<void> {
  const { tenantUid, carried } = input;
  let settings = input.settings;
  let stockMasters = carried?.stockMasters;
  const streams: Partial<Record<SweepStream, SweepCheckpoint>> = { ...carried?.streams };
  const givenUp = new Map(Object.entries(carried?.givenUp ?? {}));
  let hasNews = false;
  let pass = 0;
  const state = (): SweepState => ({ settings, streams, ...compact({ stockMasters }) });

  setHandler(defineQuery<SweepState>(SWEEP_QUERY), state, { description: 'Where each sweep is, and what it found' });
  setHandler(defineQuery<Record<string, string>>(GIVEN_UP_QUERY), () => Object.fromEntries(givenUp), {
    description: 'Syncs that an operator gave up',
  });
  setHandler(
    defineSignal<[SweepSettings]>(SWEEP_CONFIGURE_SIGNAL),
    (latest) => {
      settings = latest;
      hasNews = true;
    },
    { description: 'The settings of the moment' },
  );
  setHandler(
    defineSignal<[GivenUpNotice]>(GIVEN_UP_SIGNAL),
    ({ id, at }) => {
      givenUp.delete(id);
      givenUp.set(id, at);
      for (const oldest of [...givenUp.keys()].slice(0, givenUp.size - MAX_GIVEN_UP)) givenUp.delete(oldest);
    },
    { description: 'An operator has given up on a sync' },
  );
  // A look that crashes is tried again within seconds; its page needs no more than that.
  setHandler(defineSignal<[AttemptFailedSignal]>(SWEEP_SIGNAL), () => undefined);
  setHandler(
    defineUpdate<string, [readonly SweepStream[]]>(SWEEP_NOW_UPDATE),
    (wanted: readonly SweepStream[]) => {
      const askedAt = new Date().toISOString();
      for (const stream of wanted.length > 0 ? wanted : configured())
        streams[stream] = { ...streams[stream], askedAt, dueAt: askedAt };
      hasNews = true;
      return askedAt;
    },
    {
      description: 'Look now through the streams that are named, or through all; answers with the moment',
      validator: (wanted: readonly SweepStream[]) => {
        const off = wanted.filter((stream) => !configured().includes(stream));
        if (off.length > 0) throw new Error(`The configuration switches ${off.join(', ')} off (setting sweeps).`);
      },
    },
  );

  for (;;) {
    setCurrentDetails(sweepDetails(tenantUid, state()));
    showFailure();
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof sweepWorkflow>({
        ...{ tenantUid, settings },
        carried: { ...state(), givenUp: Object.fromEntries(givenUp) },
      });
    }
    hasNews = false;
    if (workflowInfo().memo?.[DEPLOYMENT_MEMO] !== settings.deployment)
      upsertMemo({ [DEPLOYMENT_MEMO]: settings.deployment });
    if (await notifyOfMasters()) continue;
    const due = dueStreams();
    if (due.length > 0) await look(due);
    else await condition(() => hasNews, waitMs());
  }

  function configured(): SweepStream[] {
    return SWEEP_STREAMS.filter((stream: SweepStream) => (settings.every[stream] ?? 0) > 0);
  }

  /** The one that waits longest first; those that are due soon go with it. */
  function dueStreams(): SweepStream[] {
    const now = Date.now();
    const dueAt = (stream: SweepStream): number => Date.parse(streams[stream]?.dueAt ?? '') || 0;
    const soon = (stream: SweepStream): number => (settings.every[stream] ?? 0) * SECOND_MS * JITTER;
    const all = configured().sort((one, other) => dueAt(one) - dueAt(other));
    if (!all.some((stream) => dueAt(stream) <= now)) return [];
    return all.filter((stream) => dueAt(stream) <= now + (streams[stream]?.failure ? 0 : soon(stream)));
  }

  function waitMs(): number {
    const dueAt = configured().map((stream) => Date.parse(streams[stream]?.dueAt ?? ''));
    // Without a sweep there is nothing to wait for but another configuration.
    const inMs = dueAt.length > 0 ? Math.min(...dueAt) - Date.now() : 24 * HOUR_MS;
    return Math.max(inMs, SECOND_MS);
  }

  /** Stores whose stock has another master than before are aligned; all of them at the first start. */
  async function notifyOfMasters(): Promise<boolean> {
    const known = stockMasters;
    const { stockMasters: latest } = settings;
    // A store that the configuration no longer names has Omnium as its master.
    const storeUids = [...new Set([...Object.keys(latest), ...Object.keys(known ?? {})])].sort();
    const switched = storeUids.filter(
      (storeUid) => !known || (known[storeUid] ?? 'omnium') !== (latest[storeUid] ?? 'omnium'),
    );
    if (switched.length > 0) {
      const batches = switched.map((storeUid) => {
        const switchedTo = latest[storeUid] ?? 'omnium';
        const target = { kind: 'stock', storeUid, since: { switchedTo, isFirst: !known } } as const;
        const findings: SweepFinding[] = [{ target, standing: 'found' }];
        return { what: `Stock master: ${switchedTo}`, at: new Date().toISOString(), findings };
      });
      await publish(batches, `Stock masters (${tenantUid}): ${switched.length} stores`);
    }
    stockMasters = latest;
    return switched.length > 0;
  }

  async function look(due: readonly SweepStream[]): Promise<void> {
    const now = new Date();
    for (const stream of due) {
      // What is under way goes on first: whoever asked meanwhile gets a look of their own after it. One that failed before
      // it got anywhere has nothing to go on with, and may be waiting for just this word.
      const before = streams[stream];
      const isStuck = before?.askedAt !== undefined && before.failure !== undefined && !before.underWay?.cursor;
      if (before?.underWay && !isStuck) continue;
      const { askedAt, ...checkpoint } = streams[stream] ?? { dueAt: now.toISOString() };
      const window = { ...windowOf(checkpoint.watermark, now), ...(askedAt !== undefined && { isAsked: true }) };
      streams[stream] = { ...checkpoint, underWay: begun(window) };
    }
    const begunStreams = due.flatMap((stream) => {
      const underWay = streams[stream]?.underWay;
      return underWay ? [{ stream, window: underWay.window, ...compact({ cursor: underWay.cursor }) }] : [];
    });
    pass += 1;
    const results = await activities(settings.retryLadder).lookForChanges.executeWithOptions(
      { summary: lookSummary(tenantUid, due) },
      [{ tenantUid, streams: begunStreams, retryLadder: settings.retryLadder, pass }],
    );
    const batches = results.flatMap(({ stream, findings }) => {
      const at = streams[stream]?.underWay?.window.to;
      const direction = stream.startsWith('flow-') ? ('outbound' as const) : ('inbound' as const);
      return findings.length > 0 && at !== undefined ? [{ what: `Sweep ${stream}`, at, direction, findings }] : [];
    });
    if (batches.length > 0) await publish(batches, `Sweep (${tenantUid}): notify the owners`);
    for (const result of results) take(result);
  }

  async function publish(batches: PublishFindingsInput['batches'], summary: string): Promise<void> {
    pass += 1;
    const { retryLadder } = settings;
    await activities(retryLadder).publishFindings.executeWithOptions({ summary }, [
      { tenantUid, batches, retryLadder, pass },
    ]);
  }

  function windowOf(watermark: string | undefined, now: Date): SweepWindow {
    const { overlapSeconds, firstLookBackHours } = settings;
    // A watermark in the future, by a clock that was wrong, would leave a gap.
    const known = watermark === undefined ? Infinity : Date.parse(watermark);
    const isKnown = known <= now.getTime();
    const beginMs = isKnown ? known : now.getTime() - firstLookBackHours * HOUR_MS;
    return {
      watermark: new Date(beginMs).toISOString(),
      from: new Date(beginMs - overlapSeconds * SECOND_MS).toISOString(),
      to: now.toISOString(),
      since: isKnown ? 'last-sweep' : 'first-look',
    };
  }

  /** What a look has come to: the stream goes on at once, waits for its vendor, or is at its end. */
  function take(result: SweepLookResult): void {
    const { stream, cursor, failure } = result;
    const before = streams[stream];
    if (!before?.underWay) return;
    const underWay = withResult(before.underWay, result);
    const now = Date.now();
    const iso = (ms: number): string => new Date(ms).toISOString();
    if (failure) {
      const attempts = (before.failure?.attempts ?? 0) + 1;
      const ladderMs = Math.min(ladderDelayMs(settings.retryLadder, attempts), LONGEST_DELTA_DELAY_MS);
      const dueAt = iso(now + Math.max(ladderMs, failure.retryAfterMs ?? 0));
      streams[stream] = { ...before, underWay, failure: { ...failure, attempts }, dueAt };
      return;
    }
    const { failure: _failure, underWay: _underWay, ...checkpoint } = before;
    if (cursor) {
      streams[stream] = { ...checkpoint, underWay, dueAt: iso(now) };
      return;
    }
    const { window, counts, names, inProgressNames, failedNames, failedAttempts } = underWay;
    const everyMs = (settings.every[stream] ?? 0) * SECOND_MS;
    const nextMs = checkpoint.askedAt ? now : Date.parse(window.to) + everyMs * (1 + Math.random() * JITTER);
    streams[stream] = {
      ...compact({ askedAt: checkpoint.askedAt }),
      watermark: window.to,
      dueAt: iso(Math.max(nextMs, now)),
      last: {
        ...{ stream, from: window.from, to: window.to, since: window.since, ...counts },
        looked: comparedIn(counts),
        published: counts.found + counts.inProgress + counts.failedToLook,
        ...{ names, moreNames: Math.max(counts.found - names.length, 0), inProgressNames, failedNames },
        ...{ failedAttempts, endedAt: iso(now) },
      },
    };
  }

  function showFailure(): void {
    const failing = SWEEP_STREAMS.map((stream) => streams[stream]?.failure?.failureType).find(
      (type) => type !== undefined,
    );
    if (failing === workflowInfo().typedSearchAttributes.get(searchAttributes.failureType)) return;
    upsertSearchAttributes([{ key: searchAttributes.failureType, value: failing ?? null }]);
  }
}

function begun(window: SweepWindow): SweepUnderWay {
  return { window, counts: NO_SWEEP_COUNTS, names: [], inProgressNames: [], failedNames: [], failedAttempts: 0 };
}

function withResult(before: SweepUnderWay, { counts, findings, cursor, failure }: SweepLookResult): SweepUnderWay {
  const names = (standing: SweepFinding['standing'], known: readonly string[], most: number): string[] => {
    const found = findings.filter((finding) => finding.standing === standing);
    return [...new Set([...known, ...found.map(({ target }) => nameOfTarget(target))])].slice(0, most);
  };
  return {
    window: before.window,
    counts: addCounts(before.counts, counts),
    names: names('found', before.names, MAX_NAMES),
    inProgressNames: names('inProgress', before.inProgressNames, MAX_OTHER_NAMES),
    failedNames: names('failedToLook', before.failedNames, MAX_OTHER_NAMES),
    failedAttempts: before.failedAttempts + (failure ? 1 : 0),
    ...compact({ cursor }),
  };
}

/**
 * Activities that read, and one that records events, which may be repeated: the events of a look have ids of their own. A
 * worker that dies is noticed within the heartbeat timeout; what it had read is in its last heartbeat.
 */
function activities(ladder: RetryLadderName): ActivityInterfaceFor<DeltaActivities> {
  return proxyActivities<DeltaActivities>({
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: {
      ...ladderRetryPolicy(ladder),
      initialInterval: 5_000,
      maximumInterval: Math.min(LONGEST_DELTA_DELAY_MS, LONGEST_DELAY_MS),
    },
  });
}
