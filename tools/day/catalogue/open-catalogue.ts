import { type Narrator } from '../narrator';
import { type CatalogueDay } from './catalogue-day';
import { describeExports, type Exports } from '../exports';
import { countNewArticles, type NewArticlesInput, unknownArticles } from './new-articles';

/** What is needed before the doors open. */
export interface Opening extends NewArticlesInput {
  readonly narrator: Narrator;
  readonly day: CatalogueDay;
  readonly exports: Exports;
}

/**
 * Exports the whole catalogue before the doors open: on a new state the tills know it as it was seasons ago, on a later day
 * as it was when the day before ended.
 */
export async function openCatalogue(opening: Opening): Promise<void> {
  const { narrator, day, exports } = opening;
  const unknown = await unknownArticles(opening);
  const begunAtMs = Date.now();
  narrator.say('The tills know the catalogue of some time ago. Before the doors open, they get the one of today.');
  await day.play('before', 0);
  const unfinished = await exports.run();
  const done = await exports.done();
  narrator.say(`After ${Math.round((Date.now() - begunAtMs) / 1_000)} s: ${describeExports(done)}.`);
  const counted = await countNewArticles(unknown, opening);
  if (counted > 0)
    narrator.say(`${counted} levels of new articles were counted in the shops that keep their stock in Flow.`);
  narrator.list('Exports that did not end', unfinished);
  narrator.list('Rows that could not be brought over', done.open);
}
