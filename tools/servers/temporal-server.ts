import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { type Log } from './cache';
import { slowness } from './machine';
import { isPortFree } from './ports';
import { endWithThisProcess, readLines } from './run-program';

/** Namespace that the development server always has. */
const NAMESPACE = 'default';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 100;
const STOP_WITHIN_MS = 3_000;
const KEPT_LINES = 20;
/** Beside the ports it is given the server picks some of its own, and another process may take one of them before it does. */
const START_TIMES = 3;

/** How a development server is to run. */
export interface TemporalServerOptions {
  /** The `temporal` program. */
  readonly cliPath: string;
  readonly port: number;
  /** Port of the Web UI; without one there is no Web UI. */
  readonly uiPort?: number;
  /** SQLite file that keeps everything over a restart; without one all is in memory. */
  readonly dbFile?: string;
  /** Called for each line the server prints. */
  readonly log: Log;
  /**
   * A group of its own, out of reach of the terminal's Ctrl-C: the caller decides when the server stops, after whatever
   * still needs it.
   */
  readonly detached?: boolean;
  /** Further dynamic configuration, `name=value`, e.g. to make a limit come early. */
  readonly dynamicConfig?: readonly string[];
}

/** A running development server. */
export interface TemporalServer {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly webUiUrl?: string;
  readonly process: ChildProcess;
  /** Ends the server and waits for it; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Arguments of `temporal server`. The development server as it comes polls its one transfer queue 20 times a second,
 * which costs 50 ms a step; these settings take that away (docs/adr/0008-temporal-server.md).
 * The WAL journal with full synchronisation loses nothing at a power cut and doubles the starts per second.
 */
function temporalServerArguments(options: TemporalServerOptions): string[] {
  const dynamicConfig = [
    'history.transferProcessorMaxPollRPS=5000',
    'system.enableActivityEagerExecution=true',
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
    ...(options.dynamicConfig ?? []),
  ];
  return [
    'server',
    'start-dev',
    ...['--ip', HOST, '--port', String(options.port)],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...['--log-level', 'warn', '--log-format', 'json'],
    ...(options.dbFile === undefined
      ? []
      : [
          '--db-filename',
          options.dbFile,
          '--sqlite-pragma',
          'journal_mode=WAL',
          '--sqlite-pragma',
          'synchronous=FULL',
        ]),
    ...dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...Object.values(searchAttributes).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/**
 * Starts a development server with our search attributes and waits until it answers.
 *
 * @throws Error with the server's last lines when it ends, or does not answer within a minute, longer on a busy machine; when a port it is given
 * is in use, before anything is started
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  for (let time = 1; ; time += 1) {
    for (const port of portsOf(options)) {
      if (!(await isPortFree(port)))
        throw new Error(`The Temporal server did not start: port ${port} is in use by another program`);
    }
    try {
      return await startOnce(options);
    } catch (error) {
      if (time === START_TIMES || !(error instanceof OtherPortTakenError)) throw error;
      options.log('Another program took a port of the Temporal server while it started; it is started once more.');
    }
  }
}

function portsOf({ port, uiPort }: TemporalServerOptions): number[] {
  return [port, ...(uiPort === undefined ? [] : [uiPort])];
}

/** Another program was quicker to take one of the ports that the server chooses itself: the only failure that a new start mends. */
class OtherPortTakenError extends Error {
  override readonly name = 'OtherPortTakenError';
}

async function startOnce(options: TemporalServerOptions): Promise<TemporalServer> {
  const lastLines: string[] = [];
  const takenPorts: number[] = [];
  const child = spawn(options.cliPath, temporalServerArguments(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  });
  endWithThisProcess(child);
  const onLine = (line: string): void => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    takenPorts.push(...[...line.matchAll(/:(\d+): bind: /g)].map(([, port]) => Number(port)));
    options.log(line);
  };
  let hasSaidItListens = false;
  readLines(child.stdout, (line) => {
    hasSaidItListens ||= line.includes(`:${options.port}`);
    onLine(line);
  });
  readLines(child.stderr, onLine);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure ??= `it ended with ${signal ?? `exit code ${String(code)}`}`));
  const hasFailed = (): boolean => failure !== undefined;

  const address = `${HOST}:${options.port}`;
  // Whoever else answers there is not this server: it says itself that it listens, and it must still be there.
  const isReady = await waitUntil(hasFailed, async () => hasSaidItListens && (await isServingAt(address)));
  if (!isReady || hasFailed()) {
    const reason = failure ?? `it did not answer in time at ${address}`;
    await stopChild(child);
    // Its last words may still be on their way.
    await sleep(POLL_EVERY_MS);
    const message = [`The Temporal server did not start: ${reason}`, ...lastLines].join('\n  ');
    const given = portsOf(options);
    const isMended = takenPorts.length > 0 && !takenPorts.some((port) => given.includes(port));
    throw isMended ? new OtherPortTakenError(message) : new Error(message);
  }
  return {
    address,
    namespace: NAMESPACE,
    ...(options.uiPort === undefined ? {} : { webUiUrl: `http://${HOST}:${options.uiPort}` }),
    process: child,
    stop: () => stopChild(child),
  };
}

/** Ends a child gently, then by force; returns when it is gone. */
export async function stopChild(child: ChildProcess, withinMs = STOP_WITHIN_MS): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await ended;
  clearTimeout(force);
}

/** Polls until the server is there or has failed. @returns false when it has not come */
async function waitUntil(hasFailed: () => boolean, isThere: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS * slowness();
  while (Date.now() < deadline && !hasFailed()) {
    if (await isThere().catch(() => false)) return true;
    await sleep(POLL_EVERY_MS);
  }
  return false;
}

/** True when our namespace and our search attributes are there: the server answers a little before it has them. */
async function isServingAt(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    return (await missingSearchAttributes(connection, NAMESPACE)).length === 0;
  } finally {
    await connection.close();
  }
}

/** Names of our search attributes that the namespace does not have. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.values(searchAttributes)
    .map(({ name }) => name)
    .filter((name) => !(name in customAttributes));
}
