import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLATFORM } from '../../tools/servers/cache';
import {
  type CliMaker,
  NoTemporalServerError,
  pinnedCliVersion,
  resolveTemporalCli,
} from '../../tools/servers/temporal-cli';
import { withProgress } from '../../tools/servers/run-program';
import { withTemporaryFolder } from '../support/temporary-folder';

const log = (): void => undefined;
const VERSION = '9.9.9';

const makes =
  (content: string): CliMaker =>
  async (folder) => {
    await writeFile(join(folder, 'temporal'), content);
  };

const fails =
  (reason: string): CliMaker =>
  async () => {
    throw new Error(reason);
  };

async function putProgram(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'temporal');
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

describe('resolving the Temporal CLI', () => {
  it('takes the one named by TEMPORAL_CLI_PATH before the one on PATH', () =>
    withTemporaryFolder(async (folder) => {
      const named = await putProgram(join(folder, 'named'));
      await putProgram(join(folder, 'bin'));
      const env = { TEMPORAL_CLI_PATH: named, PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
      assert.deepEqual(await resolveTemporalCli({ log, env }), { path: named, source: 'TEMPORAL_CLI_PATH' });
    }));

  it('refuses a TEMPORAL_CLI_PATH that names nothing, instead of taking another one in silence', () =>
    withTemporaryFolder(async (folder) => {
      await putProgram(join(folder, 'bin'));
      const env = { TEMPORAL_CLI_PATH: join(folder, 'gone'), PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
      await assert.rejects(resolveTemporalCli({ log, env }), /TEMPORAL_CLI_PATH names .*gone, which does not exist/);
    }));

  it('takes the one on PATH before the cached one, and passes over a file that is no program', () =>
    withTemporaryFolder(async (folder) => {
      const onPath = await putProgram(join(folder, 'bin'));
      await putProgram(join(folder, 'flow-retail-omnium', 'temporal-cli', `${VERSION}-${PLATFORM}`));
      await mkdir(join(folder, 'text'));
      await writeFile(join(folder, 'text', 'temporal'), 'notes');
      const env = { PATH: `${join(folder, 'text')}:${join(folder, 'bin')}`, XDG_CACHE_HOME: folder };
      assert.deepEqual(await resolveTemporalCli({ log, env, version: VERSION }), { path: onPath, source: 'PATH' });
    }));

  it('takes the cached one before it downloads, by version and platform', () =>
    withTemporaryFolder(async (folder) => {
      const cached = await putProgram(join(folder, 'flow-retail-omnium', 'temporal-cli', `${VERSION}-${PLATFORM}`));
      const search = { log, env: { PATH: '', XDG_CACHE_HOME: folder }, build: fails('no'), download: makes('x') };
      assert.deepEqual(await resolveTemporalCli({ ...search, version: VERSION }), { path: cached, source: 'cache' });
      assert.equal((await resolveTemporalCli({ ...search, version: '9.9.10' })).source, 'downloaded');
    }));

  it('builds once and finds it in the cache from then on', () =>
    withTemporaryFolder(async (folder) => {
      const env = { PATH: '', XDG_CACHE_HOME: folder };
      const built = await resolveTemporalCli({ log, env, version: VERSION, build: makes('x'), download: fails('no') });
      assert.equal(built.source, 'built with Go');
      const again = await resolveTemporalCli({
        log,
        env,
        version: VERSION,
        build: fails('twice'),
        download: fails('no'),
      });
      assert.deepEqual(again, { path: built.path, source: 'cache' });
    }));

  it('downloads before it builds, and builds when it cannot be downloaded', () =>
    withTemporaryFolder(async (folder) => {
      const search = { log, version: VERSION, build: makes('built') };
      const envIn = (name: string): Record<string, string> => ({ PATH: '', XDG_CACHE_HOME: join(folder, name) });
      const good = await resolveTemporalCli({ ...search, env: envIn('good'), download: makes('downloaded') });
      assert.equal(good.source, 'downloaded');
      assert.equal(await readFile(good.path, 'utf8'), 'downloaded');
      const bad = await resolveTemporalCli({
        ...search,
        env: envIn('bad'),
        download: fails('the host does not resolve'),
      });
      assert.equal(bad.source, 'built with Go');
    }));

  // A proxy that takes every call and never answers: what a machine behind a firewall sees.
  for (const [machine, path, elseWays] of [
    ['with Go', process.env.PATH ?? '', { build: makes('built') }],
    ['without Go', '/nowhere', {}],
  ] as const) {
    it(`gives up a download that hangs, with all its processes, on a machine ${machine}`, async function () {
      this.timeout(60_000);
      const waiting = new Set<Socket>();
      const silent = createServer((socket) => waiting.add(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const proxy = `http://127.0.0.1:${port}`;
      try {
        await withTemporaryFolder(async (folder) => {
          const env = { PATH: path, XDG_CACHE_HOME: folder, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
          const search = { log, env, version: VERSION, downloadWithinMs: 4_000, ...elseWays };
          const begunAtMs = Date.now();
          const found = await resolveTemporalCli(search).catch((error: unknown) => error);
          assert.ok(Date.now() - begunAtMs < 15_000, 'it waited for the download');
          if (machine === 'with Go') assert.equal((found as { source: string }).source, 'built with Go');
          else assert.match(String(found), /downloaded: .*nothing within 4 s\n.*there is no `go`/);
          // The process has asked, was waiting, and is gone.
          assert.ok(waiting.size > 0, 'nothing was asked of the network');
          for (const socket of waiting) if (!socket.closed) await once(socket.resume(), 'close');
          const left = await readdir(join(folder, 'flow-retail-omnium', 'temporal-cli'));
          assert.deepEqual(left, machine === 'with Go' ? [`${VERSION}-${PLATFORM}`] : []);
        });
      } finally {
        for (const socket of waiting) socket.destroy();
        silent.close();
      }
    });
  }

  it('names every way to get a server in one message when none works, and leaves nothing half-made behind', () =>
    withTemporaryFolder(async (folder) => {
      const env = { PATH: '', XDG_CACHE_HOME: folder };
      const search = { log, env, version: VERSION, build: fails('no Go here'), download: fails('no way out') };
      await assert.rejects(resolveTemporalCli(search), (error: unknown) => {
        assert.ok(error instanceof NoTemporalServerError);
        for (const part of [
          'no Go here',
          'no way out',
          'TEMPORAL_ADDRESS',
          'TEMPORAL_CLI_PATH',
          'PATH',
          'Go 1.26',
          'internet',
        ]) {
          assert.ok(error.message.includes(part), `the message does not say ${part}`);
        }
        return true;
      });
      assert.deepEqual(await readdir(join(folder, 'flow-retail-omnium', 'temporal-cli')), []);
    }));

  it('lets two builds at the same time both succeed, with one result and nothing left over', () =>
    withTemporaryFolder(async (folder) => {
      const env = { PATH: '', XDG_CACHE_HOME: folder };
      const slow: CliMaker = async (target, version, say) => {
        await sleep(20);
        await makes('x')(target, version, say);
      };
      const search = { log, env, version: VERSION, build: slow, download: fails('no') };
      const [first, second] = await Promise.all([resolveTemporalCli(search), resolveTemporalCli(search)]);
      assert.equal(first.path, second.path);
      assert.deepEqual(await readdir(join(folder, 'flow-retail-omnium', 'temporal-cli')), [`${VERSION}-${PLATFORM}`]);
    }));

  it('tells how far it is in lines where nobody watches, and in one line that moves on a terminal', async () => {
    const lines: string[] = [];
    const written: string[] = [];
    const work = (): Promise<void> => sleep(700);
    const step = { title: 'building', log: (line: string) => lines.push(line), detail: () => '3 packages compiled' };
    const terminalOf = (isTTY: boolean): { isTTY: boolean; write: (text: string) => boolean } => ({
      isTTY,
      write: (text) => written.push(text) > 0,
    });
    await withProgress({ ...step, terminal: terminalOf(false), everyMs: 300 }, work);
    const line = '  building: 0 s, 3 packages compiled';
    assert.deepEqual(lines, [`${line} …`, `${line} …`, `${line}, done`]);
    assert.equal(written.length, 0);
    lines.length = 0;
    await withProgress({ ...step, terminal: terminalOf(true) }, work);
    assert.deepEqual(lines, [`${line}, done`]);
    assert.ok(written.length >= 2 && written.every((text) => text.startsWith('\r') && !text.includes('\n')));
  });

  it('reads the pinned version from the Go module', async () => {
    assert.match(await pinnedCliVersion(), /^\d+\.\d+\.\d+$/);
  });
});
