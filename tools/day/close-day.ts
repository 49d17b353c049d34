import { ClosingSweeps } from './closing-sweeps';
import { drawSweepTable, nameFound } from './compare/sweep-table';
import { type DayContext } from './context';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';
import { settle } from './settle';
import { type TillBook } from './tills/till-book';
import { type SandboxControls } from './vendors/sandbox-controls';

/** The first rung of the ladder is one minute, the second two; longer than both, nothing moves any more. */
const PATIENCE_MS = 130_000;

/** What the end of the day has to do with. */
export interface Evening {
  readonly context: DayContext;
  readonly watch: OrderWatch;
  readonly senders: readonly SandboxControls[];
  readonly narrator: Narrator;
  readonly book: TillBook;
  /** When the day began. */
  readonly since: Date;
}

/** Waits until nothing is pending, sweeps every stream once, tells what that found, and waits again. */
export async function closeDay(evening: Evening): Promise<void> {
  const { narrator } = evening;
  narrator.chapter('Evening. The doors are closed; waiting until the last document is where it belongs.');
  await quiet(evening);
  narrator.chapter('Every stream of every tenant is swept once: what did no webhook tell?');
  await sweep(evening);
  const isQuiet = await quiet(evening);
  narrator.chapter(
    isQuiet
      ? 'Closing time. Every document of both systems is read through their public APIs and compared.'
      : 'Closing time, although some orders are still waiting; they are named below.',
  );
}

function quiet({ watch, senders, narrator, context }: Evening): Promise<boolean> {
  return settle({ watch, senders, narrator, patienceMs: PATIENCE_MS, signal: context.signal });
}

async function sweep({ context, narrator, book, since }: Evening): Promise<void> {
  const sweeps = await ClosingSweeps.open(context, since);
  try {
    const { tallies, unfinished } = await sweeps.run();
    narrator.say(drawSweepTable(tallies));
    narrator.list('Found by a sweep', nameFound(tallies, book.silent));
    narrator.list(
      'Not readable for a sweep; their own workflows go on',
      tallies.flatMap(({ failedNames }) => failedNames),
    );
    narrator.list('Sweeps that did not end', unfinished);
  } finally {
    await sweeps.close();
  }
}
