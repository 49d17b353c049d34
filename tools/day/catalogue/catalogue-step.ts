import { type Chain } from '../../../sandbox/chain/types';
import { type DayPart } from '../tills/till-program';
import { type OmniumCatalogue } from '../vendors/omnium-catalogue';

/** What steps are taken with. */
export interface CatalogueDesk {
  readonly omnium: OmniumCatalogue;
}

/** Something that somebody does to the catalogue in Omnium. */
export interface CatalogueStep {
  readonly part: DayPart | 'before';
  /** As it is told on the screen, with how many there were. */
  readonly what: (count: number) => string;
  /** @returns how many there were, where that is not one */
  readonly run: (desk: CatalogueDesk) => Promise<number | void>;
}

/** What a day of the catalogue is planned from. */
export interface CataloguePlanInput {
  readonly chain: Chain;
  /** Of this day's documents, e.g. `W2` for the second day on a state. */
  readonly prefix: string;
  /** SKUs that customers buy today: they are on sale all day. */
  readonly soldSkus: ReadonlySet<string>;
  /** Omnium's ids of the markets whose stores have price lists of their own. */
  readonly storePriceMarkets: readonly string[];
}

/** Which day it is on its state, from 1. */
export function dayOf(prefix: string): number {
  return Number(prefix.replace(/\D/g, '')) || 1;
}
