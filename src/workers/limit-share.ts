import type { WorkerConfig } from '../config/types';
import type { Engine } from '../contracts/task-queues';

/**
 * How the vendors' limits are divided between the engines, in percent. Orders have half: customers wait for them. Exports
 * read in pages of hundreds and are slow on purpose.
 */
const PERCENT_OF_ENGINE: Readonly<Record<Engine, number>> = {
  'order-sync': 50,
  'receivement-sync': 20,
  exports: 30,
};

/**
 * The part of the vendors' limits that a process of these engines may use, from 0 to 1, so that all processes together
 * keep to them: each engine's part is divided by the number of its processes (setting `worker.processes`). One process
 * cannot see the others, so an engine that is idle lends nothing.
 */
export function limitShareOf(engines: readonly Engine[], processes: WorkerConfig['processes']): number {
  const percent = engines.reduce((sum, engine) => sum + PERCENT_OF_ENGINE[engine] / processes[engine], 0);
  return percent / 100;
}
