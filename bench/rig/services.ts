import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, taskQueueOf } from '../../src/contracts/task-queues';
import { endWithThisProcess, readLines } from '../../tools/servers/run-program';
import { stopChild } from '../../tools/servers/temporal-server';
import { demoConfig } from '../../tools/start/demo-config';
import { hasPollers, waitUntil } from '../../tools/start/readiness';
import type { Stops } from './stops';
import { type BenchTemporal, temporaryFolder } from './temporal';

/** Where the vendors are; a benchmark that calls none names an address where nobody listens. */
export interface VendorUrls {
  readonly omniumUrl: string;
  readonly flowUrl: string;
}

/** An address that nobody listens at. */
export const NO_VENDORS: VendorUrls = { omniumUrl: 'http://127.0.0.1:9', flowUrl: 'http://127.0.0.1:9' };

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const KEPT_LINES = 15;

/** Writes the demonstration's configuration for these vendors: the limits are the product's defaults. */
export async function writeConfig(stops: Stops, vendors: VendorUrls): Promise<string> {
  return await writeConfigText(stops, configText(vendors));
}

/** Writes a configuration file that goes with the benchmark. */
export async function writeConfigText(stops: Stops, text: string): Promise<string> {
  const file = join(await temporaryFolder(stops), 'config.yaml');
  await writeFile(file, text);
  return file;
}

/** The same as text. */
export function configText(vendors: VendorUrls): string {
  return demoConfig({ ...vendors, apiHost: '127.0.0.1', apiPort: 0, webUiUrl: 'http://127.0.0.1:9' });
}

/** One of our own processes: which, and with what. */
export interface ServiceOptions {
  readonly configFile: string;
  readonly temporal: BenchTemporal;
}

/** The production API process. */
export interface ApiProcess {
  readonly url: string;
  readonly pid: number | undefined;
}

/** Starts the API as production does and waits until it takes events. */
export async function startApiProcess(stops: Stops, options: ServiceOptions): Promise<ApiProcess> {
  const service = startService(stops, require.resolve('../../src/api/main'), { ...options, args: [] });
  let url: string | undefined;
  service.onLine((line) => {
    const found = /"url":"([^"]+)"/.exec(line)?.[1];
    url ??= found;
  });
  await waitUntil({ what: 'the API', withinMs: READY_WITHIN_MS, assertAlive: service.assertAlive }, async () => {
    if (url === undefined) return false;
    const ready = await fetch(`${url}/health/ready`);
    await ready.arrayBuffer();
    return ready.ok;
  });
  return { url: url ?? '', pid: service.process.pid };
}

/** Starts the worker process of an engine as production does and waits until it polls. */
export async function startWorkerProcess(
  stops: Stops,
  options: ServiceOptions,
  engine: Engine = 'order-sync',
): Promise<ChildProcess> {
  const service = startService(stops, require.resolve('../../src/workers/main'), {
    ...options,
    args: ['--engine', engine],
  });
  await untilPolled(options.temporal, taskQueueOf(engine), service.assertAlive);
  return service.process;
}

/** Waits until a worker polls the queue. */
export async function untilPolled(
  { connection, namespace }: BenchTemporal,
  taskQueue: string,
  assertAlive: () => void = () => undefined,
): Promise<void> {
  await waitUntil({ what: `a worker of ${taskQueue}`, withinMs: READY_WITHIN_MS, assertAlive }, () =>
    hasPollers(connection, namespace, taskQueue),
  );
}

interface Service {
  readonly process: ChildProcess;
  onLine(listener: (line: string) => void): void;
  readonly assertAlive: () => void;
}

function startService(
  stops: Stops,
  entry: string,
  { configFile, temporal, args }: ServiceOptions & { readonly args: readonly string[] },
): Service {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CONFIG_FILE: configFile,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
    },
  });
  endWithThisProcess(child);
  stops.add(() => stopChild(child, STOP_WITHIN_MS));
  const listeners: ((line: string) => void)[] = [];
  const lastLines: string[] = [];
  listeners.push((line) => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
  });
  const onLine = (line: string): void => listeners.forEach((listener) => listener(line));
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  return {
    process: child,
    onLine: (listener) => void listeners.push(listener),
    assertAlive: () => {
      if (child.exitCode === null && child.signalCode === null) return;
      throw new Error([`${entry} ended before it was ready`, ...lastLines].join('\n  '));
    },
  };
}
