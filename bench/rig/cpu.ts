import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasureBook } from '../report/report';

/** CPU time by process name, in milliseconds. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;
/** What a block has set going ends a moment after it. */
const AFTERMATH_MS = 1_000;
/** Processes that have no part in a side still look around now and then. */
const WORTH_TELLING_MS = 0.3;

/** CPU time that one side of a comparison used for so many operations. */
export interface CpuShare {
  readonly name: string;
  readonly total: CpuTimes;
  readonly count: number;
}

/**
 * Tells how much CPU time processes use. Throughput depends on what else the machine does; CPU time hardly does, so it tells
 * where a difference comes from.
 */
export class CpuMeter {
  constructor(private readonly processes: Readonly<Record<string, number | undefined>>) {}

  /**
   * Does the work and adds the CPU time used meanwhile, and in the moment after, to `total`. Where the system does not
   * tell (only Linux does), nothing is added.
   */
  async during<T>(total: Record<string, number>, work: () => Promise<T>): Promise<T> {
    const before = this.read();
    const result = await work();
    await sleep(AFTERMATH_MS);
    for (const [name, cpuMs] of Object.entries(this.read())) {
      total[name] = (total[name] ?? 0) + cpuMs - (before[name] ?? 0);
    }
    return result;
  }

  /** Notes the CPU time of both sides per operation, by process, and how much of ours the baseline needs. */
  static compare(book: MeasureBook, baseline: CpuShare, ours: CpuShare): void {
    const [least, own] = [perOperation(baseline), perOperation(ours)];
    if (own === 0) return;
    book.add(`all processes, ${baseline.name} ÷ ${ours.name}`, least / own, { unit: '×' });
    for (const { name: side, total, count } of [ours, baseline]) {
      book.add(`${side}: all processes`, perOperation({ total, count }), { unit: 'ms' });
      for (const [name, cpuMs] of Object.entries(total)) {
        if (cpuMs / count >= WORTH_TELLING_MS) book.add(`${side}: ${name}`, cpuMs / count, { unit: 'ms' });
      }
    }
  }

  private read(): CpuTimes {
    const times: Record<string, number> = {};
    for (const [name, pid] of Object.entries(this.processes)) {
      const cpuMs = pid === undefined ? undefined : cpuMsOf(pid);
      if (cpuMs !== undefined) times[name] = cpuMs;
    }
    return times;
  }
}

function perOperation({ total, count }: Pick<CpuShare, 'total' | 'count'>): number {
  return Object.values(total).reduce((all, cpuMs) => all + cpuMs, 0) / count;
}

/** User and system time of a process with all its threads, from `/proc/{pid}/stat`. */
function cpuMsOf(pid: number): number | undefined {
  try {
    // The name, in brackets, may hold spaces; the fields after it do not: utime and stime are the 12th and 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return undefined;
  }
}
