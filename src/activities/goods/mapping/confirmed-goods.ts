import type { DecimalValue } from '../../../clients/wire';
import { toExactDecimal } from '../../../domain/amount';
import { asHundredths, type Hundredths } from '../../../domain/quantity';
import { total, type Demand } from './reception-lines';

/** A movement of stock that Omnium keeps for a purchase order. */
export interface ReceptionTransaction {
  readonly goodsReceptionId?: string | undefined;
  readonly skuId?: string | undefined;
  readonly inventoryChange: DecimalValue;
}

/**
 * Id of a confirmation, kept by Omnium on the movement of stock: `{receivement}:{line of Flow's order}:{line of Omnium's}`.
 * The same goods have the same id in every attempt, so Omnium refuses to count them twice.
 */
export function goodsReceptionIdOf(
  receivementUid: string,
  { goods }: Pick<Demand, 'goods'>,
  lineItemId: string,
): string {
  return `${prefixOf(receivementUid, goods.key)}${lineItemId}`;
}

/** An id that no confirmation has: goods can come to be confirmed on a line once more when another line was split off. */
export function unusedId(wanted: string, used: ReadonlySet<string>): string {
  let id = wanted;
  for (let again = 2; used.has(id); again += 1) id = `${wanted}:${again}`;
  return id;
}

/** How much of these goods earlier attempts of this receivement have confirmed, in pieces of the demand's lines. */
export function confirmedOf(
  receivementUid: string,
  demand: Demand,
  transactions: readonly ReceptionTransaction[],
): Hundredths {
  const prefix = prefixOf(receivementUid, demand.goods.key);
  const own = transactions.filter(({ goodsReceptionId }) => goodsReceptionId?.startsWith(prefix));
  if (demand.hasComponentLines) return changeOf(own.filter((transaction) => isOnLineOf(transaction, prefix, demand)));
  if (demand.isComponent) return changeOf(own.filter((transaction) => isOfDemand(transaction, prefix, demand)));
  const ofCode = own.filter(({ skuId }) => skuId === undefined || skuId === demand.code);
  if (ofCode.length > 0) return changeOf(ofCode);
  const components = demand.lines[0]?.components ?? [];
  return components.length > 0 ? packagesOf(own, components) : changeOf(own);
}

/** The components of a package share their ids' beginning: the SKU tells them apart, else the line at the id's end. */
function isOfDemand(
  { goodsReceptionId, skuId }: ReceptionTransaction,
  prefix: string,
  { code, lines }: Demand,
): boolean {
  return skuId === undefined ? isOnLineOf({ goodsReceptionId }, prefix, { lines }) : skuId === code;
}

function isOnLineOf(
  { goodsReceptionId }: Pick<ReceptionTransaction, 'goodsReceptionId'>,
  prefix: string,
  { lines }: Pick<Demand, 'lines'>,
): boolean {
  return lines.some(({ lineItemId }) => goodsReceptionId === `${prefix}${lineItemId}`);
}

/** Omnium books a package by what is in it. */
function packagesOf(
  transactions: readonly ReceptionTransaction[],
  components: NonNullable<Demand['lines'][number]['components']>,
): Hundredths {
  const counts = components.map(({ skuId, quantity }) => {
    const inOne = toExactDecimal(quantity ?? 0, 'the quantity of a component');
    const came = changeOf(transactions.filter((transaction) => transaction.skuId === skuId));
    return inOne.isPositive() && !inOne.isZero() ? toExactDecimal(came, 'a quantity').div(inOne).floor().toNumber() : 0;
  });
  return asHundredths(Math.max(0, ...counts));
}

function changeOf(transactions: readonly ReceptionTransaction[]): Hundredths {
  return total(transactions.map(({ inventoryChange }) => inventoryChange));
}

/** Flow's uids hold no colon, so no prefix is the beginning of another. */
function prefixOf(receivementUid: string, key: string): string {
  return `${receivementUid}:${key}:`;
}
