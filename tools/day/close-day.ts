import { runClosingSweeps } from './closing-sweeps';
import { drawSweepTable, nameFound } from './compare/sweep-table';
import { type DayContext } from './context';
import { CATALOGUE, describeExports, Exports, INVENTORY } from './exports';
import { type GoodsBook } from './goods/goods-book';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';
import { ScheduledRuns } from './scheduled-runs';
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
  /** Only where goods were played. */
  readonly goods?: GoodsBook;
  /** When the day began. */
  readonly since: Date;
}

/** Waits until nothing is pending, sweeps every stream once, tells what that found, and waits again. */
export async function closeDay(evening: Evening): Promise<void> {
  const { narrator } = evening;
  narrator.chapter('Evening. The doors are closed; waiting until the last document is where it belongs.');
  await quiet(evening);
  const { undone } = evening.context;
  const runs = await ScheduledRuns.open(evening.context, evening.since, narrator);
  let isQuiet = false;
  try {
    narrator.chapter('Every stream of every tenant is swept once: what did no webhook tell?');
    await undone.attempt('The closing sweeps', () => narrator.during('sweeping', () => sweep({ ...evening, runs })));
    isQuiet = await quiet(evening);
    if (evening.goods) {
      narrator.chapter('What has changed in the catalogue and the inventory is exported to every tenant once more.');
      await narrator.during('exporting', async () => {
        await undone.attempt('The last export of the catalogue', () => exportCatalogue(evening, runs));
        await undone.attempt('The last export of the inventory', () => exportStock(evening, runs));
      });
      isQuiet = await quiet(evening);
    }
  } finally {
    await runs.close();
  }
  narrator.chapter(
    isQuiet
      ? 'Closing time. Every document of both systems is read through their public APIs and compared.'
      : 'Closing time, although some documents are still waiting; they are named below.',
  );
}

function quiet({ watch, senders, narrator, context }: Evening): Promise<boolean> {
  return settle({ watch, senders, narrator, patienceMs: PATIENCE_MS, signal: context.signal });
}

async function sweep({
  context,
  narrator,
  book,
  goods,
  runs,
}: Evening & { readonly runs: ScheduledRuns }): Promise<void> {
  const { tallies, unfinished } = await runClosingSweeps(runs, context);
  narrator.say(drawSweepTable(tallies));
  narrator.list('Found by a sweep', nameFound(tallies, new Map([...book.silent, ...(goods?.silent ?? [])])));
  narrator.list(
    'Not readable for a sweep; their own workflows go on',
    tallies.flatMap(({ failedNames }) => failedNames),
  );
  narrator.list('Sweeps that did not end', unfinished);
}

/** Prices have begun and ended since, and not all that people did was told by an event. */
async function exportCatalogue({ context, narrator }: Evening, runs: ScheduledRuns): Promise<void> {
  const exports = new Exports(context, runs, CATALOGUE);
  const unfinished = await exports.run();
  const done = await exports.done();
  narrator.say(`The catalogue’s ${done.runs} exports of the day: ${describeExports(done)}.`);
  narrator.list('Rows of the catalogue that could not be brought over', done.open);
  narrator.list('Exports that did not end', unfinished);
}

/** What orders and receptions have moved in Omnium goes to the shops whose stock Omnium keeps. */
async function exportStock({ context, narrator }: Evening, runs: ScheduledRuns): Promise<void> {
  const exports = new Exports(context, runs, INVENTORY);
  const unfinished = await exports.run();
  const { runs: count, written, unchanged, open } = await exports.done();
  narrator.say(
    `${count} exports of inventory ran today: ${written} levels written to Flow, ${unchanged} were right already.`,
  );
  narrator.list('Levels that could not be written', open);
  narrator.list('Exports that did not end', unfinished);
}
