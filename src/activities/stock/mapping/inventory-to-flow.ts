import type { OmniumInventoryItem } from '../../../clients/omnium/inventory';
import type { Cents } from '../../../domain/money';
import { toHundredths, type Hundredths } from '../../../domain/quantity';
import { stripToUid, type FlowUid } from '../../../domain/uid';

/** What Flow should have of a product in a warehouse. */
export interface WantedLevel {
  readonly sku: string;
  readonly productUid: FlowUid;
  /** Physical pieces, reserved ones included, as both systems count them. */
  readonly quantityStock: Hundredths;
}

/**
 * Omnium's item of inventory as Flow's level (flow-api.md §6.4): absolute, in hundredths of a piece.
 *
 * @throws AmountInvalidError when the quantity has more than two decimals; UidInvalidError when nothing of the SKU is left
 */
export function inventoryToFlow({ sku, inventory }: Pick<OmniumInventoryItem, 'sku' | 'inventory'>): WantedLevel {
  return { sku, productUid: stripToUid(sku), quantityStock: toHundredths(inventory) };
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

/** What is to be done about a level. */
export type LevelVerdict = 'write' | 'right' | 'unknown' | 'collides';

/**
 * What is to be done about a level in Flow. A level that Flow does not list is nothing in stock, so a zero is not written
 * there. Flow's answer does not tell cost prices, so one that may have changed is written.
 */
export function compareLevel(
  wanted: WantedLevel,
  inFlow: KnownLevel | undefined,
  cost: LevelCost | undefined,
): LevelVerdict {
  // A product that comes to Flow later comes without stock.
  if (!inFlow) return wanted.quantityStock === 0 ? 'right' : 'unknown';
  if (isOtherProduct(wanted, inFlow)) return 'collides';
  if (cost?.mayBeNew) return 'write';
  return (inFlow.quantityStock ?? 0) === wanted.quantityStock ? 'right' : 'write';
}

/** Another SKU that becomes the same uid: the two are never merged. */
function isOtherProduct({ sku, productUid }: WantedLevel, { productSku }: KnownLevel): boolean {
  if (productSku === undefined || productSku === sku) return false;
  return /[A-Za-z0-9_]/.test(productSku) && stripToUid(productSku) === productUid;
}
