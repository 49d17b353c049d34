import { randomUUID } from 'node:crypto';
import {
  EXPORT_ROW_SIGNAL,
  EXPORT_ROW_WORKFLOW,
  exportRowWorkflowId,
  type ExportRowInput,
  type ExportRowKey,
  type ExportRowOutcome,
  type ExportRowSignal,
  type ExportRowWorkflowInput,
  type ExportRowWorkflowResult,
} from '../../src/contracts/export-row-messages';
import { ScriptedActivity, SyncDriver, type AttemptScript, type OrderServer } from './sync-driver';

/** What a pass says that has brought its row over. */
export const ROW_WRITTEN: ExportRowOutcome = { action: 'written', calls: 3 };

/** The row's activity with a scripted inside. */
export function scriptedRow(
  script: AttemptScript<ExportRowInput, ExportRowOutcome> = () => Promise.resolve(ROW_WRITTEN),
): ScriptedActivity<ExportRowInput, ExportRowOutcome> {
  return new ScriptedActivity(script, EXPORT_ROW_SIGNAL);
}

/** One row of an export, on a task queue of its own. */
export class ExportRowDriver extends SyncDriver<ExportRowOutcome> {
  readonly key: ExportRowKey;

  constructor(server: OrderServer) {
    const row = `S-${randomUUID().slice(0, 8)}@oslo`;
    const key = { tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'prices', row } as const;
    super(server, exportRowWorkflowId(key));
    this.key = key;
  }

  /** Starts it as an export does. */
  async start(): Promise<void> {
    await this.server.client.workflow.start<(input: ExportRowWorkflowInput) => Promise<ExportRowWorkflowResult>>(
      EXPORT_ROW_WORKFLOW,
      { workflowId: this.workflowId, taskQueue: this.taskQueue, args: [this.input] },
    );
  }

  protected tell(eventId: string): Promise<unknown> {
    const signal: ExportRowSignal = { kind: 'events', events: [{ eventId, source: 'sweep', what: 'Export prices' }] };
    return this.server.client.workflow.getHandle(this.workflowId).signal<[ExportRowSignal]>(EXPORT_ROW_SIGNAL, signal);
  }

  private get input(): ExportRowWorkflowInput {
    return { version: 1, ...this.key, retryLadder: 'one-minute' };
  }
}
