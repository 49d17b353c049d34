import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { TenantRegistry } from '../../src/activities/tenants';
import { loadConfig } from '../../src/config/load';
import { asTemporalLogger, createLogger } from '../../src/observability/logger';
import { createEngineWorker } from '../../src/workers/create-worker';
import { answerQuestions } from '../rig/peer';
import { collectGarbage, OtherThreads } from './collect-garbage';

/** What the worker process holds. */
export interface WorkerMemory {
  readonly rssMb: number;
  /** JavaScript heap of the main thread: activities, clients, the SDK. */
  readonly mainHeapMb: number;
  /** JavaScript heap of the thread that runs the workflows. */
  readonly workflowHeapMb: number;
  readonly cachedWorkflows: number;
}

/** The production order worker, made of the same parts, in a process that can be asked what it holds. */
export type ProbedWorker = {
  start(where: { readonly address: string; readonly namespace: string; readonly configFile: string }): void;
  /** Collects garbage in all threads and waits until the figures have settled. */
  memory(nothing: undefined): WorkerMemory;
};

const COLLECTIONS = 6;
const SETTLE_MS = 1_500;
const MB = 1024 * 1024;
let worker: Worker | undefined;

if (require.main === module) {
  const others = new OtherThreads();
  answerQuestions<ProbedWorker>({
    start: async ({ address, namespace, configFile }) => {
      const config = loadConfig(configFile, process.env);
      Runtime.install({ logger: asTemporalLogger(createLogger({ name: 'worker', level: 'error' })) });
      worker = await createEngineWorker({
        engine: 'order-sync',
        connection: await NativeConnection.connect({ address }),
        namespace,
        limits: config.worker,
        tenants: new TenantRegistry(config.tenants),
      });
      worker.run().catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      });
    },
    memory: async () => {
      for (let collection = 0; collection < COLLECTIONS; collection += 1) {
        others.collect();
        collectGarbage();
        await sleep(SETTLE_MS);
      }
      const { rss, heapUsed } = process.memoryUsage();
      const cachedWorkflows = worker?.getStatus().numCachedWorkflows ?? 0;
      return { rssMb: rss / MB, mainHeapMb: heapUsed / MB, workflowHeapMb: others.heapBytes / MB, cachedWorkflows };
    },
  });
}
