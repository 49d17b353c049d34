import { cpus, loadavg, release, totalmem, type as systemType } from 'node:os';

/** What the figures were measured on. */
export interface MachineFacts {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly temporalServer: string;
  /** Programs that wanted a core in the minute before the start, apart from ours; near 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly measuredAt: string;
}

/** Looks at the machine. Call it before anything is started. */
export function machineFacts(): Omit<MachineFacts, 'temporalServer'> {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${systemType()} ${release()}`,
    node: process.versions.node,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    measuredAt: new Date().toISOString(),
  };
}

/** Whether something else worked on the machine when the benchmark began, so that the figures say less. */
export function isBusy({ loadBefore }: Pick<MachineFacts, 'loadBefore'>): boolean {
  return loadBefore > 0.5;
}
