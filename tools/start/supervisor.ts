import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { type Environment, type Log } from '../servers/cache';
import { endWithThisProcess } from '../servers/run-program';
import { stopChild } from '../servers/temporal-server';

const LOG_ROTATE_BYTES = 20 * 1024 * 1024;
const KEPT_CHARACTERS = 3_000;
const RESTART_AFTER_MS = 1_000;

/** One long-running program of ours. */
export interface ChildSpec {
  /** Short name: of the log file and in messages. */
  readonly name: string;
  /** Compiled entry file, from the root of the repository. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

/** What the supervisor needs. */
export interface SupervisorOptions {
  readonly logFolder: string;
  readonly log: Log;
  /** How often a child that died is started again before it is left alone. */
  readonly maxRestarts: number;
  /** Called with the ids of all running children whenever they change. */
  readonly onChildren?: (pids: readonly number[]) => void;
}

/** A child died, and will not be started again. */
export class ChildDiedError extends Error {
  override readonly name = 'ChildDiedError';
}

interface Child {
  readonly spec: ChildSpec;
  process: ChildProcess;
  restarts: number;
  /** Its end is wanted: another one takes its place. */
  isReplaced: boolean;
  /** Last output, for the message when it dies. */
  tail: string;
}

/**
 * Starts child processes, writes what they print to a log file each, says when one dies and starts it again, and stops
 * them. Children live in process groups of their own: the terminal's Ctrl-C reaches only us, and we stop them in order.
 */
export class Supervisor {
  private readonly children = new Map<string, Child>();
  private readonly adopted = new Set<ChildProcess>();
  private readonly logFiles = new Map<string, WriteStream>();
  private readonly restartTimers = new Set<NodeJS.Timeout>();
  private isStopping = false;

  constructor(private readonly options: SupervisorOptions) {}

  /** Starts a child. Whether it is ready is for the caller to find out, together with {@link assertAlive}. */
  start(spec: ChildSpec): void {
    const child: Child = { spec, process: this.spawn(spec), restarts: 0, isReplaced: false, tail: '' };
    this.children.set(spec.name, child);
    this.watch(child);
  }

  /** Stops a child gently, after the time by force, and starts it anew, e.g. with another configuration. */
  async restart(name: string, withinMs: number, whileDown: () => Promise<void> = async () => {}): Promise<void> {
    const child = this.children.get(name);
    if (child === undefined) throw new Error(`no child is called ${name}`);
    child.isReplaced = true;
    await stopChild(child.process, withinMs);
    await whileDown();
    child.isReplaced = false;
    // We may have been told to stop in the meantime.
    if (!this.isStopping) this.spawnAgain(child);
  }

  /** Path of a child's log file. */
  logFileOf(name: string): string {
    return join(this.options.logFolder, `${name}.log`);
  }

  /** Writes one line to a log file of the same folder, for a process that somebody else started. */
  writeLog(name: string, line: string): void {
    this.logFile(name).write(`${line}\n`);
  }

  /** Counts a process that somebody else started among ours, for `onChildren`. */
  adopt(child: ChildProcess): void {
    this.adopted.add(child);
    child.once('exit', () => {
      this.adopted.delete(child);
      this.report();
    });
    this.report();
  }

  /** @throws ChildDiedError when a child ended and is not going to be started again */
  assertAlive(): void {
    for (const child of this.children.values()) {
      if (hasEnded(child.process) && !child.isReplaced && child.restarts >= this.options.maxRestarts)
        throw new ChildDiedError(this.obituary(child));
    }
  }

  /** From now on a child's end is no news. */
  beginStop(): void {
    this.isStopping = true;
    for (const timer of this.restartTimers) clearTimeout(timer);
  }

  /** Stops the named children side by side: gently, then after the time by force. */
  async stop(names: readonly string[], withinMs: number): Promise<void> {
    this.beginStop();
    const children = names.flatMap((name) => this.children.get(name) ?? []);
    await Promise.all(children.map((child) => stopChild(child.process, withinMs)));
  }

  /** Closes the log files; the last thing to do. */
  async close(): Promise<void> {
    await Promise.all([...this.logFiles.values()].map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }

  private spawn(spec: ChildSpec): ChildProcess {
    const child = spawn(process.execPath, ['--enable-source-maps', spec.entry, ...spec.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...spec.env },
      detached: true,
    });
    endWithThisProcess(child);
    return child;
  }

  private watch(child: Child): void {
    const file = this.logFile(child.spec.name);
    const keep = (chunk: Buffer): void => {
      file.write(chunk);
      child.tail = (child.tail + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    child.process.stdout?.on('data', keep);
    child.process.stderr?.on('data', keep);
    child.process.once('error', (error) => (child.tail += `\n${error.message}`));
    // `close` and not `exit`: by then all of its last words are here.
    const { process: own } = child;
    own.once('close', () => this.onEnd(child, own));
    this.report();
  }

  private onEnd(child: Child, ended: ChildProcess): void {
    this.report();
    if (this.isStopping || child.isReplaced || child.process !== ended) return;
    this.options.log(this.obituary(child));
    if (child.restarts >= this.options.maxRestarts) return;
    const timer = setTimeout(() => {
      this.restartTimers.delete(timer);
      child.restarts += 1;
      this.options.log(`Starting the ${child.spec.name} again (${child.restarts} of ${this.options.maxRestarts}).`);
      this.spawnAgain(child);
    }, RESTART_AFTER_MS);
    this.restartTimers.add(timer);
  }

  private spawnAgain(child: Child): void {
    child.tail = '';
    child.process = this.spawn(child.spec);
    this.watch(child);
  }

  private obituary(child: Child): string {
    const { exitCode, signalCode } = child.process;
    const how = signalCode ?? `exit code ${String(exitCode)}`;
    const lastLines = child.tail.trim().split('\n').slice(-8);
    return [
      `The ${child.spec.name} stopped by itself (${how}). Its log: ${this.logFileOf(child.spec.name)}`,
      ...lastLines.map((line) => `  | ${line}`),
    ].join('\n');
  }

  private logFile(name: string): WriteStream {
    const known = this.logFiles.get(name);
    if (known !== undefined) return known;
    const path = this.logFileOf(name);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_ROTATE_BYTES) renameSync(path, `${path}.1`);
    const file = createWriteStream(path, { flags: 'a' });
    this.logFiles.set(name, file);
    return file;
  }

  private report(): void {
    const processes = [...[...this.children.values()].map((child) => child.process), ...this.adopted];
    this.options.onChildren?.(processes.filter((child) => !hasEnded(child)).flatMap(({ pid }) => pid ?? []));
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
