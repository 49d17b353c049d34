import { randomInt } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { isPortFree } from '../../tools/servers/ports';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { startTemporalServer, type TemporalServer } from '../../tools/servers/temporal-server';
import { resolveTestServer } from '../../tools/servers/test-server';

/** The one development server of this test run, tuned as in production-like use, with our search attributes. */
export interface DevServer {
  /** `host:port` of the gRPC frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  /** For workers. Closed after the last test: a worker that still runs by then is a leak. */
  readonly nativeConnection: NativeConnection;
}

interface StartedServer extends DevServer {
  readonly server: TemporalServer;
}

let started: Promise<StartedServer> | undefined;
/** Temporal's number for the search attribute type Keyword. */
const KEYWORD = 2;

const log = (line: string): void => console.log(`    ${line}`);

/**
 * The development server, started at its first use, in memory, and shared by all test files of the run. Tests keep apart
 * by workflow ids and task queues of their own.
 */
export function devServer(): Promise<DevServer> {
  started ??= startDevServer();
  return started;
}

/**
 * Ends the development server when one was started; called once by the root hooks.
 *
 * @throws IllegalStateError when a test left a worker running; the server is gone all the same
 */
export async function stopDevServer(): Promise<void> {
  const running = started;
  started = undefined;
  // One that never came up has failed its tests already.
  const parts = await running?.catch(() => undefined);
  if (parts === undefined) return;
  try {
    await parts.client.connection.close();
    await parts.nativeConnection.close();
  } finally {
    await parts.server.stop();
  }
}

/**
 * A fresh time-skipping environment, for waits of hours. The caller ends it with `teardown()`. It can strand a run in
 * which a timer fires and is cancelled at the same moment: use the development server unless the wait is long.
 */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await resolveTestServer({ log });
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  // This server can add search attributes but not list them, so production's own check does not run here.
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map(({ name }) => [name, KEYWORD])),
  });
  return environment;
}

/** Below the ports that the system gives to connections, so that no other test's call takes one that is free for a moment. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;
const PORT_TRIES = 200;
const givenPorts = new Set<number>();

/**
 * A TCP port that nobody listens on at the moment, and that this process has given nobody yet.
 *
 * @throws Error when none can be had; a machine on which no port can be listened on must fail, not hang
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (givenPorts.has(port)) continue;
    givenPorts.add(port);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`none of ${PORT_TRIES} ports from ${FIRST_PORT} on could be listened on`);
}

async function startDevServer(): Promise<StartedServer> {
  const { path } = await resolveTemporalCli({ log });
  const server = await startTemporalServer({
    cliPath: path,
    port: await freePort(),
    log: () => undefined,
    // A tenth of the usual length, so that runs continue as new within seconds.
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=400'],
  });
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return { address, namespace, server, nativeConnection, client: new Client({ connection, namespace }) };
}
