/**
 * The engines of the integration. Each is one Temporal task queue with its own worker process, so that a full
 * catalogue export can never stand in the way of an order (docs/architecture.md, "Engines").
 */
export const ENGINES = ['order-sync', 'receivement-sync', 'exports'] as const;

/** Name of an engine; the same word is its task queue in Temporal. */
export type Engine = (typeof ENGINES)[number];

/** Task queue an engine polls. One function, so that nobody concatenates a queue's name. */
export function taskQueueOf(engine: Engine): string {
  return engine;
}
