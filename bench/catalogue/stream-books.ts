import { MeasureBook, type MeasureGroup } from '../report/report';
import { CpuMeter } from '../rig/cpu';
import type { OurExports } from '../rig/export-runs';
import type { CatalogueSizes } from './catalogue-sizes';
import type { StreamWork } from './site';
import type { Held } from './stage';

/** So many rows in such a time. */
export interface Times {
  readonly rows: number;
  readonly elapsedMs: number;
}

/** What one export of ours has done. */
export interface Export extends Times {
  /** Calls that came to both vendors. */
  readonly calls: number;
  readonly historyBytes: number;
  readonly historyEvents: number;
}

const PER_THOUSAND = 1_000;

/** The figures of one stream, each once in a run. */
export class StreamBooks {
  private readonly full = new MeasureBook();
  private readonly deltas = new Map<string, MeasureBook>();
  private readonly memory = new MeasureBook();
  private readonly history = new MeasureBook();
  private readonly cpu = new MeasureBook();

  constructor(
    private readonly work: StreamWork,
    private readonly sizes: CatalogueSizes,
  ) {}

  groups(): MeasureGroup[] {
    const { rows } = this.work;
    const about = `${capital(rows)}: `;
    return [
      { title: `${about}first export of everything`, measures: this.full.list() },
      ...[...this.deltas].map(([name, book]) => ({ title: `${about}delta, ${name}`, measures: book.list() })),
      { title: `${about}memory of the worker process`, measures: this.memory.list() },
      { title: `${about}history of the first export`, measures: this.history.list() },
      { title: `${about}CPU time per 1,000, by process`, measures: this.cpu.list() },
    ];
  }

  /** @param bare the two rounds of the bare loop, before ours and after it */
  noteFull(ours: Export, bare: readonly [Times, Times], bareCalls: number): void {
    const { full, history, work } = this;
    const [before, after] = bare;
    full.add('throughput, ours ÷ bare loop', rate(ours) / rate(together(bare)), { unit: '×', aim: { atLeast: 0.9 } });
    full.add(`ours: ${work.rows} per second`, rate(ours), { unit: '/s' });
    full.add(`bare: ${work.rows} per second, Flow nearly empty`, rate(before), { unit: '/s' });
    full.add(`bare: ${work.rows} per second, Flow full`, rate(after), { unit: '/s' });
    full.add(`ours: ${work.rows}`, ours.rows, { unit: '' });
    full.add('ours: duration', ours.elapsedMs / 1_000, { unit: 's' });
    full.add(`ours: vendor calls per 1,000 ${work.rows}`, (ours.calls / ours.rows) * PER_THOUSAND, { unit: 'calls' });
    full.add(`bare: vendor calls per 1,000 ${work.rows}`, (bareCalls / before.rows) * PER_THOUSAND, { unit: 'calls' });
    history.add(`bytes per 1,000 ${work.rows}`, (ours.historyBytes / ours.rows) * PER_THOUSAND, { unit: 'bytes' });
    history.add('bytes', ours.historyBytes, { unit: 'bytes' });
    history.add('events', ours.historyEvents, { unit: 'events' });
  }

  /** @param bare absent for a pattern that the bare loop was not made for */
  noteDelta(name: string, of: { readonly ours: Export; readonly full: Export; readonly bare?: Times }): void {
    const { ours, full, bare } = of;
    const book = this.deltas.get(name) ?? new MeasureBook();
    this.deltas.set(name, book);
    const aim = { atMost: 3 };
    book.add('vendor calls, delta ÷ everything', (ours.calls / full.calls) * 100, { unit: '%', aim });
    book.add('duration, delta ÷ everything', (ours.elapsedMs / full.elapsedMs) * 100, { unit: '%', aim });
    if (bare) {
      book.add('throughput, ours ÷ bare loop', rate(ours) / rate(bare), { unit: '×', aim: { atLeast: 0.9 } });
      book.add(`bare: ${this.work.rows} per second`, rate(bare), { unit: '/s' });
    }
    book.add(`ours: ${this.work.rows} per second`, rate(ours), { unit: '/s' });
    book.add(`ours: ${this.work.rows}`, ours.rows, { unit: '' });
    book.add('ours: duration', ours.elapsedMs / 1_000, { unit: 's' });
    book.add(`ours: vendor calls per 1,000 ${this.work.rows}`, (ours.calls / ours.rows) * PER_THOUSAND, {
      unit: 'calls',
    });
  }

  noteMemory(little: Held<OurExports>, much: Held<OurExports>): void {
    const { few, products } = this.sizes;
    const ratio = `${words(products)} ÷ ${words(few)} SKUs`;
    const aim = { atMost: 1.2 };
    this.memory.add(`most RSS, ${ratio}`, much.peak.rssMb / little.peak.rssMb, { unit: '×', aim });
    this.memory.add(`most heap, ${ratio}`, much.peak.mainHeapMb / little.peak.mainHeapMb, { unit: '×' });
    const kept = much.settled.mainHeapMb / little.settled.mainHeapMb;
    this.memory.add(`heap after garbage collection, ${ratio}`, kept, { unit: '×', aim });
    for (const [count, { peak, settled }] of [[few, little] as const, [products, much] as const]) {
      this.memory.add(`${words(count)}: most RSS`, peak.rssMb, { unit: 'MB' });
      this.memory.add(`${words(count)}: most heap`, peak.mainHeapMb, { unit: 'MB' });
      this.memory.add(`${words(count)}: heap after garbage collection`, settled.mainHeapMb, { unit: 'MB' });
    }
  }

  noteCpu(ours: { readonly cpu: CpuTotals; readonly rows: number }, bare: typeof ours): void {
    CpuMeter.compare(
      this.cpu,
      { name: 'bare', total: bare.cpu, count: bare.rows / PER_THOUSAND },
      { name: 'ours', total: ours.cpu, count: ours.rows / PER_THOUSAND },
    );
  }
}

type CpuTotals = Readonly<Record<string, number>>;

/** Several rounds as one. */
export function together(rounds: readonly Times[]): Times {
  return {
    rows: rounds.reduce((total, { rows }) => total + rows, 0),
    elapsedMs: rounds.reduce((total, { elapsedMs }) => total + elapsedMs, 0),
  };
}

/** Rows per second. */
export function rate({ rows, elapsedMs }: Times): number {
  return (rows / elapsedMs) * 1_000;
}

/** A number as people write it. */
export function words(count: number): string {
  return Math.round(count).toLocaleString('en');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
