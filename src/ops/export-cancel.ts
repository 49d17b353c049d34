import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { EXPORT_TASKS, type ExportKey } from '../contracts/export-messages';
import { ExportDirectory } from '../temporal/export-directory';
import { type CommandOutput, EXIT, type OpsContext, OpsError } from './context';
import { type ExportChoice } from './export';
import { startedRun } from './trigger-schedule';

/** A run that was told to end. */
interface CancelledExport extends ExportKey {
  readonly workflowId: string;
  readonly webUiUrl: string;
  /** Set with `--wait`. */
  readonly isOver?: true;
}

const ASK_SERVER_MS = 5_000;
const LOOK_EVERY_MS = 500;
/** An attempt ends its calls under way first; one whose worker is gone ends after the heartbeat timeout. */
const ENDS_WITHIN_MS = 120_000;
const MOST_RUNS = 50;

/**
 * `export <task> --cancel`: ends the runs that are at work, those beside the Schedule as well. What they have written stays;
 * the watermark stays where it was, so the next run reads what they would have read.
 */
export async function exportCancel(
  context: OpsContext,
  keys: readonly ExportKey[],
  { stream, wait }: Pick<ExportChoice, 'stream' | 'wait'>,
): Promise<CommandOutput> {
  const directory = new ExportDirectory(context.temporal.client);
  const cancelled: CancelledExport[] = [];
  for (const key of keys) {
    const runs = await directory.runs(key, MOST_RUNS);
    for (const { workflowId, execution } of runs) {
      if (execution !== 'RUNNING' || !(await cancel(context, workflowId))) continue;
      cancelled.push({ ...key, workflowId, webUiUrl: startedRun(context, workflowId, true).webUiUrl });
    }
  }
  if (cancelled.length === 0) throw new OpsError(EXIT.refused, `No ${EXPORT_TASKS[stream]} is at work.`);
  const exports = wait ? await Promise.all(cancelled.map((run) => untilOver(context, run))) : cancelled;
  const hint = 'The next tick begins where these runs did. To keep it from running, pause its Schedule in the Web UI.';
  return { text: [...exports.map(describe), '', hint].join('\n'), json: { cancelled: exports } };
}

/** False when it has come to its end in the meantime. */
async function cancel({ temporal }: OpsContext, workflowId: string): Promise<boolean> {
  const { client, connection } = temporal;
  try {
    await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => client.workflow.getHandle(workflowId).cancel());
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function untilOver({ temporal }: OpsContext, run: CancelledExport): Promise<CancelledExport> {
  const { client, connection } = temporal;
  const handle = client.workflow.getHandle(run.workflowId);
  const endAtMs = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const { status } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
    if (status.name !== 'RUNNING') return { ...run, isOver: true };
    await pause(LOOK_EVERY_MS);
  }
  return run;
}

function describe({ tenantUid, marketOrGroup, stream, isOver, webUiUrl }: CancelledExport): string {
  const how = isOver ? 'has been cancelled' : 'is being cancelled: it ends once its calls under way are over';
  return `Export ${stream} (${tenantUid} ${marketOrGroup}) ${how}.\n  ${webUiUrl}`;
}
