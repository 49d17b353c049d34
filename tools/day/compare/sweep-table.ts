import { countTable } from './table';

/** What all runs of one sweep found together, over all tenants. */
export interface SweepTally {
  readonly stream: string;
  readonly runs: number;
  /** Documents looked at. */
  readonly looked: number;
  /** Differing, and nobody was at work on them: what the webhooks had missed. */
  readonly found: number;
  readonly inProgress: number;
  readonly failedToLook: number;
  /** Calls to the vendors. */
  readonly calls: number;
  /** Order numbers, or hashes of customers' ids. */
  readonly names: readonly string[];
  readonly failedNames: readonly string[];
}

const COLUMNS: readonly (readonly [head: string, value: (tally: SweepTally) => number])[] = [
  ['runs', ({ runs }) => runs],
  ['looked at', ({ looked }) => looked],
  ['found', ({ found }) => found],
  ['under way', ({ inProgress }) => inProgress],
  ['not readable', ({ failedToLook }) => failedToLook],
  ['calls', ({ calls }) => calls],
];

/** Draws what the sweeps of the day did. */
export function drawSweepTable(tallies: readonly SweepTally[]): string {
  return countTable(
    ['Sweeps', ...COLUMNS.map(([head]) => head)],
    tallies.map((tally) => [tally.stream, ...COLUMNS.map(([, value]) => value(tally))]),
  );
}

/** Each document that a sweep found, with what is known of why no webhook had told. */
export function nameFound(tallies: readonly SweepTally[], silent: ReadonlyMap<string, string>): string[] {
  return tallies.flatMap(({ stream, names }) =>
    names.map((name) => `${name} (${stream}): ${silent.get(name) ?? 'its webhook was lost'}`),
  );
}
