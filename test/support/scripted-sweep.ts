import type { DeltaActivities } from '../../src/activities/delta';
import { runAttempt } from '../../src/activities/shared/sync-context';
import type { SweepStream } from '../../src/contracts/streams';
import {
  NO_SWEEP_COUNTS,
  SWEEP_SIGNAL,
  type PublishFindingsInput,
  type SweepFinding,
  type SweepLookInput,
  type SweepLookResult,
} from '../../src/contracts/sweeps';

/** One look as a test wants it, by its number from 1: resolves with what it found, or throws what a client would. */
export type LookScript = (input: SweepLookInput, count: number) => Promise<readonly SweepLookResult[]>;

/** A look through a stream that came to its end and found these orders. */
export function looked(stream: SweepStream, ...orderNumbers: string[]): SweepLookResult {
  const findings = orderNumbers.map((orderNumber): SweepFinding => ({
    target: { kind: 'order', orderNumber },
    standing: 'found',
  }));
  return { stream, counts: { ...NO_SWEEP_COUNTS, inSync: 5, found: findings.length }, findings };
}

/** The activities of a sweep with a scripted inside and their real outside: heartbeats, failures, waits. */
export class ScriptedSweep {
  /** Input of every look, and of what was published, in order. */
  readonly looks: SweepLookInput[] = [];
  readonly published: PublishFindingsInput[] = [];

  constructor(
    private readonly script: LookScript = ({ streams }) => Promise.resolve(streams.map(({ stream }) => looked(stream))),
  ) {}

  activities(): Pick<DeltaActivities, 'lookForChanges' | 'publishFindings'> {
    return {
      lookForChanges: (input) =>
        runAttempt({ ...input, signalName: SWEEP_SIGNAL }, () => {
          this.looks.push(input);
          return this.script(input, this.looks.length);
        }),
      publishFindings: (input) =>
        runAttempt({ ...input, signalName: SWEEP_SIGNAL }, () => {
          this.published.push(input);
          return Promise.resolve();
        }),
    };
  }
}
