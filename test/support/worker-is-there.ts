import { hasWorkflowWorker } from '../../src/temporal/pollers';
import { until } from './order-driver';
import { devServer } from './temporal-rig';

/** Waits until the server knows of a worker that has just been started: operators' commands refuse to begin without one. */
export async function workerIsThere(taskQueue: string): Promise<void> {
  const { client, namespace } = await devServer();
  await until(async () =>
    (await hasWorkflowWorker({ connection: client.connection, namespace }, taskQueue)) ? true : undefined,
  );
}
