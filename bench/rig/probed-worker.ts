import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { TenantRegistry } from '../../src/activities/tenants';
import { loadConfig } from '../../src/config/load';
import { type Engine, taskQueueOf } from '../../src/contracts/task-queues';
import { asTemporalLogger, createLogger } from '../../src/observability/logger';
import { createEngineWorkers } from '../../src/workers/create-worker';
import { limitShareOf } from '../../src/workers/limit-share';
import { collectGarbage, OtherThreads } from './collect-garbage';
import { answerQuestions, Peer } from './peer';
import { untilPolled } from './services';
import type { Stops } from './stops';
import type { BenchTemporal } from './temporal';

/** What the worker process holds. */
export interface WorkerMemory {
  readonly rssMb: number;
  /** JavaScript heap of the main thread: activities, clients, the SDK. */
  readonly mainHeapMb: number;
  /** JavaScript heap of the thread that runs the workflows. */
  readonly workflowHeapMb: number;
  readonly cachedWorkflows: number;
}

/** The most that the process held at once, garbage included. */
export type PeakMemory = Pick<WorkerMemory, 'rssMb' | 'mainHeapMb'>;

interface WorkerPlace {
  readonly engine: Engine;
  readonly address: string;
  readonly namespace: string;
  readonly configFile: string;
}

/** A production worker, made of the same parts, in a process that can be asked what it holds. */
export type ProbedWorker = {
  start(where: WorkerPlace): void;
  /** Collects garbage in all threads and waits until the figures have settled. */
  memory(nothing: undefined): WorkerMemory;
  /** Looks at the memory several times a second from now on. */
  watch(nothing: undefined): void;
  /** The most since {@link watch}, and the end of it. */
  peak(nothing: undefined): PeakMemory;
};

/** Starts a probed worker of an engine and waits until it polls. */
export async function startProbedWorker(
  stops: Stops,
  {
    engine,
    temporal,
    configFile,
  }: { readonly engine: Engine; readonly temporal: BenchTemporal; readonly configFile: string },
): Promise<Peer<ProbedWorker>> {
  const { address, namespace } = temporal;
  const worker = Peer.start<ProbedWorker>(__filename, stops, {
    execArgv: ['--expose-gc', '--require', require.resolve('./collect-garbage')],
  });
  await worker.ask('start', { engine, address, namespace, configFile });
  await untilPolled(temporal, taskQueueOf(engine));
  return worker;
}

const COLLECTIONS = 6;
const SETTLE_MS = 1_500;
const WATCH_EVERY_MS = 100;
const MB = 1024 * 1024;
let worker: Worker | undefined;
let watch: NodeJS.Timeout | undefined;
let peak: PeakMemory = { rssMb: 0, mainHeapMb: 0 };

if (require.main === module) {
  const others = new OtherThreads();
  answerQuestions<ProbedWorker>({
    start: async ({ engine, address, namespace, configFile }) => {
      const config = loadConfig(configFile, process.env);
      Runtime.install({ logger: asTemporalLogger(createLogger({ name: 'worker', level: 'error' })) });
      const workers = await createEngineWorkers({
        engine,
        connection: await NativeConnection.connect({ address }),
        namespace,
        limits: config.worker,
        retryLadder: config.retryLadder,
        tenants: new TenantRegistry(config.tenants, limitShareOf([engine], config.worker.processes)),
      });
      [worker] = workers;
      for (const each of workers) {
        each.run().catch((error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          process.exit(1);
        });
      }
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
    watch: () => {
      peak = { rssMb: 0, mainHeapMb: 0 };
      watch = setInterval(look, WATCH_EVERY_MS);
    },
    peak: () => {
      look();
      clearInterval(watch);
      return peak;
    },
  });
}

function look(): void {
  const { rss, heapUsed } = process.memoryUsage();
  peak = { rssMb: Math.max(peak.rssMb, rss / MB), mainHeapMb: Math.max(peak.mainHeapMb, heapUsed / MB) };
}
