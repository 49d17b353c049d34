import type { FlowLevel } from '../stock/level';
import { placed, quantitiesInOmnium, refusedByOmnium, type OmniumLevelsWork } from '../stock/levels-in-omnium';

/**
 * Which of Flow's levels Omnium does not have, among those that Omnium may be told of. A quantity of Omnium's that cannot
 * be read counts as another one.
 */
export async function levelsThatDiffer(
  levels: readonly FlowLevel[],
  work: OmniumLevelsWork,
): Promise<readonly FlowLevel[]> {
  const allowed = (await placed(levels, work)).filter(({ warehouse }) => !refusedByOmnium(work.tenant, warehouse));
  const inOmnium = await quantitiesInOmnium(allowed, work);
  return allowed.filter((one) => inOmnium(one) !== one.level.quantityStock).map(({ level }) => level);
}
