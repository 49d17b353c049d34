import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type TimerSet } from './clock';

/** Saves a sandbox's state to a file, at most every two seconds and only when something changed. */
export interface Snapshotter {
  /** Call after every change of the store. Costs nothing when no file was given. */
  markDirty(): void;
  /** The saved state, or `undefined` when there is none or it belongs to another seed or chain. */
  load(): Promise<unknown>;
  /** Saves now if anything is unsaved. */
  flush(): Promise<void>;
}

export interface SnapshotOptions {
  readonly file: string | undefined;
  /** States with another key are ignored: they were made with other data. */
  readonly key: string;
  readonly timers: TimerSet;
  readonly capture: () => unknown;
}

const intervalMs = 2000;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const createSnapshotter = (options: SnapshotOptions): Snapshotter => {
  const { file, key, timers, capture } = options;
  let dirty = false;
  let scheduled = false;
  let saving: Promise<void> = Promise.resolve();
  const save = async (target: string): Promise<void> => {
    dirty = false;
    const text = JSON.stringify({ key, state: capture() });
    await mkdir(dirname(target), { recursive: true });
    // Written beside it and renamed: a crash in the middle leaves the earlier state whole.
    await writeFile(`${target}.tmp`, text);
    await rename(`${target}.tmp`, target);
  };
  const flush = (): Promise<void> => {
    if (file !== undefined) {
      saving = saving.catch(() => undefined).then(() => (dirty ? save(file) : undefined));
    }
    return saving;
  };
  return {
    markDirty: () => {
      dirty = true;
      if (file !== undefined && !scheduled) {
        scheduled = true;
        timers.after(intervalMs, () => {
          scheduled = false;
          flush().catch(() => {
            dirty = true;
          });
        });
      }
    },
    load: async () => {
      if (file === undefined) {
        return undefined;
      }
      try {
        const saved: unknown = JSON.parse(await readFile(file, 'utf8'));
        const matches = typeof saved === 'object' && saved !== null && 'key' in saved && saved.key === key;
        return matches && 'state' in saved ? saved.state : undefined;
      } catch (error) {
        if (isMissing(error)) {
          return undefined;
        }
        throw error;
      }
    },
    flush,
  };
};
