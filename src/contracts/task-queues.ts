/**
 * The engines of the integration. Each is one Temporal task queue with its own worker process, so that a full
 * catalogue export can never stand in the way of an order (docs/architecture.md, "Engines").
 */
export const ENGINES = ['order-sync', 'receivement-sync', 'exports'] as const;

/** Name of an engine; the same word is its task queue in Temporal. */
export type Engine = (typeof ENGINES)[number];

/**
 * Task queue of the long batches of exports, beside the engine's own: they have few places, in the same process, so that
 * however many exports are at work, a purchase order, a store or a product by event finds a place at once.
 */
export const BATCH_TASK_QUEUE = 'exports-batches';

/** The engine's queue that an activity's workflow is on. */
export function engineQueueOf(taskQueue: string): string {
  return taskQueue === BATCH_TASK_QUEUE ? taskQueueOf('exports') : taskQueue;
}

/** Task queue an engine polls. One function, so that nobody concatenates a queue's name. */
export function taskQueueOf(engine: Engine): string {
  return engine;
}
