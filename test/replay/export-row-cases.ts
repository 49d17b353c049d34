import { setTimeout as pause } from 'node:timers/promises';
import { VendorHttpError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { ROW_WRITTEN, scriptedRow, type ExportRowDriver } from '../support/export-row-driver';
import { until } from '../support/order-driver';

/** A run of the workflow of a single row worth keeping. */
export interface ExportRowReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(row: ExportRowDriver): Promise<void>;
}

type Scripted = ReturnType<typeof scriptedRow>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorHttpError({ vendor: 'flow', operation: 'PUT price', isWrite: true }, 422);
};
const failingUntil = (attempts: number): Scripted =>
  scriptedRow(async (attempt) => (attempt <= attempts ? await failing() : ROW_WRITTEN));

interface Play {
  readonly work?: () => Promise<void>;
  readonly toItsEnd?: boolean;
}

/** Plays `work` with this activity, and waits for the end unless told otherwise. */
async function played(row: ExportRowDriver, sync: Scripted, { work, toItsEnd = true }: Play = {}): Promise<void> {
  await row.withWorker({ exportRow: sync.run }, async () => {
    await row.start();
    await work?.();
    if (toItsEnd) await row.handle.result();
  });
}

/** All cases, named by what happens. */
export const EXPORT_ROW_REPLAY_CASES: readonly ExportRowReplayCase[] = [
  { name: 'written-at-once', play: (row: ExportRowDriver): Promise<void> => played(row, scriptedRow()) },
  {
    name: 'not-brought-over',
    play: (row: ExportRowDriver): Promise<void> =>
      played(
        row,
        scriptedRow(() => Promise.resolve({ action: 'skipped', reason: 'Flow has no such product', calls: 2 })),
      ),
  },
  {
    name: 'mid-ladder',
    play: (row: ExportRowDriver): Promise<void> =>
      played(row, scriptedRow(failing), { work: async () => void (await row.untilWaiting()), toItsEnd: false }),
  },
  {
    name: 'healed-by-an-export',
    play: (row: ExportRowDriver): Promise<void> =>
      played(row, failingUntil(1), {
        work: async () => {
          await row.untilWaiting();
          await row.send('export:prices:2026-03-01T06:30:00.000Z');
        },
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (row: ExportRowDriver): Promise<void> =>
      played(row, failingUntil(1), {
        work: async () => {
          await row.untilWaiting();
          await row.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (row: ExportRowDriver): Promise<void> =>
      played(row, scriptedRow(failing), {
        work: async () => {
          await row.untilWaiting();
          const request: GiveUpRequest = { reason: 'the price is wrong on purpose' };
          await row.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [request] });
        },
      }),
  },
  {
    name: 'continued-as-new',
    play: (row: ExportRowDriver): Promise<void> => {
      const sync = scriptedRow(async () => pause(20, ROW_WRITTEN));
      return played(row, sync, {
        work: async () => {
          const first = await row.handle.describe();
          // The recording server suggests continuing as new after a few dozen history events.
          await until(async () => {
            await row.send();
            return (await row.handle.describe()).runId === first.runId ? undefined : true;
          });
          row.recordRun(first.runId);
        },
        toItsEnd: false,
      });
    },
  },
];
