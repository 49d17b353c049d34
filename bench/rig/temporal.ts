import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { resolveTemporalCli } from '../../tools/servers/temporal-cli';
import { startTemporalServer } from '../../tools/servers/temporal-server';
import type { Stops } from './stops';

/** A Temporal server for one benchmark: the tuned development server on an SQLite file of its own. */
export interface BenchTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly connection: Connection;
  readonly pid: number | undefined;
}

/** Starts a server with an empty database in a temporary folder. */
export async function startBenchTemporal(stops: Stops, log: (line: string) => void): Promise<BenchTemporal> {
  const { path } = await resolveTemporalCli({ log });
  const folder = await temporaryFolder(stops);
  const server = await startTemporalServer({
    cliPath: path,
    port: await freePort(),
    dbFile: join(folder, 'temporal.db'),
    log: () => undefined,
  });
  stops.add(() => server.stop());
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  stops.add(() => connection.close());
  return { address, namespace, pid: server.process.pid, connection, client: new Client({ connection, namespace }) };
}

/** The version the server itself says it has. */
export async function serverVersionOf({ connection }: BenchTemporal): Promise<string> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return serverVersion ?? 'unknown';
}

/** A folder that goes with the benchmark. */
export async function temporaryFolder(stops: Stops): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flow-omnium-bench-'));
  stops.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The Temporal server cannot choose a port itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
