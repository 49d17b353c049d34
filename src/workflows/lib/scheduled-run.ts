import {
  CancellationScope,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ExportSignal } from '../../contracts/export-messages';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { RETRY_NOW_UPDATE } from '../../contracts/entity-sync';
import { searchAttributes } from '../../contracts/search-attributes';
import type { SweepSignal } from '../../contracts/sweep-messages';

const retryNowUpdate = defineUpdate<string>(RETRY_NOW_UPDATE);

/** What a scheduled run is begun with. */
export interface ScheduledRunOptions {
  /** Wire name of its one signal. */
  readonly signalName: string;
  /** What it is called in an answer to an operator, e.g. `sweep flow-orders (flow_no)`. */
  readonly name: string;
  readonly waitsDetails: (report: FailedAttemptReport) => string;
  readonly failedAttempts: number;
}

/**
 * What sweeps and exports have in common: one activity after the other, each tried until it succeeds; the run's page says
 * what failed and when it goes on; an operator can end the wait.
 */
export class ScheduledRun {
  private failed: number;
  private pass = 0;
  private scope: CancellationScope | undefined;
  private waiting: FailedAttemptReport | undefined;
  private shownFailureType: string | undefined;

  constructor(private readonly options: ScheduledRunOptions) {
    this.failed = options.failedAttempts;
    const signal = defineSignal<[SweepSignal | ExportSignal]>(options.signalName);
    setHandler(signal, ({ report }) => this.receive(report), { description: 'An attempt has failed' });
    setHandler(retryNowUpdate, () => this.retryNow(), {
      description: 'End the wait and try at once',
      validator: () => {
        if (!this.waiting) throw new Error(`The ${firstWord(options.name)} is not waiting for a retry.`);
      },
    });
  }

  /** Attempts that have failed, those of earlier runs in the chain included. */
  get failedAttempts(): number {
    return this.failed;
  }

  /** One activity, again from its start whenever an operator ends its wait. */
  async step<T>(call: (pass: number) => Promise<T>): Promise<T> {
    for (;;) {
      this.pass += 1;
      const pass = this.pass;
      const scope = new CancellationScope();
      this.scope = scope;
      try {
        return await scope.run(() => call(pass));
      } catch (error) {
        if (CancellationScope.current().consideredCancelled || !scope.consideredCancelled) throw error;
      } finally {
        this.scope = undefined;
        this.waiting = undefined;
      }
    }
  }

  show(details: string, failureType?: string): void {
    setCurrentDetails(details);
    if (failureType === this.shownFailureType) return;
    this.shownFailureType = failureType;
    upsertSearchAttributes([{ key: searchAttributes.failureType, value: failureType ?? null }]);
  }

  private receive(report: FailedAttemptReport): void {
    // A report can arrive after its attempt was abandoned; it says nothing about the one that runs now.
    if (report.pass !== this.pass || !this.scope) return;
    this.failed += 1;
    this.waiting = report;
    this.show(this.options.waitsDetails(report), report.failureType);
  }

  private retryNow(): string {
    this.scope?.cancel();
    return `The ${this.options.name} is being tried again now.`;
  }
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? name;
}
