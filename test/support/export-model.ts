import type { DueRow, ExportKind, ExportPage } from '../../src/activities/delta/export-kind';
import { halve } from '../../src/activities/delta/halve';
import { chunksOf } from '../../src/activities/shared/concurrency';
import { VendorHttpError } from '../../src/clients/errors';
import { parseOpenRow, openRowOf } from '../../src/contracts/export-rows';
import type { ExportPart } from '../../src/contracts/export-messages';

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
  readonly givesUpRows?: boolean | undefined;
  readonly signal: AbortSignal | undefined;
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
      const row = openRowOf(name, part);
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
  kind(more: Partial<ExportKind> = {}): ExportKind {
    return {
      partsOf: () => Promise.resolve({ names: this.parts, leftOut: [], missing: [] }),
      pagesOf: (part, { window, givesUpRows, context }) =>
        this.pagesOf(part, { from: window.from, givesUpRows, signal: context.signal }),
      ...more,
    };
  }

  private async *pagesOf(
    part: ExportPart,
    { from, givesUpRows, signal }: ModelReading,
  ): AsyncGenerator<ExportPage, void, undefined> {
    const found = part.read === 'rows' ? this.openRows(part.rows) : this.scroll(part, from);
    for (const chunk of chunksOf(found, this.pageSize)) {
      this.reads += 1;
      await this.hooks.beforePage?.(this.reads, part.name, signal);
      signal?.throwIfAborted();
      if (this.forgetsAt.has(this.reads)) throw forgotten;
      this.pages.push(chunk.map(({ name }) => name));
      const { results, open } = await halve(chunk, (some) => this.read(some), {
        rowOf: ({ name }) => name,
        givesUpRows,
      });
      const documents = results.flat();
      const due = documents.filter(({ name, version }) => this.target.get(name) !== version);
      yield {
        part: part.name,
        unchanged: documents.length - due.length,
        open,
        due: due.map((row) => this.dueRow(row)),
        total: found.length,
        refused: () => undefined,
        ...(part.read !== 'rows' && { cursor: new Date(chunk.at(-1)?.modifiedMs ?? 0).toISOString() }),
      };
    }
  }

  /** Copies, as a scroll holds the times of its beginning. */
  private scroll(part: ExportPart & { readonly after?: string }, from: string | undefined): ModelRow[] {
    this.scrolls.push({ part: part.name, after: part.after });
    const names = part.read === 'rows' ? [] : (part.members ?? [part.name]);
    const since = part.read === 'changes' ? Date.parse(from ?? '') : -Infinity;
    const after = part.after === undefined ? -Infinity : Date.parse(part.after);
    return [...this.rows.values()]
      .filter((row) => names.includes(row.part) && row.modifiedMs >= since && row.modifiedMs >= after)
      .map((row) => ({ ...row }))
      .sort((one, other) => one.modifiedMs - other.modifiedMs || (one.name < other.name ? -1 : 1));
  }

  private openRows(rows: readonly string[]): ModelRow[] {
    return rows.flatMap((row) => {
      const known = this.rows.get(row);
      return parseOpenRow(row, this.parts) && known ? [known] : [];
    });
  }

  private read(some: readonly ModelRow[]): Promise<{ readonly name: string; readonly version: number }[]> {
    if (some.some(({ name }) => this.bad.has(name))) return Promise.reject(broken);
    return Promise.resolve(some.map(({ name }) => ({ name, version: this.rows.get(name)?.version ?? 0 })));
  }

  private dueRow({ name, version }: { readonly name: string; readonly version: number }): DueRow {
    return {
      row: name,
      change: `${this.target.get(name) ?? 0} → ${version}`,
      write: () => {
        this.writes += 1;
        this.target.set(name, version);
        return Promise.resolve();
      },
    };
  }
}

/** Names like `S-01`, from a number on. */
export function rowNames(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_unused, index) => `S-${String(index + from).padStart(2, '0')}`);
}
