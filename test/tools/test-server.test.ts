import assert from 'node:assert/strict';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveTestServer } from '../../tools/servers/test-server';
import { timeSkipping } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';

const log = (): void => undefined;

describe('the time-skipping test server', () => {
  it('is fetched once, and an executable from then on', () =>
    withTemporaryFolder(async (folder) => {
      const env = { XDG_CACHE_HOME: folder };
      const fetchJars = async (lib: string): Promise<void> => {
        await mkdir(lib);
        await writeFile(join(lib, 'server.jar'), '');
      };
      const path = await resolveTestServer({ log, env, fetchJars });
      await access(path, constants.X_OK);
      const failing = (): Promise<void> => Promise.reject(new Error('fetched twice'));
      assert.equal(await resolveTestServer({ log, env, fetchJars: failing }), path);
    }));

  it('is the one named by TEMPORAL_TEST_SERVER_PATH when there is one', () =>
    withTemporaryFolder(async (folder) => {
      const named = join(folder, 'own-server');
      await writeFile(named, '');
      assert.equal(await resolveTestServer({ log, env: { TEMPORAL_TEST_SERVER_PATH: named } }), named);
    }));

  it('names the ways to get one when it cannot be fetched', () =>
    withTemporaryFolder(async (folder) => {
      const fetchJars = (): Promise<void> => Promise.reject(new Error('there is no `mvn` on PATH'));
      const search = { log, env: { XDG_CACHE_HOME: folder }, fetchJars };
      await assert.rejects(
        resolveTestServer(search),
        /no `mvn` on PATH[\s\S]*JDK 17 and Maven[\s\S]*TEMPORAL_TEST_SERVER_PATH/,
      );
    }));

  it('starts, and skips a day in no time', async function () {
    this.timeout(60_000);
    const environment = await timeSkipping();
    try {
      const before = await environment.currentTimeMs();
      await environment.sleep('1 day');
      assert.ok((await environment.currentTimeMs()) - before >= 24 * 60 * 60 * 1_000);
    } finally {
      await environment.teardown();
    }
  });
});
