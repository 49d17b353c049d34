import type { OmniumInventoryItem } from '../../../clients/omnium/inventory';
import type { FailureType } from '../../../contracts/failure-types';
import { AmountInvalidError, type Cents } from '../../../domain/money';
import { toHundredths, type Hundredths } from '../../../domain/quantity';
import { stripToUid, UidInvalidError, uidOf, type FlowUid } from '../../../domain/uid';

/** What Flow should have of a product in a warehouse: physical pieces, reserved ones included, as both systems count them. */
export interface DesiredLevel {
  readonly sku: string;
  readonly productUid: FlowUid;
  readonly quantityStock: Hundredths;
}

/**
 * Omnium's item of inventory as Flow's level (flow-api.md §6.4): absolute, in hundredths of a piece.
 *
 * @throws AmountInvalidError when the quantity has more than two decimals; UidInvalidError when nothing of the SKU is left
 */
export function inventoryToFlow({ sku, inventory }: Pick<OmniumInventoryItem, 'sku' | 'inventory'>): DesiredLevel {
  return { sku, productUid: stripToUid(sku), quantityStock: toHundredths(inventory) };
}

/**
 * Items of one warehouse as Flow's levels, and those that cannot be carried over, with the reason. Of two SKUs that become
 * the same uid the second is one of these: they are never merged.
 */
export function levelsOfItems(items: readonly OmniumInventoryItem[]): {
  readonly levels: readonly DesiredLevel[];
  readonly unreadable: readonly { readonly sku: string; readonly why: string; readonly failureType: FailureType }[];
} {
  const byUid = new Map<string, DesiredLevel>();
  const unreadable: { sku: string; why: string; failureType: FailureType }[] = [];
  for (const item of items) {
    try {
      const level = inventoryToFlow(item);
      const other = byUid.get(level.productUid);
      if (!other || other.sku === level.sku) byUid.set(level.productUid, level);
      else unreadable.push({ sku: item.sku, why: collisionWith(other.sku), failureType: 'UidCollision' });
    } catch (error) {
      if (!(error instanceof AmountInvalidError || error instanceof UidInvalidError)) throw error;
      const failureType = error instanceof AmountInvalidError ? 'AmountInvalid' : 'OmniumResponseInvalid';
      unreadable.push({ sku: item.sku, why: error.message, failureType });
    }
  }
  return { levels: [...byUid.values()], unreadable };
}

export function collisionWith(otherSku = 'another product'): string {
  return `${otherSku} has the same uid in Flow; rename one in Omnium`;
}

/** What Flow has: a product that it knows may have no level in the warehouse. */
export interface KnownLevel {
  readonly productSku?: string | undefined;
  readonly quantityStock?: number | undefined;
}

/** A cost price that goes with a level, and whether Flow may not have it yet. */
export interface LevelCost {
  readonly costPriceCents: Cents;
  readonly mayBeNew: boolean;
}

/**
 * What is to be done about a level in Flow. A level that Flow does not list is nothing in stock, so a zero is not written
 * there. Flow's answer does not tell cost prices, so one that may have changed is written. Another SKU with the same uid is
 * never written over.
 */
export function compareLevel(
  { sku, productUid, quantityStock }: DesiredLevel,
  inFlow: KnownLevel | undefined,
  cost: LevelCost | undefined,
): 'write' | 'right' | 'unknown' | 'collides' {
  // A product that comes to Flow later comes without stock.
  if (!inFlow) return quantityStock === 0 ? 'right' : 'unknown';
  const { productSku = sku } = inFlow;
  if (productSku !== sku && uidOf(productSku) === productUid) return 'collides';
  if (cost?.mayBeNew) return 'write';
  return (inFlow.quantityStock ?? 0) === quantityStock ? 'right' : 'write';
}
