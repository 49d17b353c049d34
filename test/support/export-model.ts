import type { DeltaExport, Page, PendingWrite } from '../../src/activities/delta/stream';
import { bisect } from '../../src/activities/delta/bisect';
import { chunksOf } from '../../src/activities/shared/concurrency';
import { VendorHttpError } from '../../src/clients/errors';
import { parseRecord, recordOf } from '../../src/domain/records';
import type { Partition } from '../../src/contracts/exports';

const broken = new VendorHttpError({ vendor: 'omnium', operation: 'POST products query', isWrite: false }, 500);
const forgotten = new VendorHttpError({ vendor: 'omnium', operation: 'POST products scroll', isWrite: false }, 404);

interface ModelRow {
  readonly name: string;
  readonly part: string;
  version: number;
  modifiedMs: number;
}

/** What a test does to the reading. */
export interface ModelHooks {
  /** Before a page is read; counted from 1 over everything that was ever read. */
  beforePage?: (page: number, part: string, signal: AbortSignal | undefined) => void | Promise<void>;
}

interface ModelReading {
  readonly from: string | undefined;
  readonly givesUpRecords?: boolean | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A row that the target does not have as it is. */
export interface ModelWrite extends PendingWrite {
  readonly version: number;
}

/**
 * A source of rows with versions and times of change, and a target that they are brought to. The source answers as Omnium
 * does: a scroll holds what it found when it was begun, in the order of the times; documents are read later, as they are by
 * then.
 */
export class ExportModel {
  readonly rows = new Map<string, ModelRow>();
  readonly target = new Map<string, number>();
  /** Rows for which the source breaks down. */
  readonly bad = new Set<string>();
  /** Pages at which the source has forgotten its scroll. */
  readonly forgetsAt = new Set<number>();
  /** Rows of every page, in order. */
  readonly pages: (readonly string[])[] = [];
  readonly scrolls: { readonly part: string; readonly after?: string | undefined }[] = [];
  reads = 0;
  writes = 0;
  hooks: ModelHooks = {};
  pageSize = 5;

  constructor(
    public parts: readonly string[],
    /** Of the source, which is not the integration's own. */
    public clock: () => number = () => Date.now(),
  ) {}

  /** Makes rows, or changes them. */
  change(part: string, ...names: readonly string[]): void {
    this.changeAt(this.clock(), part, ...names);
  }

  changeAt(modifiedMs: number, part: string, ...names: readonly string[]): void {
    for (const name of names) {
      const row = recordOf(name, part);
      const known = this.rows.get(row);
      this.rows.set(row, { name: row, part, version: (known?.version ?? 0) + 1, modifiedMs });
    }
  }

  /** Rows that are not in the target as they are in the source, of those that changed up to a moment. */
  missed(untilMs = Infinity): string[] {
    return [...this.rows.values()]
      .filter(({ name, version, modifiedMs }) => modifiedMs <= untilMs && (this.target.get(name) ?? 0) < version)
      .map(({ name }) => name);
  }

  /** What the framework works with. */
  kind(more: Partial<DeltaExport<ModelWrite>> = {}): DeltaExport<ModelWrite> {
    return {
      partitions: () => Promise.resolve({ names: this.parts, leftOut: [], missing: [] }),
      pages: ({ window, givesUpRecords, signal }, part) =>
        this.pagesOf(part, { from: window.from, givesUpRecords, signal }),
      describe: ({ record, version }) => ({ change: `${this.target.get(record) ?? 0} → ${version}` }),
      write: (_context, { record, version }) => {
        this.writes += 1;
        this.target.set(record, version);
        return Promise.resolve();
      },
      ...more,
    };
  }

  private async *pagesOf(
    part: Partition,
    { from, givesUpRecords, signal }: ModelReading,
  ): AsyncGenerator<Page<ModelWrite>, void, undefined> {
    const found = part.read === 'unresolved' ? this.unresolved(part.records ?? []) : this.scroll(part, from);
    for (const chunk of chunksOf(found, this.pageSize)) {
      this.reads += 1;
      await this.hooks.beforePage?.(this.reads, part.name, signal);
      signal?.throwIfAborted();
      if (this.forgetsAt.has(this.reads)) throw forgotten;
      this.pages.push(chunk.map(({ name }) => name));
      const { results, unresolved } = await bisect(chunk, (some) => this.read(some), {
        idOf: ({ name }) => name,
        givesUpRecords,
      });
      const documents = results.flat();
      const due = documents.filter(({ name, version }) => this.target.get(name) !== version);
      yield {
        partition: part.name,
        unchanged: documents.length - due.length,
        unresolved,
        pending: due.map(({ name, version }) => ({ record: name, version })),
        total: found.length,
        ...(part.read !== 'unresolved' && { cursor: new Date(chunk.at(-1)?.modifiedMs ?? 0).toISOString() }),
      };
    }
  }

  /** Copies, as a scroll holds the times of its beginning. */
  private scroll(part: Partition, from: string | undefined): ModelRow[] {
    this.scrolls.push({ part: part.name, after: part.after });
    const names = part.read === 'unresolved' ? [] : (part.members ?? [part.name]);
    const since = part.read === 'changes' ? Date.parse(from ?? '') : -Infinity;
    const after = part.after === undefined ? -Infinity : Date.parse(part.after);
    return [...this.rows.values()]
      .filter((row) => names.includes(row.part) && row.modifiedMs >= since && row.modifiedMs >= after)
      .map((row) => ({ ...row }))
      .sort((one, other) => one.modifiedMs - other.modifiedMs || (one.name < other.name ? -1 : 1));
  }

  private unresolved(rows: readonly string[]): ModelRow[] {
    return rows.flatMap((row) => {
      const known = this.rows.get(row);
      return parseRecord(row, this.parts) && known ? [known] : [];
    });
  }

  private read(some: readonly ModelRow[]): Promise<{ readonly name: string; readonly version: number }[]> {
    if (some.some(({ name }) => this.bad.has(name))) return Promise.reject(broken);
    return Promise.resolve(some.map(({ name }) => ({ name, version: this.rows.get(name)?.version ?? 0 })));
  }
}

/** Names like `S-01`, from a number on. */
export function rowNames(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_unused, index) => `S-${String(index + from).padStart(2, '0')}`);
}
