import { runAttempt } from '../../src/activities/shared/sync-context';
import type { SweepActivities } from '../../src/activities/delta/sweep-activities';
import {
  LONGEST_SWEEP_DELAY_MS,
  NO_COUNTS,
  SWEEP_SIGNAL,
  type SignalFindingsInput,
  type SweepFinding,
  type SweepStretchInput,
  type SweepStretchResult,
  type SweepWindow,
} from '../../src/contracts/sweep-messages';

/** One stretch as a test wants it, by its number from 1: resolves with what it found, or throws what a client would. */
export type StretchScript = (input: SweepStretchInput, count: number) => Promise<SweepStretchResult>;

/** A stretch that was the last one and found these orders. */
export function lastStretch(...orderNumbers: string[]): SweepStretchResult {
  const findings = orderNumbers.map((orderNumber): SweepFinding => ({
    target: { kind: 'order', orderNumber },
    standing: 'found',
  }));
  return { counts: { ...NO_COUNTS, inSync: 5, found: findings.length }, findings };
}

/** The activities of a sweep with a scripted inside and their real outside: heartbeats, failures, reports, waits. */
export class ScriptedSweep {
  /** Input of every stretch, and of every telling, in order. */
  readonly stretches: SweepStretchInput[] = [];
  readonly told: SignalFindingsInput[] = [];

  constructor(
    private readonly script: StretchScript = () => Promise.resolve(lastStretch()),
    private readonly window: Partial<SweepWindow> = {},
  ) {}

  /** All three; a test on a real server may take the first from production. */
  activities(): SweepActivities {
    return {
      findWatermark: (input) =>
        attempt(input, () =>
          Promise.resolve({
            watermark: '2026-03-01T06:00:00.000Z',
            from: '2026-03-01T05:58:00.000Z',
            to: '2026-03-01T06:05:00.000Z',
            since: 'last-sweep' as const,
            ...this.window,
          }),
        ),
      sweepStream: (input) =>
        attempt(input, () => {
          this.stretches.push(input);
          return this.script(input, this.stretches.length);
        }),
      signalFindings: (input) =>
        attempt(input, () => {
          this.told.push(input);
          return Promise.resolve();
        }),
    };
  }
}

function attempt<T>(
  { retryLadder, pass }: Pick<SweepStretchInput, 'retryLadder' | 'pass'>,
  work: () => Promise<T>,
): Promise<T> {
  return runAttempt({ retryLadder, pass, signalName: SWEEP_SIGNAL, longestDelayMs: LONGEST_SWEEP_DELAY_MS }, work);
}
