import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The environment as a plain table, so that a caller can hand in its own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Prints one line for the person who waits. */
export type Log = (line: string) => void;

/**
 * Folder for what is expensive to get and the same for every clone of the repository: servers, not state.
 * Under `XDG_CACHE_HOME`, or `~/.cache` without it.
 */
export function cacheDirectory(env: Environment): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'flow-retail-omnium');
}

/** Operating system and processor, e.g. `linux-x64`: part of the name of everything that is a compiled program. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** True when something is at the path. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/**
 * Makes a cached folder exactly once, however many processes try at the same time: each makes its own beside it and
 * renames it; the first one wins, the others throw theirs away. A half-made folder is never seen.
 *
 * @param make - fills the empty folder it is given; when it throws, nothing is left behind
 */
export async function publishFolder(folder: string, make: (temporaryFolder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  const options = { recursive: true, force: true } as const;
  // A Ctrl-C in the middle of a long build ends the process, and nothing after it runs.
  const removeAtExit = (): void => rmSync(temporary, options);
  process.once('exit', removeAtExit);
  try {
    await make(temporary);
    await rename(temporary, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    process.off('exit', removeAtExit);
    await rm(temporary, options);
  }
}
