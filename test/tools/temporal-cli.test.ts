import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLATFORM } from '../../tools/servers/cache';
import {
  type CliMaker,
  NoTemporalServerError,
  pinnedCliVersion,
  resolveTemporalCli,
} from '../../tools/servers/temporal-cli';
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

  it('takes the cached one before it builds, by version and platform', () =>
    withTemporaryFolder(async (folder) => {
      const cached = await putProgram(join(folder, 'flow-retail-omnium', 'temporal-cli', `${VERSION}-${PLATFORM}`));
      const search = { log, env: { PATH: '', XDG_CACHE_HOME: folder }, build: makes('built'), download: fails('no') };
      assert.deepEqual(await resolveTemporalCli({ ...search, version: VERSION }), { path: cached, source: 'cache' });
      assert.equal((await resolveTemporalCli({ ...search, version: '9.9.10' })).source, 'built with Go');
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

  it('downloads when it cannot be built', () =>
    withTemporaryFolder(async (folder) => {
      const env = { PATH: '', XDG_CACHE_HOME: folder };
      const search = { log, env, version: VERSION, build: fails('there is no `go` on PATH'), download: makes('x') };
      assert.equal((await resolveTemporalCli(search)).source, 'downloaded');
    }));

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

  it('reads the pinned version from the Go module', async () => {
    assert.match(await pinnedCliVersion(), /^\d+\.\d+\.\d+$/);
  });
});
