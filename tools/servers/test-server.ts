import { createHash } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, type Environment, exists, type Log, publishFolder } from './cache';
import { canRun, runProgram, withProgress } from './run-program';

const POM = join('tools', 'test-server', 'pom.xml');
const ARTIFACT = 'temporal-test-server';
const MAIN_CLASS = 'io.temporal.testserver.TestServer';
const PROGRAM = 'temporal-test-server';

/** Fills an empty folder with the server's jar files; throws when it can't. */
type JarFetcher = (folder: string) => Promise<void>;

/** What the search looks at; the defaults are this machine's. */
export interface TestServerSearch {
  readonly log: Log;
  readonly env?: Environment;
  readonly fetchJars?: JarFetcher;
}

/**
 * Finds the time-skipping server, or gets it from Maven Central: an executable that takes a port as its only argument,
 * as `TestWorkflowEnvironment.createTimeSkipping` starts it (`executable: { type: 'existing-path', path }`).
 *
 * @returns path of the executable: the one named by `TEMPORAL_TEST_SERVER_PATH`, the cached one, or a fresh one
 * @throws Error that names the ways to get one
 */
export async function resolveTestServer(search: TestServerSearch): Promise<string> {
  const env = search.env ?? process.env;
  const named = env.TEMPORAL_TEST_SERVER_PATH;
  if (named !== undefined && named !== '') {
    if (await exists(named)) return named;
    throw new Error(`TEMPORAL_TEST_SERVER_PATH names ${named}, which does not exist`);
  }
  const { version, key } = await pinnedTestServer();
  const folder = join(cacheDirectory(env), 'test-server', key);
  const path = join(folder, PROGRAM);
  if (await exists(path)) return path;
  search.log(`Getting Temporal's time-skipping test server ${version} with Maven (about a minute, once) …`);
  try {
    await publishFolder(folder, async (temporary) => {
      const lib = join(temporary, 'lib');
      const fetchJars = search.fetchJars ?? fetchWithMaven;
      await withProgress({ title: 'getting the test server', log: search.log }, () => fetchJars(lib));
      await writeFile(join(temporary, PROGRAM), launcher());
      await chmod(join(temporary, PROGRAM), 0o755);
    });
  } catch (error) {
    throw new Error(
      [
        `Temporal's time-skipping test server could not be got: ${error instanceof Error ? error.message : String(error)}`,
        'Either of these helps:',
        '  - install a JDK 17 and Maven: the pinned server then comes from Maven Central',
        '  - name an executable of it by TEMPORAL_TEST_SERVER_PATH',
      ].join('\n'),
      { cause: error },
    );
  }
  return path;
}

/** The pinned version, and a name that changes with anything in the project file: the version and what stands beside it. */
async function pinnedTestServer(): Promise<{ version: string; key: string }> {
  const pom = await readFile(POM, 'utf8');
  const version = new RegExp(`<artifactId>${ARTIFACT}</artifactId>\\s*<version>([^<]+)</version>`).exec(pom)?.[1];
  if (version === undefined) throw new Error(`${POM} does not pin ${ARTIFACT}`);
  return { version, key: `${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}` };
}

async function fetchWithMaven(lib: string): Promise<void> {
  if (!(await canRun('mvn', ['--version']))) throw new Error('there is no `mvn` on PATH');
  await runProgram({
    program: 'mvn',
    args: ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
  });
}

/** The serial collector and the first compiler tier: such a server lives for seconds, and its start is what counts. */
function launcher(): string {
  return [
    '#!/bin/sh',
    'here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)',
    `exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -cp "$here/lib/*" ${MAIN_CLASS} "$@"`,
    '',
  ].join('\n');
}
