import { availableParallelism } from 'node:os';
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A part of the tests that one process runs. */
export interface Lane {
  readonly name: string;
  /** Compiled test files, from the repository's root. */
  readonly files: readonly string[];
}

/**
 * What the first of two lanes runs, by the beginning of the path below `test/`: about half of the time of all tests. The
 * two long proofs use one core for minutes and wait for nothing, so everything with a Temporal server of its own is apart.
 */
const FIRST_LANE = [
  'activities',
  'api',
  'clients',
  'e2e/crash-points',
  'e2e/stock-model',
  'observability',
  'sandbox',
  'tools',
  'unit',
];

/**
 * The tests in two lanes that run side by side, each in a process with a development server of its own; in one where there
 * is only one core. Every file is in exactly one lane.
 *
 * @param folder where the compiled tests are
 */
export function lanesOf(folder: string, cores = availableParallelism()): Lane[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js'))
    .sort();
  const isFirst = (path: string): boolean => {
    const name = path.split(sep).join('/');
    return FIRST_LANE.some((start) => name.startsWith(start));
  };
  const lane = (name: string, paths: readonly string[]): Lane => ({
    name,
    files: paths.map((path) => join(folder, path)),
  });
  if (cores < 2) return [lane('all tests', files)];
  return [
    lane('units, vendors, tools and long proofs', files.filter(isFirst)),
    lane(
      'workflows and whole ways',
      files.filter((path) => !isFirst(path)),
    ),
  ];
}
