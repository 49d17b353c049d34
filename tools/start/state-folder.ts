import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type StartOptions } from './options';

/** Files of one demonstration. Nothing else is written by `npm start`. */
export interface StateFolder {
  readonly folder: string;
  readonly logs: string;
  /** SQLite file of the Temporal server. */
  readonly temporalDb: string;
  /** Folder of the sandboxes' snapshots. */
  readonly sandbox: string;
  /** Generated configuration. */
  readonly config: string;
  /** Which processes belong to the start that runs. */
  readonly processes: string;
}

/** Paths inside a state folder; nothing is created. A replayed log has a state of its own: other products, same order numbers. */
export function stateFolderOf({ state, trades }: Pick<StartOptions, 'state' | 'trades'>): StateFolder {
  const folder = trades === undefined ? resolve(state) : join(resolve(state), 'trades');
  return {
    folder,
    logs: join(folder, 'logs'),
    temporalDb: join(folder, 'temporal.db'),
    sandbox: join(folder, 'sandbox'),
    config: join(folder, 'config.yaml'),
    processes: join(folder, 'processes.json'),
  };
}

/** Creates the folder; with `fresh` it first removes what earlier starts saved in it, and nothing that is not ours. */
export function prepareStateFolder(state: StateFolder, fresh: boolean): void {
  if (fresh) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${state.temporalDb}${suffix}`, { force: true });
    for (const path of [state.sandbox, state.logs, state.config]) rmSync(path, { recursive: true, force: true });
  }
  for (const folder of [state.folder, state.logs, state.sandbox]) mkdirSync(folder, { recursive: true });
}
