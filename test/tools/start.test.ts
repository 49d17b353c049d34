import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { assertPortsFree } from '../../tools/servers/ports';
import { devServer, freePort } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';

/** The program behind `npm start`, as built: it starts the other built programs. */
const START = 'dist/tools/start/main.js';
const READY = 'Everything runs';

interface Ports {
  readonly api: number;
  readonly temporal: number;
  readonly ui: number;
  readonly omnium: number;
  readonly flow: number;
}

interface Start {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

async function freePorts(): Promise<Ports> {
  const [api = 0, temporal = 0, ui = 0, omnium = 0, flow = 0] = await Promise.all(Array.from({ length: 5 }, freePort));
  return { api, temporal, ui, omnium, flow };
}

function claims(ports: Ports): { port: number; what: string; option: string }[] {
  return Object.entries(ports).map(([what, port]: [string, number]) => ({ port, what, option: what }));
}

function start(state: string, ports: Ports, env: Record<string, string> = {}): Start {
  const { TEMPORAL_ADDRESS: _, npm_lifecycle_event: __, ...rest } = process.env;
  const args = [
    ...['--no-day', '--state', state, '--port', String(ports.api)],
    ...['--temporal-port', String(ports.temporal), '--ui-port', String(ports.ui)],
    ...['--omnium-port', String(ports.omnium), '--flow-port', String(ports.flow)],
  ];
  // A group of its own stands for the terminal's: a signal to the group is a Ctrl-C.
  const child = spawn(process.execPath, [START, ...args], {
    env: { ...rest, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, pid: child.pid ?? 0, output: () => text, ended };
}

/** @returns milliseconds until it was ready */
async function untilReady({ child, output }: Start): Promise<number> {
  const startedAtMs = Date.now();
  while (!output().includes(READY)) {
    assert.equal(child.exitCode, null, output());
    assert.ok(Date.now() - startedAtMs < 90_000, output());
    await sleep(50);
  }
  return Date.now() - startedAtMs;
}

async function stop(started: Start, signal: NodeJS.Signals): Promise<void> {
  const startedAtMs = Date.now();
  process.kill(-started.pid, signal);
  assert.equal(await started.ended, 0, started.output());
  assert.ok(Date.now() - startedAtMs < 10_000, `took ${Date.now() - startedAtMs} ms`);
}

/** Whatever a failed test left running. */
async function abandon(started: readonly Start[]): Promise<void> {
  for (const { child, pid, ended } of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    process.kill(pid, 'SIGTERM');
    await ended;
  }
}

async function countSubscriptions(port: number): Promise<number> {
  const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/_sandbox/subscriptions`)).json();
  assert.ok(
    typeof answer === 'object' && answer !== null && 'subscriptions' in answer && Array.isArray(answer.subscriptions),
  );
  return answer.subscriptions.length;
}

/** Two for each tenant: of orders and customers, and of goods and stores. */
const SUBSCRIPTIONS = 12;

describe('npm start', function () {
  this.timeout(180_000);

  it('starts everything, stops all of it on Ctrl-C, and goes on from its state, also after it was killed', () =>
    withTemporaryFolder(async (folder) => {
      const ports = await freePorts();
      const started: Start[] = [];
      const again = (): Start => {
        const next = start(folder, ports);
        started.push(next);
        return next;
      };
      try {
        const first = again();
        await untilReady(first);
        assert.equal((await fetch(`http://127.0.0.1:${ports.api}/health/ready`)).status, 200);
        assert.equal((await fetch(`http://127.0.0.1:${ports.ui}`)).status, 200);
        assert.equal(await countSubscriptions(ports.omnium), SUBSCRIPTIONS);
        await stop(first, 'SIGINT');
        await assertPortsFree(claims(ports));

        const second = again();
        const readyAfterMs = await untilReady(second);
        assert.ok(readyAfterMs < 20_000, `the second start took ${readyAfterMs} ms`);
        assert.equal(await countSubscriptions(ports.omnium), SUBSCRIPTIONS, 'the subscriptions are not set up twice');
        process.kill(second.pid, 'SIGKILL');
        await second.ended;

        const third = again();
        await untilReady(third);
        assert.match(third.output(), /Stopping \d programs that an earlier start left running/);
        await stop(third, 'SIGTERM');
        await assertPortsFree(claims(ports));
      } finally {
        await abandon(started);
      }
    }));

  it('uses the server named by TEMPORAL_ADDRESS, starts none of its own, and leaves it running', () =>
    withTemporaryFolder(async (folder) => {
      const { address, namespace } = await devServer();
      const ports = await freePorts();
      const started = start(folder, ports, { TEMPORAL_ADDRESS: address });
      try {
        await untilReady(started);
        await assertPortsFree(claims(ports).filter(({ what }) => what === 'temporal' || what === 'ui'));
        await stop(started, 'SIGINT');
      } finally {
        await abandon([started]);
      }
      const connection = await Connection.connect({ address });
      await connection.workflowService.describeNamespace({ namespace });
      await connection.close();
    }));

  it('says which port is busy and which option changes it, before it starts or writes anything', () =>
    withTemporaryFolder(async (folder) => {
      const ports = await freePorts();
      const state = join(folder, 'state');
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(ports.omnium, '127.0.0.1', resolve));
      try {
        const started = start(state, ports);
        assert.equal(await started.ended, 1);
        assert.match(
          started.output(),
          new RegExp(`Port ${ports.omnium}, for the Omnium sandbox, is in use.* --omnium-port <port>`),
        );
        await assert.rejects(stat(state));
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    }));

  it('refuses a second start on the same state', () =>
    withTemporaryFolder(async (folder) => {
      const first = start(folder, await freePorts());
      try {
        await untilReady(first);
        const second = start(folder, await freePorts());
        assert.equal(await second.ended, 1);
        assert.match(second.output(), new RegExp(`Another npm start \\(process ${first.pid}\\).*--state`));
        await stop(first, 'SIGINT');
      } finally {
        await abandon([first]);
      }
    }));
});
