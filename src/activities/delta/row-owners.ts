import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  EXPORT_ROW_SIGNAL,
  EXPORT_ROW_WORKFLOW,
  exportRowWorkflowId,
  MAX_EXPORT_ROW_LENGTH,
  type ExportRowKey,
  type ExportRowSignal,
  type ExportRowWorkflowInput,
  type ExportRowWorkflowResult,
} from '../../contracts/export-row-messages';
import { searchAttributes } from '../../contracts/search-attributes';
import { severalAtOnce } from '../shared/concurrency';
import type { ExportKind, HandOver } from './export-kind';
import type { RowOwners } from './export-stretch';

const ASK_SERVER_MS = 10_000;
const AT_ONCE = 8;

/** Where the rows of a stretch go. */
export interface RowOwnersParts extends Omit<HandOver, 'wereOpen'> {
  readonly kind: ExportKind;
  /** How many may go. */
  readonly most: number;
}

/**
 * Who owns rows that an export could not bring over: workflows that the kind names, or one for each row, which tries again
 * on the ladder until the row is right, and is shown like everything that fails.
 */
export function rowOwners({ kind, most, ...to }: RowOwnersParts): RowOwners {
  const owners = new ExportRows(to);
  return {
    most,
    handOver: async (rows, { wereOpen }) => {
      if (kind.handOver) await kind.handOver(rows, { ...to, wereOpen });
      else await severalAtOnce(rows, AT_ONCE, ({ row }) => owners.start(row, wereOpen));
    },
    tellRight: async (rows) => {
      if (!kind.handOver) await severalAtOnce(rows, AT_ONCE, (row) => owners.tell(row));
    },
  };
}

class ExportRows {
  constructor(private readonly to: Omit<HandOver, 'wereOpen'>) {}

  /** Starts the row's workflow, unless it is at work. Where the row was open before, only if there has never been one. */
  async start(row: string, wasOpen: boolean): Promise<void> {
    // It stays open all the same.
    if (row.length > MAX_EXPORT_ROW_LENGTH) return;
    const { client, taskQueue, retryLadder, tenantUid, stream } = this.to;
    const key = this.keyOf(row);
    const start = (): Promise<unknown> =>
      client.workflow.start<(input: ExportRowWorkflowInput) => Promise<ExportRowWorkflowResult>>(EXPORT_ROW_WORKFLOW, {
        ...{ workflowId: exportRowWorkflowId(key), taskQueue, args: [{ version: 1, ...key, retryLadder }] },
        // An operator who gave up on the row is asked again once it has changed in Omnium.
        workflowIdReusePolicy: wasOpen ? WorkflowIdReusePolicy.REJECT_DUPLICATE : WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        ...(!wasOpen && { workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING }),
        typedSearchAttributes: new TypedSearchAttributes([
          { key: searchAttributes.tenantUid, value: tenantUid },
          { key: searchAttributes.syncState, value: 'Syncing' },
          { key: searchAttributes.direction, value: 'inbound' },
        ]),
        staticSummary: `Export ${stream} · ${row.slice(0, 120)}`,
      });
    try {
      await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, start);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /** Has a row's workflow look again, if it waits: what it waits for may have come. */
  async tell(row: string): Promise<void> {
    const { client, at, stream } = this.to;
    const event = { eventId: `export:${stream}:${at}`, source: 'sweep', what: `Export ${stream}` } as const;
    const signal: ExportRowSignal = { kind: 'events', events: [event] };
    const handle = client.workflow.getHandle(exportRowWorkflowId(this.keyOf(row)));
    try {
      await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
        handle.signal<[ExportRowSignal]>(EXPORT_ROW_SIGNAL, signal),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  private keyOf(row: string): ExportRowKey {
    const { tenantUid, marketOrGroup, stream } = this.to;
    return { tenantUid, marketOrGroup, stream, row };
  }
}
