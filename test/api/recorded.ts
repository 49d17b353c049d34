import assert from 'node:assert/strict';
import { defaultPayloadConverter } from '@temporalio/common';
import { type DevServer } from '../support/temporal-rig';

/** What was signalled to a workflow, signal by signal, as it stands in its history. */
export async function recordedSignals<T>({ client }: DevServer, workflowId: string): Promise<T[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => {
    const payload = signaled?.input?.payloads?.[0];
    return payload ? [defaultPayloadConverter.fromPayload<T>(payload)] : [];
  });
}

/** What a workflow was started with, as it stands in its history. */
export async function startInput({ client }: DevServer, workflowId: string): Promise<unknown> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return payload ? defaultPayloadConverter.fromPayload<unknown>(payload) : undefined;
}

/** Fails when Temporal knows a workflow of this id. */
export async function assertNoWorkflow({ client }: DevServer, workflowId: string): Promise<void> {
  await assert.rejects(client.workflow.getHandle(workflowId).describe(), { name: 'WorkflowNotFoundError' });
}

/** Everything that Temporal keeps of a workflow, with payloads unpacked: for tests that look for what must not be there. */
export async function everythingKept(server: DevServer, workflowId: string): Promise<string> {
  const handle = server.client.workflow.getHandle(workflowId);
  const { memo, staticSummary, workflowId: id, typedSearchAttributes } = await handle.describe();
  return JSON.stringify([
    id,
    memo,
    await staticSummary(),
    [...typedSearchAttributes.getAll()],
    await handle.fetchHistory(),
    await startInput(server, workflowId),
    await recordedSignals(server, workflowId),
  ]);
}
