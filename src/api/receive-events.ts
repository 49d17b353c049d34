import { type TenantConfig } from '../config/types';
import { type EventOutcome, type EventSender, type IntakeMetrics } from '../observability/metrics';
import { isTemporalUnreachable } from '../temporal/grpc-errors';
import { type RecordOutcome } from '../temporal/publisher';
import { RefusedRequest } from './middleware/refused-request';
import { type WebhookAnswer, type WebhookHandler, type WebhookProgress } from './middleware/receive-webhook';

/** Result of one event, with the reason where it was not recorded. */
export interface EventResult {
  readonly outcome: Exclude<EventOutcome, 'failed'>;
  readonly reason?: string;
  /** Of events about orders; never of those about customers. */
  readonly orderNumber?: string;
  /** Of recorded events about goods, stock and stores: where the answer stands, e.g. `purchase-order:flow_no:PO-1`. */
  readonly workflowId?: string;
}

/** What a sender's route adds: from one element of a body to what became of it. */
export type EventHandler = (tenant: TenantConfig, value: unknown) => EventResult | Promise<EventResult>;

/** Events of one body that are on their way to Temporal at the same time. */
const PARALLEL_EVENTS = 20;
/** Reasons are words of ours, few in kind; the limit is for the reader. */
const MAX_REASONS = 10;

/**
 * The common part of both senders' webhooks: a body is one event or an array of them.
 *
 * Answers 202 `{outcome: 'recorded'|'duplicate'|'ignored', …}` when every event is durable or none of ours; an array is
 * answered with counts per outcome. 400 when no part of the body can ever be an event. When one event cannot be recorded
 * the whole is 503: the sender repeats all.
 */
export function receiveEvents(
  sender: EventSender,
  metrics: Pick<IntakeMetrics, 'events'>,
  handle: EventHandler,
): WebhookHandler {
  const handleOne = async (tenant: TenantConfig, value: unknown): Promise<EventResult> => {
    const result = await handle(tenant, value);
    metrics.events.inc({ tenant: tenant.tenantUid, sender, outcome: result.outcome });
    return result;
  };

  return async (tenant, body, progress) => {
    if (Array.isArray(body)) {
      return answerMany(await inParallel(body, (value) => handleOne(tenant, value), progress));
    }
    const result = await handleOne(tenant, body);
    if (result.outcome === 'refused') throw new RefusedRequest(400, result.reason ?? 'not an event');
    return { ...result };
  };
}

/**
 * Waits for an event to be durable.
 *
 * @throws RefusedRequest 503 when Temporal cannot be reached; whatever else goes wrong as it is
 */
export async function durable(recording: Promise<RecordOutcome>): Promise<RecordOutcome> {
  try {
    return await recording;
  } catch (error) {
    if (!isTemporalUnreachable(error)) throw error;
    throw Object.assign(new RefusedRequest(503, 'Temporal cannot be reached'), { cause: error });
  }
}

function answerMany(results: readonly EventResult[]): WebhookAnswer {
  if (results.length === 0) return { outcome: 'ignored', reason: 'the list holds no event' };
  const count = (wanted: EventOutcome): number => results.filter(({ outcome }) => outcome === wanted).length;
  const events = {
    recorded: count('recorded'),
    duplicate: count('duplicate'),
    ignored: count('ignored'),
    refused: count('refused'),
  };
  const reasons = [...new Set(results.flatMap(({ reason }) => reason ?? []))].slice(0, MAX_REASONS);
  if (events.refused === results.length) throw new RefusedRequest(400, reasons.join('; '));
  // Those that are refused among others are told and left: repeating the list would not mend them.
  const outcome = events.recorded > 0 ? 'recorded' : events.duplicate > 0 ? 'duplicate' : 'ignored';
  return { outcome, events, ...(reasons.length === 0 ? {} : { reasons }) };
}

/** Maps at most {@link PARALLEL_EVENTS} at a time; a failure, or an answer given meanwhile, stops what has not begun. */
async function inParallel<T, R>(
  values: readonly T[],
  map: (value: T) => Promise<R>,
  progress: WebhookProgress,
): Promise<R[]> {
  const results: R[] = [];
  const remaining = values.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, value] of remaining) {
      if (failed || progress.isAnswered()) return;
      try {
        results[index] = await map(value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_EVENTS, values.length) }, work));
  return results;
}
