import { createReadStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { type TimerSet } from './clock';
import { linesOf, StateBuilder } from './state-lines';

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

const shortestPauseMs = 2000;
/** Saving a large state takes time that answers need: at most a tenth of it. */
const pausePerSave = 9;
const bytesAtOnce = 1_000_000;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Written piece by piece, so that calls are answered in between; one made meanwhile may be in the file by half, until
 * the next save a moment later. A save when nothing is called any more, as at a stop, is exact.
 */
const writeState = async (target: string, content: { key: string; state: unknown }): Promise<void> => {
  const file = await open(target, 'w');
  try {
    let text = `${JSON.stringify({ key: content.key })}\n`;
    for (const line of linesOf(content.state)) {
      text += line;
      if (text.length > bytesAtOnce) {
        await file.write(text);
        text = '';
      }
    }
    await file.write(text);
  } finally {
    await file.close();
  }
};

const readState = async (source: string, key: string): Promise<unknown> => {
  const builder = new StateBuilder();
  const input = createReadStream(source, 'utf8');
  const lines = createInterface({ input, crlfDelay: Infinity });
  let isFirst = true;
  try {
    for await (const line of lines) {
      if (isFirst && (JSON.parse(line) as { key?: unknown } | null)?.key !== key) {
        return undefined;
      }
      if (!isFirst) {
        builder.add(line);
      }
      isFirst = false;
    }
  } finally {
    lines.close();
    input.destroy();
  }
  return builder.state;
};

export const createSnapshotter = (options: SnapshotOptions): Snapshotter => {
  const { file, key, timers, capture } = options;
  let dirty = false;
  let scheduled = false;
  let pauseMs = shortestPauseMs;
  let saving: Promise<void> = Promise.resolve();
  const save = async (target: string): Promise<void> => {
    dirty = false;
    const startedAt = performance.now();
    await mkdir(dirname(target), { recursive: true });
    // Written beside it and renamed: a crash in the middle leaves the earlier state whole.
    await writeState(`${target}.tmp`, { key, state: capture() });
    await rename(`${target}.tmp`, target);
    pauseMs = Math.max(shortestPauseMs, (performance.now() - startedAt) * pausePerSave);
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
        timers.after(pauseMs, () => {
          scheduled = false;
          flush().catch(() => {
            dirty = true;
          });
        });
      }
    },
    load: async () => {
      try {
        return file === undefined ? undefined : await readState(file, key);
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
