import { Context } from '@temporalio/activity';
import {
  LONGEST_SWEEP_DELAY_MS,
  SWEEP_SIGNAL,
  type FindWatermarkInput,
  type SignalFindingsInput,
  type SweepStretchInput,
  type SweepStretchResult,
  type SweepWindow,
} from '../../contracts/sweep-messages';
import { runAttempt, type Attempt } from '../shared/sync-context';
import type { Publisher } from '../../temporal/publisher';
import type { TenantRegistry } from '../tenants';
import { findWatermark } from './find-watermark';
import { signalFindings } from './signal-findings';
import { Standings } from './standings';
import { readerOf } from './sweep-streams';
import { earlierProgress, sweepStretch, type StretchLimits } from './sweep-stretch';

/** The activities of a sweep, as its workflow calls them. */
export interface SweepActivities {
  /** Where the sweep begins, and what its own watermark will be. */
  findWatermark(input: FindWatermarkInput): Promise<SweepWindow>;
  /** Reads and compares one stretch of the stream; writes nothing. */
  sweepStream(input: SweepStretchInput): Promise<SweepStretchResult>;
  /** Tells the owners of what was found. May be repeated. */
  signalFindings(input: SignalFindingsInput): Promise<void>;
}

/** What the sweeps' activities work with. */
export interface SweepParts {
  readonly tenants: TenantRegistry;
  readonly publisher: Publisher;
  /** Other sizes than production's, for tests. */
  readonly limits?: Partial<StretchLimits>;
}

/** The activities of all sweeps; for the engine `exports`, so that they never take a place of an order's. */
export function createSweepActivities({ tenants, publisher, limits }: SweepParts): SweepActivities {
  return {
    findWatermark: (input) => run(input, () => findWatermark(input, Context.current())),
    sweepStream: (input) =>
      run(input, async (attempt) => {
        const context = Context.current();
        const tenant = tenants.get(input.tenantUid);
        return await sweepStretch({
          pages: (cursor) => readerOf(input.stream)({ tenant, attempt, window: input.window, cursor }),
          standings: new Standings(context.client, input.tenantUid),
          attempt,
          earlier: earlierProgress(context.info.heartbeatDetails, input.cursor),
          heartbeat: (progress) => context.heartbeat(progress),
          ...(limits && { limits }),
        });
      }),
    signalFindings: (input) =>
      run(input, (attempt) =>
        signalFindings(input, {
          publisher,
          tenant: tenants.get(input.tenantUid),
          attempt,
        }),
      ),
  };
}

function run<T>(
  input: FindWatermarkInput | SweepStretchInput | SignalFindingsInput,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { retryLadder, pass } = input;
  return runAttempt({ retryLadder, pass, signalName: SWEEP_SIGNAL, longestDelayMs: LONGEST_SWEEP_DELAY_MS }, work);
}
