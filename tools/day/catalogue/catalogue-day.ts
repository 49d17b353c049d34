import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { type DayPart } from '../tills/till-program';
import { OmniumCatalogue } from '../vendors/omnium-catalogue';
import { type CatalogueDesk, type CatalogueStep } from './catalogue-step';

/** Plays what happens to the catalogue through the day. */
export class CatalogueDay implements CatalogueDesk {
  readonly omnium: OmniumCatalogue;

  constructor(
    private readonly context: Pick<DayContext, 'omniumUrl' | 'signal' | 'undone'>,
    private readonly steps: readonly CatalogueStep[],
  ) {
    this.omnium = new OmniumCatalogue(context.omniumUrl, context.signal);
  }

  /** Takes the steps of a part, one after the other. @returns what happened, in words */
  async play(part: DayPart | 'before', overMs: number): Promise<string> {
    const due = this.steps.filter((step) => step.part === part);
    const { signal, undone } = this.context;
    const told: string[] = [];
    await eachOf(due, { atOnce: 1, overMs, signal }, async ({ what, run }) => {
      await undone.attempt(`In the catalogue: ${what(1)}`, async () => {
        told.push(what((await run(this)) ?? 1));
      });
    });
    return told.join(', ');
  }
}
