import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment } from '../servers/cache';
import { endWithThisProcess } from '../servers/run-program';
import { stopChild } from '../servers/temporal-server';

const STOP_WITHIN_MS = 15_000;

/** Worker processes of the order sync engine, and somebody who kills one after the other. */
export class KilledWorkers {
  private readonly workers: ChildProcess[] = [];
  private readonly steady: ChildProcess;
  /** Processes that were killed so far. */
  kills = 0;

  /** @param env the environment that workers are started with */
  constructor(
    count: number,
    private readonly env: Environment,
  ) {
    for (let index = 0; index < count; index += 1) this.workers.push(this.start('order-sync'));
    // Sweeps are no part of the proof: they say in the end what was told by nobody.
    this.steady = this.start('exports');
  }

  /** Kills the workers in turn, with SIGKILL, and starts each again at once, until the signal. */
  async killEvery(everyMs: number, signal: AbortSignal): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      try {
        await sleep(everyMs, undefined, { signal });
      } catch {
        return;
      }
      await this.kill(turn % this.workers.length);
    }
  }

  /** Lets all of them come to their end. */
  async stop(): Promise<void> {
    await Promise.all([...this.workers, this.steady].map((worker) => stopChild(worker, STOP_WITHIN_MS)));
  }

  private async kill(index: number): Promise<void> {
    const worker = this.workers[index];
    if (!worker) return;
    if (worker.exitCode === null && worker.signalCode === null) {
      const gone = once(worker, 'exit');
      worker.kill('SIGKILL');
      await gone;
      this.kills += 1;
    }
    this.workers[index] = this.start('order-sync');
  }

  private start(engine: 'order-sync' | 'exports'): ChildProcess {
    const worker = spawn(process.execPath, ['dist/src/workers/main.js', '--engine', engine], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...this.env, LOG_LEVEL: 'fatal' },
    });
    endWithThisProcess(worker);
    return worker;
  }
}
