import type { Context } from '@temporalio/activity';
import type { FindWatermarkInput, SweepWindow } from '../../contracts/sweep-messages';
import { SweepDirectory } from '../../temporal/sweep-directory';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/**
 * Where a sweep begins to read, and what the watermark of the next one will be.
 *
 * A Schedule's own memory of its last result is not used: Temporal does not fill it for runs that somebody triggers. The
 * latest completed run counts, whoever started it. Where Temporal keeps none any
 * more, because the sweep was paused or the workers were away for longer than histories are kept, the sweep looks back
 * from the first of the Schedule's last actions, as if it had been new then.
 */
export async function findWatermark(
  input: FindWatermarkInput,
  { client, info }: Pick<Context, 'client' | 'info'>,
): Promise<SweepWindow> {
  const directory = new SweepDirectory(client);
  const now = new Date();
  const swept = await directory.watermark(input);
  // A watermark in the future, by a clock that was wrong, would leave a gap.
  if (swept && swept <= now) return windowOf(input, { watermark: swept, now, since: 'last-sweep' });
  const ownId = info.workflowExecution?.workflowId;
  const actions = (await directory.actions(input))?.recent ?? [];
  const earlier = actions.filter(({ workflowId }) => workflowId !== ownId);
  // This run may itself have been started long ago, while no worker was there to do it.
  const startedAtMs = Math.min(now.getTime(), ...actions.map(({ takenAt }) => takenAt.getTime()));
  const watermark = new Date(startedAtMs - input.firstLookBackHours * HOUR_MS);
  return windowOf(input, { watermark, now, since: earlier.length > 0 ? 'last-action' : 'first-look' });
}

function windowOf(
  { overlapSeconds }: FindWatermarkInput,
  { watermark, now, since }: { readonly watermark: Date; readonly now: Date; readonly since: SweepWindow['since'] },
): SweepWindow {
  return {
    watermark: watermark.toISOString(),
    from: new Date(watermark.getTime() - overlapSeconds * SECOND_MS).toISOString(),
    to: now.toISOString(),
    since,
  };
}
