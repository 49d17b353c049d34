import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection } from '@temporalio/client';

const POLL_EVERY_MS = 150;

/** Something that is awaited. */
export interface Wait {
  /** E.g. `the Omnium sandbox`. */
  readonly what: string;
  readonly withinMs: number;
  /** Throws when waiting has become pointless. */
  readonly assertAlive: () => void;
}

/** It did not become ready in time. */
class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/**
 * Polls until the check says yes; a check that throws counts as a no.
 *
 * @throws NotReadyError when the time is over, and whatever `assertAlive` throws
 */
export async function waitUntil(wait: Wait, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + wait.withinMs;
  let reason = '';
  while (Date.now() < deadline) {
    wait.assertAlive();
    try {
      if (await isReady()) return;
    } catch (error) {
      reason = error instanceof Error ? `: ${error.message}` : '';
    }
    await sleep(POLL_EVERY_MS);
  }
  throw new NotReadyError(`${wait.what} was not ready within ${wait.withinMs / 1_000} s${reason}`);
}

/** True when the URL answers with a 2xx. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}

/** Workflow tasks, in Temporal's API. Every engine polls for them; one without activities polls for nothing else. */
const WORKFLOW_TASKS = 1;

/** True when a worker polls the queue. */
export async function hasPollers(connection: Connection, namespace: string, taskQueue: string): Promise<boolean> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASKS,
  });
  return (pollers ?? []).some(
    ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > Date.now() - 60_000,
  );
}
