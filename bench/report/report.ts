import type { CatalogueChoice } from '../catalogue/catalogue-sizes';

/** The benchmarks of `npm run bench`, in the order they run. */
export const BENCHMARKS = [
  'intake',
  'order-sync',
  'outbound',
  'inventory',
  'catalogue',
  'ladder-memory',
  'latency',
] as const;
export type BenchmarkName = (typeof BENCHMARKS)[number];

/** What a figure is hoped to be. It is printed beside the figure and never asserted. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** One figure, measured once in each run. */
export interface Measure {
  readonly name: string;
  /** `×` for ratios, else e.g. `/s`, `ms`, `MB`. */
  readonly unit: string;
  /** One value per run, in the order of the runs. */
  readonly values: readonly number[];
  readonly aim?: Aim;
}

/** Figures that belong together, printed as one table. */
export interface MeasureGroup {
  readonly title: string;
  readonly measures: readonly Measure[];
}

/** Vendor calls of one case. */
export interface CallRow {
  readonly name: string;
  /** Fewest that the vendors' contracts allow. */
  readonly minimum: number;
  readonly ours: number;
  /** Why it cannot be fewer. */
  readonly why: string;
  /** What those are for that ours makes beyond the minimum. */
  readonly added: string;
  /** Ours, in the order they were made. */
  readonly calls: readonly string[];
}

/** Result of one benchmark. */
export interface BenchmarkReport {
  readonly name: BenchmarkName;
  readonly title: string;
  /** What was done, so that a reader can judge what the figures mean. */
  readonly method: readonly string[];
  readonly groups: readonly MeasureGroup[];
  /** Vendor calls per case, where they were counted. */
  readonly vendorCalls?: readonly CallRow[];
}

/** How a benchmark is run. */
export interface BenchmarkSettings {
  readonly runs: number;
  /** Small sizes, for trying the benchmark itself. */
  readonly quick: boolean;
  /** Of the catalogue's benchmark. */
  readonly catalogue?: CatalogueChoice;
  /** Prints a line of progress. */
  readonly log: (line: string) => void;
}

/** Collects the figures of each run under their names, in the order they were first given. */
export class MeasureBook {
  private readonly measures = new Map<string, { unit: string; values: number[]; aim?: Aim }>();

  add(name: string, value: number, { unit, aim }: { readonly unit: string; readonly aim?: Aim }): void {
    const known = this.measures.get(name);
    if (known) known.values.push(value);
    else this.measures.set(name, { unit, values: [value], ...(aim && { aim }) });
  }

  list(): Measure[] {
    return [...this.measures].map(([name, measure]) => ({ name, ...measure }));
  }
}

/** Whether a value is what was hoped for. */
export function meets(value: number, aim: Aim): boolean {
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
}
