import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  CHECKPOINT_MEMO,
  CHECKPOINT_QUERY,
  CHECKPOINT_SIGNAL,
  type CheckpointMemo,
  type CheckpointSignal,
  type CheckpointWorkflowInput,
  type ExportCheckpoint,
} from '../contracts/exports';
import { compact } from '../domain/compact';
import { withBegunRun, withFinishedRun } from '../domain/export-progress';
import { countUnresolved } from '../domain/records';
import { checkpointDetails } from './delta-texts';

/**
 * Keeps the checkpoint of one export for as long as it lives: where the next run begins, which partitions are in Flow up to
 * there, and which records are unresolved (docs/adr/0016-checkpoints.md).
 *
 * 1. Runs of the Schedule, by trigger, by hand and of a backfill read and leave the same; no closed run, no retention and no
 *    index is part of it.
 * 2. The watermark moves only when a run says that it has read and compared everything.
 * 3. Of runs at work together the earliest beginning counts.
 */
export async function checkpointWorkflow(input: CheckpointWorkflowInput): Promise<void> {
  let checkpoint: ExportCheckpoint = input.carried ?? { covered: [], unresolved: [], deferred: [], atWork: [] };
  setHandler(defineQuery<ExportCheckpoint>(CHECKPOINT_QUERY), () => checkpoint, {
    description: 'Where the next run begins, and what is unresolved',
  });
  setHandler(
    defineSignal<[CheckpointSignal]>(CHECKPOINT_SIGNAL),
    (signal) => {
      if (signal.kind === 'begun') {
        checkpoint = withBegunRun(checkpoint, signal.run, signal.gone);
        return;
      }
      checkpoint = withFinishedRun(checkpoint, signal.run);
      const memo: CheckpointMemo = {
        unresolved: countUnresolved(checkpoint.unresolved),
        ...compact({ watermark: checkpoint.watermark }),
      };
      upsertMemo({ [CHECKPOINT_MEMO]: memo });
      setCurrentDetails(checkpointDetails(input.stream, checkpoint));
    },
    { description: 'A run begins, or has come to its end' },
  );
  setCurrentDetails(checkpointDetails(input.stream, checkpoint));
  await condition(() => workflowInfo().continueAsNewSuggested);
  await condition(allHandlersFinished);
  await continueAsNew<typeof checkpointWorkflow>({ ...input, carried: checkpoint });
}
