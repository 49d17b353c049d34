import type { EntityInput } from '../../../src/contracts/entity-sync';
import {
  type GoodsReceptionEvent,
  type GoodsReceptionKey,
  goodsReceptionKind,
  type GoodsReceptionOutcome,
} from '../../../src/contracts/kinds/goods-reception';
import { type OrderEvent, orderKind, type OrderOutcome, type OrderStart } from '../../../src/contracts/kinds/order';
import {
  type PurchaseOrderEvent,
  purchaseOrderKind,
  type PurchaseOrderOutcome,
  type PurchaseOrderSubject,
} from '../../../src/contracts/kinds/purchase-order';
import {
  type StockEvent,
  type StockKey,
  stockKind,
  type StockOutcome,
  type StockSubject,
} from '../../../src/contracts/kinds/stock';
import type { Disturbance, ModelActivities, ModelWorker } from './model-worker';
import type { OwnerRun } from './pretend-temporal';

/** What an activity of a pass says of itself. */
type Outcome = { readonly action: string; readonly reason?: string; readonly differences?: readonly string[] };
type Work = (activities: ModelActivities) => Promise<Outcome>;

const EVENTS_PER_STOCK_PASS = 500;

/** Whether a run has something to do now. */
export function isDue({ taken, inbox, alignAgainAtMs, closedAtMs }: OwnerRun): boolean {
  if (closedAtMs !== undefined) return false;
  return taken !== undefined || inbox.length > 0 || (alignAgainAtMs !== undefined && alignAgainAtMs <= Date.now());
}

/** Whether a run still has to align a store after a switch of masters, for the first time. */
export function holdsSwitch({ type, inbox, taken }: OwnerRun): boolean {
  return (
    type === stockKind.workflow && [...inbox, ...(taken ?? [])].some((event) => subjectOf(event)?.kind === 'switch')
  );
}

/**
 * One attempt at a run's pass, in the way of its workflow (src/workflows/lib/coalescing-sync.ts): a pass takes what is
 * recorded; one that waits for its next attempt is cut short by a new event and begins again with all of them; a run ends
 * when its inbox is empty.
 *
 * @returns what was done; undefined when the attempt failed
 */
export async function tryPass(
  run: OwnerRun,
  worker: ModelWorker,
  disturbance?: Disturbance,
): Promise<Outcome | undefined> {
  if (run.taken === undefined || run.inbox.length > 0) beginPass(run);
  run.attempt += 1;
  const { workflowId, runId, attempt, passBegunAtMs: scheduledAtMs } = run;
  const work = workOf(run);
  const ending = await worker.attempt(work, { workflowId, runId, attempt, scheduledAtMs }, disturbance);
  if (!ending.isDone) return undefined;
  endPass(run);
  return ending.value;
}

function beginPass(run: OwnerRun): void {
  run.inbox.unshift(...(run.taken ?? []));
  run.taken = run.inbox.splice(0, run.type === stockKind.workflow ? EVENTS_PER_STOCK_PASS : Infinity);
  run.passes += 1;
  run.attempt = 0;
  run.passBegunAtMs = Date.now();
}

function endPass(run: OwnerRun): void {
  const subjects = subjectsOf(run);
  if (run.type === stockKind.workflow) {
    if (run.taken?.length === 0) run.alignAgainAtMs = undefined;
    for (const subject of subjects) {
      if (subject.kind === 'switch') run.alignAgainAtMs = Date.now() + subject.alignAgainAfterSeconds * 1_000;
    }
  }
  run.taken = undefined;
  if (run.inbox.length === 0 && run.alignAgainAtMs === undefined) run.closedAtMs = Date.now();
}

/** What each kind of workflow asks its activity for. The doors have given the inputs their types. */
function workOf(run: OwnerRun): Work {
  const { type, input, passes: pass } = run;
  switch (type) {
    case orderKind.workflow:
      return (activities) =>
        activities.syncOrder(orderArgument(run, input as EntityInput<OrderStart, OrderEvent, OrderOutcome>));
    case goodsReceptionKind.workflow:
      return (activities) =>
        activities.confirmReception({
          ...(input as EntityInput<GoodsReceptionKey, GoodsReceptionEvent, GoodsReceptionOutcome>),
          pass,
        });
    case purchaseOrderKind.workflow:
      return (activities) =>
        activities.syncPurchaseOrder({
          ...(input as EntityInput<PurchaseOrderSubject, PurchaseOrderEvent, PurchaseOrderOutcome>),
          pass,
        });
    case stockKind.workflow: {
      const subjects = run.taken?.length === 0 ? [{ kind: 'all' } as const] : subjectsOf(run);
      return (activities) =>
        activities.syncStock({ ...(input as EntityInput<StockKey, StockEvent, StockOutcome>), subjects, pass });
    }
    default:
      throw new Error(`the model knows no workflow ${type}`);
  }
}

function orderArgument(
  { told, passes: pass }: OwnerRun,
  input: EntityInput<OrderStart, OrderEvent, OrderOutcome>,
): Parameters<ModelActivities['syncOrder']>[0] {
  const { tenantUid, orderNumber, omniumOrderId, retryLadder } = input;
  const events = told as OrderEvent[];
  const flowOrderUids = [...new Set(events.flatMap(({ flowOrderUid }) => flowOrderUid ?? []))];
  return {
    ...{ tenantUid, orderNumber, omniumOrderId, retryLadder, pass },
    ...(flowOrderUids.length > 0 && { flowOrderUids }),
    ...(events.every(({ source }) => source === 'flow') && { onlyFlowEvents: true }),
  };
}

function subjectsOf({ taken = [] }: OwnerRun): StockSubject[] {
  const subjects = taken.flatMap((event) => subjectOf(event) ?? []);
  return [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()];
}

function subjectOf(event: object): StockSubject | undefined {
  return 'subject' in event ? (event as StockEvent).subject : undefined;
}
