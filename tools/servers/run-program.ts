import { type ChildProcess, spawn } from 'node:child_process';
import { type Environment, type Log } from './cache';

/** A program that is run to its end while somebody waits. */
export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Environment;
  /** Called for each line of output, of both streams. */
  readonly onLine?: (line: string) => void;
}

/** The program could not be started, or ended with something other than 0; the message holds its last lines. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

const KEPT_LINES = 20;
const running = new Set<ChildProcess>();

/**
 * Ends the child when this process ends, in whichever way it does so (short of being killed outright).
 * A child that has ended is forgotten.
 */
export function endWithThisProcess(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs a program and returns its standard output.
 *
 * @throws ProgramFailedError with the last lines of its output
 */
export async function runProgram(run: ProgramRun): Promise<string> {
  const child = spawn(run.program, [...run.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.env === undefined ? {} : { env: { ...run.env } }),
  });
  endWithThisProcess(child);
  const lastLines: string[] = [];
  let stdout = '';
  const onLine = (line: string): void => {
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    run.onLine?.(line);
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  readLines(child.stdout, onLine);
  readLines(child.stderr.setEncoding('utf8'), onLine);
  const result = await new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(new ProgramFailedError(`${run.program}: ${error.message}`)));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
  });
  if (result !== 'exit code 0') {
    throw new ProgramFailedError([`${run.program} ${run.args.join(' ')}: ${result}`, ...lastLines].join('\n  '));
  }
  return stdout;
}

/** Calls back for each whole line of a text stream. */
export function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer | string) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

/** Where a long step stands, in the words of whoever does it. */
export interface Progress {
  readonly title: string;
  readonly everyMs: number;
  readonly log: Log;
  /** E.g. `812 packages compiled`; empty when there is nothing to say. */
  readonly detail?: () => string;
}

/** Prints the elapsed time at intervals while the work lasts, and once at its end. */
export async function withProgress<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  const startedAtMs = Date.now();
  const line = (): string => {
    const detail = progress.detail?.() ?? '';
    return `  ${progress.title}: ${formatElapsed(Date.now() - startedAtMs)}${detail === '' ? '' : `, ${detail}`}`;
  };
  const timer = setInterval(() => progress.log(`${line()} …`), progress.everyMs);
  try {
    const result = await work();
    progress.log(`${line()}, done`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** `42 s` or `3 min 05 s`. */
function formatElapsed(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** True when a program of this name answers to these arguments. */
export async function canRun(program: string, args: readonly string[]): Promise<boolean> {
  return runProgram({ program, args }).then(
    () => true,
    () => false,
  );
}
