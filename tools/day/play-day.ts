import { type DayContext } from './context';

/** Plays the trading day on the sandboxes and prints how it went. */
export function playDay(_context: DayContext): Promise<void> {
  return Promise.reject(new Error('The trading day is not written yet; start with --no-day.'));
}
