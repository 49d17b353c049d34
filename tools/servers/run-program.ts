import { type ChildProcess, spawn } from 'node:child_process';
import { type Environment, type Log } from './cache';

/** A program that is run to its end while somebody waits. */
export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Environment;
  /** Ends the program, with all that it has started, by force; the reason is told as the failure. */
  readonly signal?: AbortSignal;
  /** Called for each line of output, of both streams. */
  readonly onLine?: (line: string) => void;
}

/** The program could not be started, or ended with something other than 0; the message holds its last lines. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

const KEPT_LINES = 20;
/** Programs that run, each with how it is ended. */
const running = new Map<ChildProcess, () => unknown>();

/**
 * Ends the child when this process ends, in whichever way it does so (short of being killed outright).
 * A child that has ended is forgotten.
 */
export function endWithThisProcess(child: ChildProcess, kill = (): unknown => child.kill('SIGKILL')): void {
  if (running.size === 0) process.on('exit', killAll);
  running.set(child, kill);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const kill of running.values()) kill();
}

/** Ends a process that leads a group, and the group with it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

/**
 * Runs a program and returns its standard output.
 *
 * @throws ProgramFailedError with the last lines of its output
 */
export async function runProgram(run: ProgramRun): Promise<string> {
  const { signal } = run;
  const child = spawn(run.program, [...run.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own can be ended whole.
    detached: signal !== undefined,
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.env === undefined ? {} : { env: { ...run.env } }),
  });
  const kill = (): void => killGroup(child);
  endWithThisProcess(child, signal && kill);
  if (signal?.aborted === true) kill();
  signal?.addEventListener('abort', kill, { once: true });
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
    child.once('close', (code, bySignal) => resolve(bySignal ?? `exit code ${String(code)}`));
  }).finally(() => signal?.removeEventListener('abort', kill));
  if (signal?.aborted === true) throw new ProgramFailedError(`${run.program}: ${String(signal.reason)}`);
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
  readonly log: Log;
  /** E.g. `812 packages compiled`; empty when there is nothing to say. */
  readonly detail?: () => string;
  /** Where one line moves while the work lasts, when it is a terminal; by default the standard output. */
  readonly terminal?: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  /** Without a terminal, milliseconds between two lines. */
  readonly everyMs?: number;
}

const LINE_EVERY_MS = 15_000;
const MOVES_EVERY_MS = 500;
const TO_LINE_START = '\r\u001b[K';

/** Tells the elapsed time while the work lasts, and once at its end: on a terminal in one line that moves, else in a line every 15 s. */
export async function withProgress<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  const { title, log, detail, terminal = process.stdout, everyMs = LINE_EVERY_MS } = progress;
  const startedAtMs = Date.now();
  const line = (): string => {
    const details = detail?.() ?? '';
    return `  ${title}: ${formatElapsed(Date.now() - startedAtMs)}${details === '' ? '' : `, ${details}`}`;
  };
  const moves = terminal.isTTY;
  const timer = setInterval(
    () => (moves ? terminal.write(`${TO_LINE_START}${line()} …`) : log(`${line()} …`)),
    moves ? MOVES_EVERY_MS : everyMs,
  );
  const end = (): void => {
    clearInterval(timer);
    if (moves) terminal.write(TO_LINE_START);
  };
  try {
    const result = await work();
    end();
    log(`${line()}, done`);
    return result;
  } finally {
    end();
  }
}

/** `42 s` or `3 min 05 s`. */
function formatElapsed(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** True when a program of this name answers to these arguments. */
export async function canRun(program: string, args: readonly string[], env?: Environment): Promise<boolean> {
  return runProgram({ program, args, ...(env && { env }) }).then(
    () => true,
    () => false,
  );
}
