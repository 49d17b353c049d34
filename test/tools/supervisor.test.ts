import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildDiedError, Supervisor } from '../../tools/start/supervisor';
import { withTemporaryFolder } from '../support/temporary-folder';

interface Scene {
  readonly folder: string;
  readonly supervisor: Supervisor;
  readonly messages: string[];
  readonly pids: () => readonly number[];
  /** Starts a child that runs this program text. */
  readonly start: (name: string, program: string) => Promise<void>;
}

async function withSupervisor(maxRestarts: number, play: (scene: Scene) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const messages: string[] = [];
    let current: readonly number[] = [];
    const supervisor = new Supervisor({
      logFolder: folder,
      log: (line) => messages.push(line),
      maxRestarts,
      onChildren: (pids) => (current = pids),
    });
    const start = async (name: string, program: string): Promise<void> => {
      const entry = join(folder, `${name}.js`);
      await writeFile(entry, program);
      supervisor.start({ name, entry, args: [], env: process.env });
    };
    try {
      await play({ folder, supervisor, messages, pids: () => current, start });
    } finally {
      await supervisor.stop(['gentle', 'stubborn', 'dying'], 500);
      await supervisor.close();
    }
  });
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < deadline, 'it did not happen within 10 s');
    await sleep(20);
  }
}

const STAYS = 'console.log("ready"); setInterval(() => {}, 1000);';

describe('the supervisor of npm start', () => {
  it('reports a child that dies, with its last words and its log file, and starts it again', () =>
    withSupervisor(1, async ({ supervisor, messages, start }) => {
      await start('dying', 'console.log("the reason"); process.exit(7);');
      await until(() => messages.filter((line) => line.includes('stopped by itself')).length === 2);
      assert.match(messages[0] ?? '', /The dying stopped by itself \(exit code 7\).*dying\.log\n {2}\| the reason/);
      assert.match(messages[1] ?? '', /Starting the dying again \(1 of 1\)/);
      assert.throws(() => supervisor.assertAlive(), ChildDiedError);
      assert.equal(await readFile(supervisor.logFileOf('dying'), 'utf8'), 'the reason\nthe reason\n');
    }));

  it('lets a child end in its own way, and ends one that does not by force', () =>
    withSupervisor(0, async ({ folder, supervisor, messages, pids, start }) => {
      const farewell = 'process.on("SIGTERM", () => { console.log("farewell"); process.exit(0); });';
      await start('gentle', `${farewell} ${STAYS}`);
      await start('stubborn', `process.on("SIGTERM", () => {}); ${STAYS}`);
      for (const name of ['gentle', 'stubborn']) {
        await until(async () =>
          (await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '')).includes('ready'),
        );
      }
      assert.equal(pids().length, 2);
      const startedAtMs = Date.now();
      await supervisor.stop(['gentle', 'stubborn'], 500);
      const elapsedMs = Date.now() - startedAtMs;
      assert.ok(elapsedMs >= 450 && elapsedMs < 3_000, `took ${elapsedMs} ms`);
      await until(() => pids().length === 0);
      await until(async () => (await readFile(join(folder, 'gentle.log'), 'utf8')).includes('farewell'));
      assert.deepEqual(messages, []);
    }));

  it('starts a child anew when told to, does something while it is down, and takes its end for no news', () =>
    withSupervisor(0, async ({ folder, supervisor, messages, pids, start }) => {
      const log = (): Promise<string> => readFile(join(folder, 'gentle.log'), 'utf8').catch(() => '');
      await start('gentle', STAYS);
      await until(async () => (await log()).includes('ready'));
      const [before = 0] = pids();
      let running = -1;
      await supervisor.restart('gentle', 500, async () => {
        await until(() => pids().length === 0);
        running = pids().length;
        supervisor.assertAlive();
      });
      assert.equal(running, 0);
      await until(async () => (await log()).split('ready').length === 3);
      const [after = 0] = pids();
      assert.ok(after !== 0 && after !== before);
      supervisor.assertAlive();
      assert.deepEqual(messages, []);
      await assert.rejects(supervisor.restart('nobody', 500), /no child is called nobody/);
    }));

  it('keeps its children out of the reach of a Ctrl-C in the terminal', () =>
    withSupervisor(0, async ({ folder, pids, start }) => {
      await start('gentle', STAYS);
      await until(async () => (await readFile(join(folder, 'gentle.log'), 'utf8').catch(() => '')).includes('ready'));
      const [pid = 0] = pids();
      // A group of its own is a group whose leader is the child: there is something to signal under its id.
      assert.ok(process.kill(-pid, 0));
    }));
});
