import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What became of one event; the closed list behind the `outcome` label. */
export type EventOutcome = 'recorded' | 'duplicate' | 'ignored' | 'refused' | 'failed';

/** The vendor an event came from. */
export type EventSender = 'omnium' | 'flow';

/**
 * Figures of the intake. Labels are bounded: tenants come from the configuration, the rest from closed lists. Orders,
 * stores and customers are never labels.
 */
export interface IntakeMetrics {
  readonly events: Counter<'tenant' | 'sender' | 'outcome'>;
  readonly answers: Histogram<'sender' | 'status'>;
  readonly inFlight: Gauge;
  readonly signals: Counter<'result'>;
  readonly signalDuration: Histogram;
  readonly eventsPerSignal: Histogram;
}

/** A registry with the process's own figures (memory, CPU, event loop lag) in it. */
export function createProcessRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Registers the intake's figures with `registry`. */
export function createIntakeMetrics(registry: Registry): IntakeMetrics {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'intake_events_total',
      help: 'Webhook events by what became of them',
      labelNames: ['tenant', 'sender', 'outcome'],
      registers,
    }),
    answers: new Histogram({
      name: 'intake_answer_seconds',
      help: 'Time from the request line to the answer',
      labelNames: ['sender', 'status'],
      buckets: SECONDS,
      registers,
    }),
    inFlight: new Gauge({ name: 'intake_requests_in_flight', help: 'Webhook requests in work', registers }),
    signals: new Counter({
      name: 'intake_signals_total',
      help: 'signal-with-start calls by result',
      labelNames: ['result'],
      registers,
    }),
    signalDuration: new Histogram({
      name: 'intake_signal_seconds',
      help: 'Time a signal-with-start took',
      buckets: SECONDS,
      registers,
    }),
    eventsPerSignal: new Histogram({
      name: 'intake_events_per_signal',
      help: 'Events of one workflow that went together in one signal',
      buckets: [1, 2, 5, 10, 25, 50, 100],
      registers,
    }),
  };
}
