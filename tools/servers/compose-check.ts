import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, type Environment, exists, type Log, PLATFORM, publishFolder } from './cache';
import { runProgram, withProgress } from './run-program';

const MODULE_FOLDER = join('tools', 'compose-check');
const PROGRAM = 'compose-check';
const PROGRESS_EVERY_MS = 5_000;

/**
 * Finds or builds the program that reads a compose file with compose-go, the implementation inside Docker Compose.
 * Usage: `compose-check FILE [PROFILE…]`; prints the resolved project as JSON, or the errors and exit code 1.
 *
 * @returns path of the executable, cached by the content of its source
 * @throws ProgramFailedError when Go is missing or the build fails
 */
export async function resolveComposeCheck(log: Log, env: Environment = process.env): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(await readFile(join(MODULE_FOLDER, file)));
  const key = `${hash.digest('hex').slice(0, 16)}-${PLATFORM}`;
  const folder = join(cacheDirectory(env), 'compose-check', key);
  const path = join(folder, PROGRAM);
  if (await exists(path)) return path;
  log('Building the compose file checker with Go (about a minute, once) …');
  await publishFolder(folder, async (temporary) => {
    const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', join(temporary, PROGRAM), '.'];
    await withProgress({ title: 'building the compose file checker', everyMs: PROGRESS_EVERY_MS, log }, () =>
      runProgram({ program: 'go', args, cwd: MODULE_FOLDER }),
    );
  });
  return path;
}
