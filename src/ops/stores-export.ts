import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type FailedAttemptReport,
  SYNC_STATUS_QUERY,
  type SyncResult,
  type SyncStatus,
} from '../contracts/entity-sync';
import { type ExportTally, storesKind, type StoresOutcome } from '../contracts/kinds/stores';
import { taskQueueOf } from '../contracts/task-queues';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { webUiUrl } from '../temporal/order-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { type CommandOutput } from './command-output';
import { type OpsContext, publisherOf } from './context';
import { chosenTenants } from './find-order';
import { EXIT, OpsError } from './ops-error';
import { wrap } from './wrap';

/** Whose stores, and whether to wait for the end. */
export interface StoresExportChoice {
  readonly tenantUid: string | undefined;
  readonly wait: boolean;
}

/** What an export of one tenant's stores has come to. */
interface ExportedStores {
  readonly tenantUid: string;
  readonly workflowId: string;
  readonly webUiUrl: string;
  readonly outcome?: StoresOutcome;
  /** Set when it fails and waits to be tried again. */
  readonly failure?: FailedAttemptReport;
}

const ASK_SERVER_MS = 5_000;
const ENDS_WITHIN_MS = 10 * 60_000;
const LOOK_EVERY_MS = 250;
const WIDTH = 94;

/** `stores export`: the same as an event about a store, for every chosen tenant. */
export async function storesExport(
  context: OpsContext,
  { tenantUid, wait }: StoresExportChoice,
): Promise<CommandOutput> {
  const tenants = chosenTenants(context, tenantUid);
  if (wait && !(await hasWorkflowWorker(context.temporal, taskQueueOf('exports')))) {
    throw new OpsError(EXIT.refused, 'No worker of the exports engine is running: npm run worker -- --engine exports');
  }
  const exports: ExportedStores[] = [];
  for (const tenant of tenants) exports.push(await exportStoresOf(context, tenant.tenantUid, wait));
  return { text: exports.map((one) => describe(one, wait)).join('\n\n'), json: { exports } };
}

async function exportStoresOf(context: OpsContext, tenantUid: string, wait: boolean): Promise<ExportedStores> {
  const { namespace } = context.temporal;
  const { api } = context.config;
  const workflowId = storesKind.id({ tenantUid });
  const failedBefore = wait ? ((await statusOf(context, workflowId))?.failedAttempts ?? 0) : 0;
  const event = { eventId: `operator:${randomUUID()}`, source: 'operator', what: 'stores export' } as const;
  await publisherOf(context).publish(storesKind, { tenantUid }, event);
  const url = webUiUrl({ namespace, temporalWebUiUrl: api.temporalWebUiUrl }, { workflowId });
  const end = wait ? await endOf(context, workflowId, failedBefore) : {};
  return { tenantUid, workflowId, webUiUrl: url, ...end };
}

/** Waits for the end of the run, or for its next failure: what waits on the ladder may wait for hours. */
async function endOf(
  context: OpsContext,
  workflowId: string,
  failedBefore: number,
): Promise<Pick<ExportedStores, 'outcome' | 'failure'>> {
  const { client, connection } = context.temporal;
  const handle = client.workflow.getHandle<() => Promise<SyncResult<StoresOutcome>>>(workflowId);
  const endAtMs = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const { status } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
    if (status.name !== 'RUNNING') {
      const { outcome } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.result());
      return outcome ? { outcome } : {};
    }
    const now = await statusOf(context, workflowId);
    if (now?.lastFailure && now.failedAttempts > failedBefore) return { failure: now.lastFailure };
    await pause(LOOK_EVERY_MS);
  }
  throw new OpsError(EXIT.refused, 'The export of stores did not come to an end in time; look at its page.');
}

/** Where a run stands that is at work; undefined when none is, or no worker answers. */
async function statusOf({ temporal }: OpsContext, workflowId: string): Promise<SyncStatus<StoresOutcome> | undefined> {
  const { client, connection } = temporal;
  try {
    const handle = client.workflow.getHandle(workflowId);
    const { status } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
    if (status.name !== 'RUNNING') return undefined;
    return await connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
      handle.query<SyncStatus<StoresOutcome>>(SYNC_STATUS_QUERY),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    if (grpcCodeOf(error) === GRPC.NOT_FOUND || grpcCodeOf(error) === GRPC.DEADLINE_EXCEEDED) return undefined;
    throw error;
  }
}

function describe({ tenantUid, outcome, failure, webUiUrl: url }: ExportedStores, waited: boolean): string {
  const stores = `The stores of ${tenantUid}`;
  if (failure) {
    const why = `${failure.message} (${failure.failureType})`;
    return [`${stores} could not be exported, and are tried again.`, ...indented(why), `  ${url}`].join('\n');
  }
  if (!outcome) return `${stores} ${waited ? 'were given up.' : 'are on the way to Flow.'}\n  ${url}`;
  return [`${stores} ${wordsOf(outcome)}`, ...detailsOf(outcome), `  ${url}`].join('\n');
}

function wordsOf({ action, reason }: StoresOutcome): string {
  switch (action) {
    case 'exported':
      return 'were brought up to date in Flow.';
    case 'unchanged':
      return 'were right in Flow already.';
    case 'skipped':
      return `were not exported: ${reason ?? 'no reason given'}.`;
  }
}

function detailsOf({ organizations, stores, warehouses, priceLists, ...more }: StoresOutcome): string[] {
  const tally = (title: string, count: ExportTally | undefined): string[] =>
    count ? [`  ${title}: ${count.created} created, ${count.updated} changed, ${count.unchanged} right already`] : [];
  return [
    ...tally('Organisations', organizations),
    ...tally('Stores', stores),
    ...tally('Warehouses', warehouses),
    ...tally('Price lists', priceLists),
    ...(more.changedFields ? indented(`Written: ${more.changedFields.join(', ')}`) : []),
    ...(more.differences ?? []).flatMap((difference) => indented(`Left different: ${difference}`)),
    ...(more.notes ?? []).flatMap((note) => indented(`Good to know: ${note}`)),
  ];
}

function indented(text: string): string[] {
  return wrap(text, WIDTH).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}
