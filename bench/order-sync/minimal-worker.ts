import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WorkerConfig } from '../../src/config/types';
import { answerQuestions } from '../rig/peer';
import type { VendorUrls } from '../rig/services';
import { BareCaller, type CallScripts } from '../vendors/bare-calls';
import type { MinimalActivities } from './minimal-workflow';

/** Task queue of the minimal workflow. */
export const MINIMAL_QUEUE = 'bench-minimal';
export const MINIMAL_WORKFLOW = 'minimalWorkflow';

/** What the minimal worker needs. */
export interface MinimalWorkerParts {
  readonly address: string;
  readonly namespace: string;
  readonly vendors: VendorUrls;
  readonly scripts: CallScripts;
  /** The same as the production worker's. */
  readonly limits: WorkerConfig;
}

/** A worker process for the minimal workflow, with the limits of the production worker. */
export type MinimalWorker = {
  start(parts: MinimalWorkerParts): void;
};

if (require.main === module) {
  answerQuestions<MinimalWorker>({
    start: async ({ address, namespace, vendors, scripts, limits }) => {
      Runtime.install({ logger: new DefaultLogger('WARN') });
      const caller = new BareCaller(vendors, scripts);
      const activities: MinimalActivities = { makeCalls: (order) => caller.makeCalls(order) };
      const worker = await Worker.create({
        connection: await NativeConnection.connect({ address }),
        namespace,
        taskQueue: MINIMAL_QUEUE,
        workflowsPath: require.resolve('./minimal-workflow'),
        activities: { ...activities },
        maxConcurrentActivityTaskExecutions: limits.maxConcurrentActivities,
        maxCachedWorkflows: limits.maxCachedWorkflows,
      });
      worker.run().catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      });
    },
  });
}
