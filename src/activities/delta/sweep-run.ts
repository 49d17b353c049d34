import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { VendorHttpError } from '../../clients/errors';
import { concernsVendor } from '../../contracts/failure-types';
import { customerKind } from '../../contracts/kinds/customer';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import { orderKind } from '../../contracts/kinds/order';
import { purchaseOrderKind } from '../../contracts/kinds/purchase-order';
import { stockKind } from '../../contracts/kinds/stock';
import { searchAttributes, type SyncState } from '../../contracts/search-attributes';
import { addCounts, comparedIn } from '../../contracts/streams';
import {
  GIVEN_UP_QUERY,
  nameOfTarget,
  NO_SWEEP_COUNTS,
  sweepWorkflowId,
  type SweepBegun,
  type SweepCounts,
  type SweepFinding,
  type SweepLookResult,
  type SweepTarget,
} from '../../contracts/sweeps';
import { compact } from '../../domain/compact';
import { GRPC, grpcCodeOf } from '../../temporal/grpc-errors';
import { severalAtOnce } from '../shared/concurrency';
import { toApplicationFailure } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import type { Comparison, DeltaSweep, SweepContext, SweepDocument } from './stream';

/** How much one look through a stream does before it says what it has found. */
export interface LookLimits {
  /** Comparisons at the same time; far below what the vendors allow, as orders come first. */
  readonly atOnce: number;
  readonly documents: number;
  readonly findings: number;
  readonly milliseconds: number;
  /** So many comparisons in a row that fail for want of a vendor mean an outage, which the stream waits for. */
  readonly outagesInARow: number;
  /** How long a webhook may take before its absence means something. */
  readonly settleMs: number;
}

const LIMITS: LookLimits = {
  atOnce: 4,
  documents: 1_000,
  findings: 200,
  milliseconds: 4 * 60_000,
  outagesInARow: 5,
  settleMs: 5_000,
};

/** Differences between our clock, Temporal's and the vendors'. */
const CLOCK_SLACK_MS = 2_000;
const MOST_COMPARISONS = 3;

/** What a target's own workflow is doing. */
export type OwnerState =
  | { readonly is: 'running' }
  | { readonly is: 'over'; readonly closedAtMs: number }
  | { readonly is: 'givenUp'; readonly atMs: number }
  | { readonly is: 'unknown' };

/** Asks what a target's workflow is doing. */
export type OwnerOf = (target: SweepTarget) => Promise<OwnerState>;

/**
 * Reads a stream on from where it was left, compares every document, and stops at the end of a page once it has done
 * enough. Writes nothing, so it may be repeated; what is done is in every heartbeat.
 *
 * One document that cannot be compared does not stop it. An outage does: it is the result's `failure`, and what was found
 * before it counts.
 */
