import { continueAsNew } from '@temporalio/workflow';
import {
  EXPORT_ROW_SIGNAL,
  type ExportRowEvent,
  type ExportRowOutcome,
  type ExportRowWorkflowInput,
  type ExportRowWorkflowResult,
} from '../contracts/export-row-messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { exportRowPassSummary, exportRowWords } from './lib/export-row-words';

/**
 * The one owner of a row that an export could not bring over: it is tried again on the ladder until it is right, with the
 * promises of every coalescing sync, and ends then. The exports themselves look at the row as well, and tell this workflow
 * when it is right.
 */
export async function exportRowWorkflow(input: ExportRowWorkflowInput): Promise<ExportRowWorkflowResult> {
  return await new ExportRowSync(input).run();
}

class ExportRowSync extends CoalescingSync<ExportRowEvent, ExportRowOutcome> {
  constructor(private readonly input: ExportRowWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: EXPORT_ROW_SIGNAL, retryLadder, carried, words: exportRowWords(input) });
    this.listen();
  }

  /** An event says only that there is something to look at, so one pass answers all of them. */
  protected take(): readonly ExportRowEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<ExportRowOutcome> {
    const { tenantUid, marketOrGroup, stream, row, retryLadder } = this.input;
    const argument = { tenantUid, marketOrGroup, stream, row, retryLadder, pass: this.passes };
    return this.activities.exportRow.executeWithOptions({ summary: exportRowPassSummary(this.input, this.passes) }, [
      argument,
    ]);
  }

  protected add(before: ExportRowOutcome | undefined, latest: ExportRowOutcome): ExportRowOutcome {
    const calls = (before?.calls ?? 0) + (latest.calls ?? 0);
    return { ...(before?.action === 'written' && latest.action === 'right' ? before : latest), calls };
  }

  protected endOf({ action }: ExportRowOutcome): { readonly state: SyncState } {
    return { state: action === 'skipped' ? 'Ignored' : 'Synced' };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof exportRowWorkflow>({ ...this.input, carried: this.carry() });
  }
}
