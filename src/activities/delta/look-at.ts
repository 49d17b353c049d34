import { setTimeout as pause } from 'node:timers/promises';
import { nameOfTarget, type SweepCounts, type SweepFinding } from '../../contracts/sweep-messages';
import type { FailureType } from '../../contracts/failure-types';
import type { Attempt } from '../shared/sync-context';
import { toApplicationFailure } from '../shared/failures';
import type { Standing, Standings } from './standings';
import { ownAttempt, type Look, type StreamDocument } from './sweep-stream';

/** In which member of {@link SweepCounts} a document is counted, and what is to be done about it. */
export interface Looked {
  readonly as: Exclude<keyof SweepCounts, 'calls'>;
  readonly finding?: SweepFinding;
  /** What failed, when the vendor could not be asked. */
  readonly outage?: unknown;
}

/** How long a webhook may take before its absence means something, in milliseconds. */
const SETTLE_MS = 5_000;
/** Differences between our clock, Temporal's and the vendors'. */
const CLOCK_SLACK_MS = 2_000;
const MOST_LOOKS = 3;

/** What a look at a document is made with. */
export interface LookParts {
  readonly standings: Pick<Standings, 'of'>;
  readonly attempt: Attempt;
  /** {@link SETTLE_MS}, unless a test says otherwise. */
  readonly settleMs?: number | undefined;
}

/**
 * Compares one document and finds out whether somebody is at work on it already.
 *
 * A change of the last seconds may still be on its way to us, and a workflow may have come to its end between our look
 * and our question; both are looked at once more before they are called lost.
 */
export async function lookAt(document: StreamDocument, parts: LookParts): Promise<Looked> {
  try {
    return await look(document, parts);
  } catch (error) {
    parts.attempt.signal.throwIfAborted();
    const { failureType } = toApplicationFailure(error, () => 0);
    const finding: SweepFinding = { target: document.target, standing: 'failedToLook' };
    return { as: 'failedToLook', finding, ...(isOutage(failureType) && { outage: error }) };
  }
}

async function look(document: StreamDocument, parts: LookParts): Promise<Looked> {
  const { attempt, standings, settleMs = SETTLE_MS } = parts;
  for (let count = 1; ; count += 1) {
    const lookedAtMs = Date.now();
    if (await wasDealtWith(document, standings)) return { as: 'inSync' };
    const seen = await document.look(ownAttempt(attempt));
    if (seen.verdict !== 'differs') return { as: seen.verdict };
    const standing = await standings.of(seen.target);
    if (standing.is === 'running') return found('inProgress', seen);
    if (isGivenUp(standing, document)) return { as: 'givenUp' };
    const settlesInMs = Date.parse(document.modifiedAt ?? '') + settleMs - Date.now();
    const endedMeanwhile = standing.is === 'over' && standing.closedAtMs > lookedAtMs - CLOCK_SLACK_MS;
    const mayBeOnItsWay = settlesInMs > 0 && settlesInMs <= settleMs;
    if (count === MOST_LOOKS || !(endedMeanwhile || mayBeOnItsWay)) return found('found', seen);
    if (mayBeOnItsWay) await pause(settlesInMs, undefined, { signal: attempt.signal });
  }
}

async function wasDealtWith(
  { isOverWithItsWorkflow, target }: StreamDocument,
  standings: LookParts['standings'],
): Promise<boolean> {
  if (!isOverWithItsWorkflow) return false;
  const standing = await standings.of(target);
  return standing.is === 'over' && !standing.givenUp;
}

function found(standing: 'found' | 'inProgress', { target, storeUid }: Look & { verdict: 'differs' }): Looked {
  return { as: standing, finding: { target, standing, ...(storeUid && { storeUid }) } };
}

/** An operator's word holds until the document changes again. */
function isGivenUp(standing: Standing, { modifiedAt }: StreamDocument): boolean {
  if (standing.is !== 'over' || !standing.givenUp) return false;
  return modifiedAt === undefined || Date.parse(modifiedAt) < standing.closedAtMs;
}

function isOutage(failureType: FailureType): boolean {
  return /(Unavailable|RateLimited|Unauthorized|Forbidden)$/.test(failureType);
}

/** Whether two findings are about one order or customer. */
export function ownerOf({ target }: SweepFinding): string {
  return nameOfTarget(target);
}