export async function lookThrough(
  sweep: DeltaSweep,
  context: SyncContext,
  { stream, window, cursor }: SweepBegun,
  options: {
    readonly ownerOf: OwnerOf;
    /** What an attempt that died had done. */
    readonly earlier?: SweepLookResult | undefined;
    readonly heartbeat?: (progress: SweepLookResult) => void;
    readonly limits?: Partial<LookLimits> | undefined;
  },
): Promise<SweepLookResult> {
  const limits: LookLimits = { ...LIMITS, ...options.limits };
  const { earlier } = options;
  const findings = [...(earlier?.findings ?? [])];
  const found = new Set(findings.map(({ target }) => nameOfTarget(target)));
  const callsBefore = (earlier?.counts.calls ?? 0) - context.calls;
  let counts: SweepCounts = earlier?.counts ?? NO_SWEEP_COUNTS;
  let place = earlier?.cursor ?? cursor;
  let outagesInARow = 0;
  const result = (): SweepLookResult => ({
    ...{ stream, findings: [...findings], counts: { ...counts, calls: callsBefore + context.calls } },
    ...compact({ cursor: place }),
  });
  const reading: SweepContext = { ...context, window, cursor: place, found };
  const endAtMs = Date.now() + limits.milliseconds;
  try {
    for await (const page of sweep.pages(reading)) {
      await severalAtOnce(page.documents, limits.atOnce, async (document) => {
        const { as, finding, outage } = await compareDocument(sweep, reading, document, options.ownerOf, limits);
        outagesInARow = outage === undefined ? 0 : outagesInARow + 1;
        if (outage !== undefined && outagesInARow >= limits.outagesInARow) throw outage as Error;
        if (finding) findings.push(finding);
        // An order and its returns are several documents with one owner, which counts once.
        const isCounted = finding === undefined || !found.has(nameOfTarget(finding.target));
        if (finding) found.add(nameOfTarget(finding.target));
        if (isCounted) counts = addCounts(counts, { [as]: 1 });
      });
      place = page.cursor;
      context.progress = result();
      options.heartbeat?.(result());
      const isEnough = comparedIn(counts) >= limits.documents || findings.length >= limits.findings;
      if (isEnough || Date.now() > endAtMs) return result();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    const { failureType, message } = toApplicationFailure(error, () => 0);
    const retryAfterMs = error instanceof VendorHttpError ? error.retryAfterMs : undefined;
    return { ...result(), failure: { failureType, message, ...compact({ retryAfterMs }) } };
  }
  place = undefined;
  return result();
}

/** In which member of {@link SweepCounts} a document is counted, and what is to be done about it. */
interface Compared {
  readonly as: Exclude<keyof SweepCounts, 'calls'>;
  readonly finding?: SweepFinding;
  /** What failed, when the vendor could not be asked. */
  readonly outage?: unknown;
}

/**
 * Compares one document and finds out whether a workflow is at work on it already.
 *
 * A change of the last seconds may still be on its way to us, and a workflow may have come to its end between our comparison
 * and our question; both are compared once more before they are called lost.
 */
async function compareDocument(
  sweep: DeltaSweep,
  context: SweepContext,
  document: SweepDocument,
  ownerOf: OwnerOf,
  { settleMs }: LookLimits,
): Promise<Compared> {
  const { data, target, modifiedAt } = document;
  const changedAtMs = Date.parse(modifiedAt ?? '');
  try {
    for (let count = 1; ; count += 1) {
      const comparedAtMs = Date.now();
      if (sweep.isOverWithItsWorkflow && (await ownerOf(target)).is === 'over') return { as: 'inSync' };
      // Comparisons run side by side, and each notes its store in its context.
      const seen: Comparison =
        data === undefined ? { verdict: 'notOurs' } : await sweep.compare({ ...context }, document);
      if (seen.verdict !== 'differs') return { as: seen.verdict };
      const found = { target: seen.target ?? target, ...compact({ storeUid: seen.storeUid }) };
      const owner = await ownerOf(found.target);
      if (owner.is === 'running') return { as: 'inProgress', finding: { ...found, standing: 'inProgress' } };
      // An operator's word holds until the document changes again.
      if (owner.is === 'givenUp' && !(changedAtMs >= owner.atMs)) return { as: 'givenUp' };
      const settlesInMs = changedAtMs + settleMs - Date.now();
      const hasEndedMeanwhile = owner.is === 'over' && owner.closedAtMs > comparedAtMs - CLOCK_SLACK_MS;
      const mayBeOnItsWay = settlesInMs > 0 && settlesInMs <= settleMs;
      if (count === MOST_COMPARISONS || !(hasEndedMeanwhile || mayBeOnItsWay))
        return { as: 'found', finding: { ...found, standing: 'found' } };
      if (mayBeOnItsWay) await pause(settlesInMs, undefined, { signal: context.signal });
    }
  } catch (error) {
    context.signal.throwIfAborted();
    const { failureType } = toApplicationFailure(error, () => 0);
    const outage = concernsVendor(failureType) ? { outage: error } : {};
    return { as: 'failedToLook', finding: { target, standing: 'failedToLook' }, ...outage };
  }
}

/** What the workflows of a tenant's documents are doing, as far as Temporal keeps them. */
export function workflowsOf(client: Client, tenantUid: string): OwnerOf {
  return async (target) => {
    const handle = client.workflow.getHandle(workflowIdOf(tenantUid, target));
    try {
      const description = await within(client, () => handle.describe());
      if (description.status.name === 'RUNNING') return { is: 'running' };
      const closedAtMs = description.closeTime?.getTime() ?? 0;
      const isGivenUp =
        description.typedSearchAttributes.get(searchAttributes.syncState) === ('GivenUp' satisfies SyncState);
      return isGivenUp ? { is: 'givenUp', atMs: closedAtMs } : { is: 'over', closedAtMs };
    } catch (error) {
      if (isNotFound(error)) return { is: 'unknown' };
      throw error;
    }
  };
}

/**
 * The same, with what the tenant's sweep remembers of syncs that were given up, for longer than Temporal keeps closed
 * workflows. It is asked once, when the first document differs whose workflow is not known.
 */
export function ownersOf(client: Client, tenantUid: string): OwnerOf {
  const workflowOf = workflowsOf(client, tenantUid);
  const sweep = client.workflow.getHandle(sweepWorkflowId(tenantUid));
  let givenUp: Promise<Readonly<Record<string, string>>> | undefined;
  return async (target) => {
    const owner = await workflowOf(target);
    if (owner.is !== 'unknown') return owner;
    givenUp ??= within(client, () => sweep.query<Readonly<Record<string, string>>>(GIVEN_UP_QUERY));
    const at = (await givenUp)[workflowIdOf(tenantUid, target)];
    return at === undefined ? owner : { is: 'givenUp', atMs: Date.parse(at) };
  };
}

function within<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + ASK_SERVER_MS, ask);
}

function isNotFound(error: unknown): boolean {
  return (error instanceof Error && error.name === 'WorkflowNotFoundError') || grpcCodeOf(error) === GRPC.NOT_FOUND;
}

const ASK_SERVER_MS = 5_000;

function workflowIdOf(tenantUid: string, target: SweepTarget): string {
  switch (target.kind) {
    case 'order':
      return orderKind.id({ tenantUid, orderNumber: target.orderNumber });
    case 'customer':
      return customerKind.id({ tenantUid, customerKey: target.customerKey });
    case 'goods-reception':
      return goodsReceptionKind.id({ tenantUid, receivementUid: target.receivementUid });
    case 'purchase-order':
      return purchaseOrderKind.id({ tenantUid, purchaseOrderId: target.purchaseOrderId });
    case 'stock':
      return stockKind.id({ tenantUid, storeUid: target.storeUid });
  }
}
