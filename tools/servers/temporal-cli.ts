import { access, constants, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheDirectory, type Environment, exists, type Log, PLATFORM, publishFolder } from './cache';
import { canRun, runProgram, withProgress } from './run-program';

/** Folder of the Go module that pins the Temporal CLI, from the root of the repository. */
const MODULE_FOLDER = join('tools', 'temporal');
const CLI_MODULE = 'github.com/temporalio/cli';
const PROGRAM = 'temporal';
/** A download that takes longer is given up for the build with Go; without Go it may go on while it brings something. */
const DOWNLOAD_WITHIN_MS = 15_000;
const DOWNLOAD_LOOK_EVERY_MS = 250;

/** Where the `temporal` program came from, for the line that tells. */
type CliSource = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'built with Go' | 'downloaded';

/** A `temporal` program that can be started. */
export interface TemporalCli {
  readonly path: string;
  readonly source: CliSource;
}

/** A way to put the program into an empty folder under the name `temporal`; throws when it can't. */
export type CliMaker = (folder: string, version: string, log: Log) => Promise<void>;

/** What the search looks at; the defaults are this machine's. */
export interface CliSearch {
  readonly log: Log;
  readonly env?: Environment;
  /** The CLI's version without the `v`; by default the one pinned in tools/temporal/go.mod. */
  readonly version?: string;
  readonly build?: CliMaker;
  readonly download?: CliMaker;
  /** Milliseconds that the SDK's download may take; 15 s by default. */
  readonly downloadWithinMs?: number;
}

/** No server can be had; the message says what was tried and names every way to get one. */
export class NoTemporalServerError extends Error {
  override readonly name = 'NoTemporalServerError';

  constructor(attempts: readonly string[]) {
    super(
      [
        'There is no Temporal server to work with, and none could be got. What was tried:',
        ...attempts.map((attempt) => `  - ${attempt.replaceAll('\n', '\n    ')}`),
        'Any one of these helps:',
        '  - set TEMPORAL_ADDRESS to a Temporal server that runs already (host:port)',
        '  - put the program `temporal` (the Temporal CLI) on PATH, or name it by TEMPORAL_CLI_PATH',
        '  - give this machine access to the internet: the Temporal SDK then downloads the CLI',
        '  - install Go 1.26.4 or newer: the pinned CLI is then built from tools/temporal (3 to 6 minutes, once)',
      ].join('\n'),
    );
  }
}

/**
 * Finds a `temporal` program, in the order of docs/adr/0008-temporal-server.md: named by `TEMPORAL_CLI_PATH`, on `PATH`, made by an
 * earlier run, downloaded by the Temporal SDK where that is a matter of seconds, built with Go from the pinned module.
 *
 * @throws NoTemporalServerError
 */
export async function resolveTemporalCli(search: CliSearch): Promise<TemporalCli> {
  const env = search.env ?? process.env;
  const attempts: string[] = [];
  const named = env.TEMPORAL_CLI_PATH;
  if (named !== undefined && named !== '') {
    if (await exists(named)) return { path: named, source: 'TEMPORAL_CLI_PATH' };
    // Named on purpose and not there: going on in silence would hide the mistake.
    throw new NoTemporalServerError([`TEMPORAL_CLI_PATH names ${named}, which does not exist`]);
  }
  const onPath = await findOnPath(env);
  if (onPath !== undefined) return { path: onPath, source: 'PATH' };

  const version = search.version ?? (await pinnedCliVersion());
  const folder = join(cacheDirectory(env), 'temporal-cli', `${version}-${PLATFORM}`);
  const path = join(folder, PROGRAM);
  if (await exists(path)) return { path, source: 'cache' };
  const ways: readonly [CliSource, CliMaker][] = [
    ['downloaded', search.download ?? downloadWithSdk(env, search.downloadWithinMs ?? DOWNLOAD_WITHIN_MS)],
    ['built with Go', search.build ?? buildWithGo(env)],
  ];
  for (const [source, make] of ways) {
    try {
      await publishFolder(folder, (temporary) => make(temporary, version, search.log));
      return { path, source };
    } catch (error) {
      attempts.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new NoTemporalServerError(attempts);
}

/** The version of the CLI that tools/temporal/go.mod pins, without the `v`. */
export async function pinnedCliVersion(): Promise<string> {
  const goMod = await readFile(join(MODULE_FOLDER, 'go.mod'), 'utf8');
  const version = new RegExp(`^\\s*${CLI_MODULE} v(\\S+)`, 'm').exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${join(MODULE_FOLDER, 'go.mod')} does not pin ${CLI_MODULE}`);
  return version;
}

async function findOnPath(env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, PROGRAM);
    if (folder === '' || !(await exists(candidate))) continue;
    const isExecutable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return candidate;
  }
  return undefined;
}

const hasGo = (env: Environment): Promise<boolean> => canRun('go', ['version'], env);

const buildWithGo =
  (env: Environment): CliMaker =>
  async (folder, version, log) => {
    if (!(await hasGo(env))) throw new Error('there is no `go` on PATH');
    log(`Building the Temporal CLI ${version} with Go (3 to 6 minutes the first time, then it is kept) …`);
    let modules = 0;
    let packages = 0;
    const detail = (): string => `${modules} modules downloaded, ${packages} packages compiled`;
    await withProgress({ title: 'building the Temporal CLI', log, detail }, () =>
      runProgram({
        program: 'go',
        args: [
          'build',
          '-v',
          '-trimpath',
          `-ldflags=-s -w -X ${CLI_MODULE}/internal/temporalcli.Version=${version}`,
          '-o',
          join(folder, PROGRAM),
          `${CLI_MODULE}/cmd/temporal`,
        ],
        cwd: MODULE_FOLDER,
        env,
        onLine: (line) => {
          if (line.startsWith('go: downloading')) modules += 1;
          else packages += 1;
        },
      }),
    );
  };

const downloadWithSdk =
  (env: Environment, withinMs: number): CliMaker =>
  async (folder, version, log) => {
    log(`Downloading the Temporal CLI ${version} with the Temporal SDK …`);
    const downloadDir = join(folder, 'download');
    await mkdir(downloadDir);
    const tooSlow = new AbortController();
    const isAlternative = await hasGo(env);
    let bytes = 0;
    let patientSinceMs = Date.now();
    const look = async (): Promise<void> => {
      const now = isAlternative ? 0 : await bytesIn(downloadDir);
      if (now !== bytes) patientSinceMs = Date.now();
      bytes = now;
      if (Date.now() - patientSinceMs > withinMs) tooSlow.abort(`nothing within ${withinMs / 1_000} s`);
    };
    const looking = setInterval(() => void look(), DOWNLOAD_LOOK_EVERY_MS);
    const args = [join(__dirname, 'download-cli.js'), version, downloadDir];
    try {
      await withProgress({ title: 'downloading the Temporal CLI', log }, () =>
        runProgram({ program: process.execPath, args, env, signal: tooSlow.signal }),
      );
    } finally {
      clearInterval(looking);
    }
    const [file] = await readdir(downloadDir);
    if (file === undefined) throw new Error('the SDK started a server, but left no program behind');
    await rename(join(downloadDir, file), join(folder, PROGRAM));
  };

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
