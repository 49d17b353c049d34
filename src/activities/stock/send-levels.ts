import { readLevels } from './flow-levels';
import { addTallies, NO_LEVELS, type LevelKey, type LevelTally } from './level';
import { writeLevelsToOmnium, type LevelsToOmniumParts } from './levels-to-omnium';

/**
 * Brings Flow's levels of single products to Omnium where they differ. Absolute quantities with the time they were read; a
 * product that Flow lists no level of is left alone, as absent is not zero. The guard of the stock master is asked for each
 * level at the time of writing, and a refusal is among the differences.
 */
export async function sendLevels(keys: readonly LevelKey[], parts: LevelsToOmniumParts): Promise<LevelTally> {
  let tally = NO_LEVELS;
  for await (const levels of readLevels(keys, parts)) {
    if (levels.length > 0) tally = addTallies(tally, await writeLevelsToOmnium(levels, parts));
  }
  return tally;
}
