import { spawn } from 'node:child_process';
import { resolveComposeCheck } from '../servers/compose-check';
import { endWithThisProcess, readLines } from '../servers/run-program';
import { resolveTemporalCli } from '../servers/temporal-cli';
import { resolveTestServer } from '../servers/test-server';
import { lanesOf, type Lane } from './lanes';

/** How many tests ran, for the closing line. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One part of `npm test`. */
interface Step {
  readonly name: string;
  /** Throws, or returns false, when the step failed. */
  readonly run: () => Promise<boolean>;
}

interface Outcome {
  readonly name: string;
  readonly isOk: boolean;
  readonly elapsedMs: number;
}

const log = (line: string): void => console.log(line);
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };

/**
 * `npm test`: everything that has to hold before a change is handed in. The build has been made by then. All steps run,
 * also after one failed, so that one run tells everything. Arguments go to mocha: `npm test -- --grep ladder`.
 */
async function main(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const step of steps(process.argv.slice(2))) outcomes.push(await runStep(step));
  log('\nnpm test');
  for (const { name, isOk, elapsedMs } of outcomes) {
    log(`  ${isOk ? 'ok    ' : 'FAILED'}  ${name.padEnd(34)} ${seconds(elapsedMs).padStart(8)}`);
  }
  const { passed, failed, skipped } = counts;
  const failedSteps = outcomes.filter(({ name, isOk }) => !isOk && name !== MOCHA).length;
  log(`\n${passed} passed, ${failed + failedSteps} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = outcomes.every(({ isOk }) => isOk) ? 0 : 1;
}

const MOCHA = 'tests (mocha)';

function steps(mochaArgs: readonly string[]): Step[] {
  return [
    { name: 'lint (eslint)', run: () => runNode(['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']) },
    { name: 'format (prettier)', run: () => runNode(['node_modules/prettier/bin/prettier.cjs', '--check', '.']) },
    { name: 'dead exports (knip)', run: () => runNode(['node_modules/knip/bin/knip.js', '--no-progress']) },
    { name: 'servers', run: getServers },
    { name: MOCHA, run: () => runMocha(mochaArgs) },
  ];
}

async function runStep({ name, run }: Step): Promise<Outcome> {
  log(`\n=== ${name}`);
  const startedAtMs = Date.now();
  const isOk = await run().catch((error: unknown) => {
    log(error instanceof Error ? error.message : String(error));
    return false;
  });
  const elapsedMs = Date.now() - startedAtMs;
  log(`=== ${name}: ${isOk ? 'ok' : 'FAILED'} in ${seconds(elapsedMs)}`);
  return { name, isOk, elapsedMs };
}

/** The tests find these in the cache then, and no test waits for a build. */
async function getServers(): Promise<boolean> {
  const { path, source } = await resolveTemporalCli({ log });
  log(`Temporal CLI: ${path} (${source})`);
  log(`time-skipping test server: ${await resolveTestServer({ log })}`);
  log(`compose file checker: ${await resolveComposeCheck(log)}`);
  return true;
}

/**
 * Without arguments, all tests, in lanes that run side by side: the first one's output as it comes, that of the others when
 * they are over. With arguments (`--grep`), in one process.
 */
async function runMocha(args: readonly string[]): Promise<boolean> {
  if (args.length > 0) return await runNode([...MOCHA_PROGRAM, ...args], { onLine: countTests });
  const lanes = lanesOf('dist/test');
  const ends = await Promise.all(lanes.map((lane, index) => runLane(lane, { isShown: index === 0 })));
  return ends.every((isOk) => isOk);
}

/** Not `bin/mocha.js`, which would start a second process for the Node option, out of our reach. */
const MOCHA_PROGRAM = ['--enable-source-maps', 'node_modules/mocha/lib/cli/cli.js'];

async function runLane({ name, files }: Lane, { isShown }: { readonly isShown: boolean }): Promise<boolean> {
  const kept: string[] = [];
  const onLine = (line: string): void => {
    countTests(line);
    if (isShown) log(line);
    else kept.push(line);
  };
  const startedAtMs = Date.now();
  const isOk = await runNode(MOCHA_PROGRAM, { onLine, isKept: !isShown, env: { TEST_FILES: files.join(',') } });
  const end = `=== ${name}: ${isOk ? 'ok' : 'FAILED'} in ${seconds(Date.now() - startedAtMs)}`;
  log([...kept, end].join('\n'));
  return isOk;
}

interface RunOptions {
  readonly onLine?: (line: string) => void;
  /** Errors are lines like others, and not shown at once. */
  readonly isKept?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns true when the program ended with 0 */
async function runNode(args: readonly string[], { onLine, isKept, env: more }: RunOptions = {}): Promise<boolean> {
  const env = { ...process.env, ...more, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };
  const errors = isKept ? 'pipe' : 'inherit';
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', onLine ? 'pipe' : 'inherit', errors], env });
  endWithThisProcess(child);
  const passOn = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', passOn);
  child.once('close', () => process.off('SIGTERM', passOn));
  if (onLine) for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}

function countTests(line: string): void {
  // Colours are escape sequences around the words that count.
  const [, count, word] = /^\s*(\d+) (passing|failing|pending)\b/.exec(line.replace(/\u001b\[[\d;]*m/g, '')) ?? [];
  if (word === 'passing') counts.passed += Number(count);
  if (word === 'failing') counts.failed += Number(count);
  if (word === 'pending') counts.skipped += Number(count);
}

function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1_000).toFixed(1)} s`;
}

void main();
