import { VendorHttpError } from '../../clients/errors';
import { asHundredths, hundredthsToDecimal, type Hundredths } from '../../domain/quantity';
import type { Warehouse } from '../stores/warehouse-directory';
import type { FlowLevel, LevelKey, LevelTally } from './level';
import {
  placed,
  quantitiesInOmnium,
  refusedByOmnium,
  type OmniumLevelsWork,
  type PlacedLevel,
} from './levels-in-omnium';

/** What a goods reception that is under way will still add in Omnium. */
export interface UnderWay {
  /** Received in Flow and not yet confirmed to Omnium. */
  readonly quantity: Hundredths;
  /** It has begun a moment ago and asks for these levels again when it is through. */
  readonly isYoung: boolean;
}

/** What levels are written with. */
export interface LevelsToOmniumParts extends OmniumLevelsWork {
  /** Goods receptions under way for a level that is higher in Flow; by default there are none. */
  readonly underWay?: (level: FlowLevel) => Promise<UnderWay | undefined>;
  /**
   * Set when Flow has been the master until now: its levels are written although it is the master no more, whatever is
   * under way is reckoned with, and nothing is left for later.
   */
  readonly lastWord?: LastWord;
  /**
   * What becomes of levels in a warehouse that Omnium does not list and refuses: by default they are named, and the others
   * written; `fail` throws the refusal.
   */
  readonly onUnknownWarehouse?: 'name' | 'fail';
}

/** The last word of a master whose time is over. */
export interface LastWord {
  /** Goods that have left over the tills and that Omnium is still to be told of by their orders. */
  readonly sold: (level: LevelKey) => number;
}

interface Target extends PlacedLevel {
  readonly quantity: Hundredths;
}

/** Most items of one call (omnium-api.md §6.3). */
const ITEMS_PER_WRITE = 1_000;

/**
 * Brings Flow's levels to Omnium where they differ: absolute quantities, read a moment ago, so that a repeated call writes
 * nothing new. The guard is asked for every level at the time of writing.
 *
 * A level that is higher in Flow because of a goods reception that Omnium is still to be told of is written without those
 * goods, or left to the reception while that is young: its confirmation adds them, and never both (omnium-api.md §7.3).
 */
export async function writeLevelsToOmnium(
  levels: readonly FlowLevel[],
  parts: LevelsToOmniumParts,
): Promise<LevelTally> {
  const readAt = new Date().toISOString();
  const differences: string[] = [];
  const allowed: Target[] = [];
  for (const { level, warehouse } of await placed(levels, parts)) {
    const refused = parts.lastWord ? undefined : refusedByOmnium(parts.tenant, warehouse);
    if (refused) differences.push(refused);
    else allowed.push({ level, warehouse, quantity: asHundredths(level.quantityStock) });
  }
  const inOmnium = await quantitiesInOmnium(allowed, parts);
  const due: Target[] = [];
  let inFlight = 0;
  for (const target of allowed) {
    const known = inOmnium(target);
    const wanted = await quantityFor(target, known, parts);
    if (wanted === 'in-flight') inFlight += 1;
    else if (wanted !== known) due.push({ ...target, quantity: wanted });
  }
  const refused = await write(due, parts);
  const written = due.length - refused.length;
  differences.push(...refused.map(({ warehouse }) => unknownWarehouse(warehouse)));
  return { compared: levels.length, written, inFlight, readAt, differences: [...new Set(differences)] };
}

/** How a warehouse is called that Flow has and Omnium has not. */
export function unknownWarehouse({ warehouseCode }: Pick<Warehouse, 'warehouseCode'>): string {
  return `Omnium has no warehouse for Flow's ${warehouseCode}; make it there, or write Omnium's id into its externalId in Flow`;
}

/** The quantity that Omnium should have now: without what it will be told of in another way. */
async function quantityFor(
  { level, quantity }: Target,
  known: Hundredths | undefined,
  { underWay, lastWord }: LevelsToOmniumParts,
): Promise<Hundredths | 'in-flight'> {
  // A quantity that cannot be read is not trusted to be lower either.
  const isRise = known === undefined || quantity > known;
  if (!isRise && !lastWord) return quantity;
  const received = await underWay?.(level);
  if (received?.isYoung && !lastWord) return 'in-flight';
  return asHundredths(quantity - (received?.quantity ?? 0) + (lastWord?.sold(level) ?? 0));
}

/** Writes the levels; returns those that Omnium has refused because it does not list their warehouse. */
async function write(targets: readonly Target[], parts: LevelsToOmniumParts): Promise<readonly Target[]> {
  await send(
    targets.filter(({ warehouse }) => warehouse.isInOmnium),
    parts,
  );
  // Apart, as Omnium takes a call as a whole or not at all.
  const unlisted = targets.filter(({ warehouse }) => !warehouse.isInOmnium);
  try {
    await send(unlisted, parts);
    return [];
  } catch (error) {
    const isRefusal = error instanceof VendorHttpError && error.status === 400;
    if (!isRefusal || parts.onUnknownWarehouse === 'fail') throw error;
    return unlisted;
  }
}

async function send(targets: readonly Target[], { tenant, attempt }: LevelsToOmniumParts): Promise<void> {
  for (let start = 0; start < targets.length; start += ITEMS_PER_WRITE) {
    const items = targets.slice(start, start + ITEMS_PER_WRITE).map(({ level, warehouse, quantity }) => ({
      sku: level.sku,
      warehouseCode: warehouse.warehouseCode,
      inventory: hundredthsToDecimal(quantity),
    }));
    attempt.signal.throwIfAborted();
    await tenant.omnium.inventory.update(items, attempt);
  }
}
