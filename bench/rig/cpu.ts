import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasureBook } from '../report/report';

/** CPU time by process name, in milliseconds. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;
/** What a block has set going ends a moment after it. */
const AFTERMATH_MS = 1_000;

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

  /** Notes the CPU time of one side per operation, by process; processes that did nothing are left out. */
  static note(book: MeasureBook, side: string, { total, count }: { total: CpuTimes; count: number }): void {
    for (const [name, cpuMs] of Object.entries(total)) {
      if (cpuMs / count >= 0.05) book.add(`${side}: ${name}`, cpuMs / count, { unit: 'ms' });
    }
    const all = Object.values(total).reduce((sum, cpuMs) => sum + cpuMs, 0);
    if (all > 0) book.add(`${side}: all`, all / count, { unit: 'ms' });
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
