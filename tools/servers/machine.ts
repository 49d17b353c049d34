import { availableParallelism, loadavg } from 'node:os';

const MOST = 5;

/**
 * How many times longer than on a quiet machine things may take now: 1 while every program that wants to run has a
 * processor, and at most 5. Deadlines of what a busy machine merely delays are multiplied with it.
 */
export function slowness(): number {
  const [lastMinute = 0] = loadavg();
  return Math.min(Math.max(lastMinute / availableParallelism(), 1), MOST);
}
