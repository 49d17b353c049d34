import type { DecimalValue } from '../../../clients/wire';
import { MAX_HUNDREDTHS, toExactDecimal } from '../../../domain/amount';
import { asHundredths, type Hundredths } from '../../../domain/quantity';
import type { ReceivedGoods } from './received-goods';

/** What a goods reception needs to know of a line of Omnium's purchase order. */
export interface ReceptionLine {
  readonly lineItemId: string;
  readonly code?: string | undefined;
  readonly deliveryId?: string | undefined;
  readonly warehouseCode?: string | undefined;
  readonly quantity: DecimalValue;
  readonly canceledQuantity?: DecimalValue | undefined;
  readonly deliveredQuantity?: DecimalValue | undefined;
  /** On the line of a component: the package's line and SKU. */
  readonly packageLineItemId?: string | undefined;
  readonly packageSkuId?: string | undefined;
  /** On the line of a package: what one of it holds. */
  readonly components?: readonly {
    readonly skuId?: string | undefined;
    readonly quantity?: DecimalValue | undefined;
  }[];
}

/** Goods that are confirmed together: one product, on the lines of Omnium's that they may belong to. */
export interface Demand {
  readonly goods: ReceivedGoods;
  /** How the goods are called in Omnium. */
  readonly code: string;
  /** In pieces of these lines: for the components of a package, the package's quantity times what it holds. */
  readonly quantity: Hundredths;
  readonly totalReceived?: Hundredths;
  /** The one that Flow's line names comes first; the others came from it by a split. */
  readonly lines: readonly ReceptionLine[];
  /** Set when the goods stand for a package, and these lines for what is in it. */
  readonly isComponent?: true;
  /** Set on a package whose components stand on lines of their own: those, and not it, move stock. */
  readonly hasComponentLines?: true;
}

/** Whose goods they are: {@link Demand}s on lines of the order, no line of the order at all, or a reason why not to know. */
export type DemandsOfGoods =
  | { readonly on: 'lines'; readonly demands: readonly Demand[] }
  | { readonly on: 'nothing' }
  | { readonly on: 'unclear'; readonly difference: string };

/** A purchase order of Omnium's as a goods reception sees it. */
export interface ReceptionOrder {
  readonly lines: readonly ReceptionLine[];
  /** Lines that an item of one of Flow's purchase orders stands for. */
  readonly claimedLineIds: ReadonlySet<string>;
  /** Where the goods came in. */
  readonly warehouseCode: string;
}

/** Finds the lines that received goods belong to, by Omnium's id first, then by SKU. */
export function demandsOf(goods: ReceivedGoods, order: ReceptionOrder): DemandsOfGoods {
  const named = order.lines.find(({ lineItemId }) => lineItemId === goods.lineItemId);
  const components = order.lines.filter((line) => isComponentOf(line, goods) && line !== named);
  if (named) {
    const own = onLines(goods, [named, ...splitsOf(named, order)]);
    return components.length > 0 ? withComponents(own, onComponents(goods, components)) : own;
  }
  if (components.length > 0) return onComponents(goods, components);
  const lines = linesOfSku(goods, order);
  return lines.length > 0 ? onLines(goods, lines) : { on: 'nothing' };
}

/** How much of a line is still to come, rounded down to a hundredth. Never below zero. */
export function openOf({ quantity, canceledQuantity, deliveredQuantity }: ReceptionLine): Hundredths {
  const open = exact(quantity).minus(exact(canceledQuantity)).minus(exact(deliveredQuantity));
  return wholeHundredths(open.isNegative() ? 0 : open.toString());
}

/** The same as a decimal number of pieces, a third decimal kept. */
export function openPieces({ quantity, canceledQuantity, deliveredQuantity }: ReceptionLine): number {
  return exact(quantity).minus(exact(canceledQuantity)).minus(exact(deliveredQuantity)).toNumber();
}

/** What Omnium has as delivered on some lines. */
export function deliveredOn(lines: readonly ReceptionLine[]): Hundredths {
  return total(lines.map(({ deliveredQuantity }) => deliveredQuantity));
}

/** What was ordered on some lines and not cancelled. */
export function orderedOn(lines: readonly ReceptionLine[]): Hundredths {
  return asHundredths(total(lines.map(({ quantity }) => quantity)) - total(lines.map((line) => line.canceledQuantity)));
}

/** Decimals added up, rounded down to a hundredth: a comparison with Flow's hundredths comes out the same. */
export function total(values: readonly (DecimalValue | undefined)[]): Hundredths {
  const sum = values.reduce((all, value) => all.plus(exact(value)), exact(0));
  return wholeHundredths(sum.toString());
}

function onLines(goods: ReceivedGoods, lines: readonly ReceptionLine[]): DemandsOfGoods {
  const { quantity, totalReceived } = goods;
  const code = lines[0]?.code ?? goods.sku ?? goods.productUid;
  return {
    on: 'lines',
    demands: [{ goods, code, quantity, lines, ...(totalReceived !== undefined && { totalReceived }) }],
  };
}

/** A package that stands on the order with the lines of its components: all of them have come. */
function withComponents(own: DemandsOfGoods, components: DemandsOfGoods): DemandsOfGoods {
  if (own.on !== 'lines' || components.on !== 'lines') return components;
  const packages = own.demands.map((demand): Demand => ({ ...demand, hasComponentLines: true }));
  return { on: 'lines', demands: [...packages, ...components.demands] };
}

/** Each component as often as it is in the packages that came. */
function onComponents(goods: ReceivedGoods, components: readonly ReceptionLine[]): DemandsOfGoods {
  const name = goods.sku ?? goods.productUid;
  const demands: Demand[] = [];
  for (const [code, lines] of byCode(components)) {
    const ofAll = orderedOn(lines);
    const scaled = (packages: Hundredths): Hundredths | undefined => inProportion(packages, ofAll, goods.ordered ?? 0);
    const quantity = scaled(goods.quantity);
    const totalReceived = goods.totalReceived === undefined ? undefined : scaled(goods.totalReceived);
    if (quantity === undefined) {
      const difference = `${name}: how many ${code} are in it cannot be told from the order, so it was not confirmed`;
      return { on: 'unclear', difference };
    }
    const known = totalReceived !== undefined && { totalReceived };
    demands.push({ goods, code, quantity, lines, isComponent: true, ...known });
  }
  return { on: 'lines', demands };
}

/** Lines that a split in Omnium made of this one: the same goods for the same warehouse, and nobody else's. */
function splitsOf(named: ReceptionLine, { lines, claimedLineIds }: ReceptionOrder): ReceptionLine[] {
  return lines.filter(
    (line) =>
      line.lineItemId !== named.lineItemId &&
      line.code === named.code &&
      line.warehouseCode === named.warehouseCode &&
      line.packageLineItemId === named.packageLineItemId &&
      !claimedLineIds.has(line.lineItemId),
  );
}

function isComponentOf(line: ReceptionLine, { lineItemId, sku }: ReceivedGoods): boolean {
  if (line.packageLineItemId !== undefined && line.packageLineItemId === lineItemId) return true;
  return line.packageSkuId !== undefined && line.packageSkuId === sku;
}

/** Goods that no line is named for: lines that nobody else stands for first, those for this warehouse first. */
function linesOfSku({ sku }: ReceivedGoods, { lines, claimedLineIds, warehouseCode }: ReceptionOrder): ReceptionLine[] {
  if (sku === undefined) return [];
  const rank = (line: ReceptionLine): number =>
    (claimedLineIds.has(line.lineItemId) ? 2 : 0) + (line.warehouseCode === warehouseCode ? 0 : 1);
  const ofSku = lines.filter(({ code }) => code === sku);
  const best = Math.min(...ofSku.map(rank));
  return ofSku.filter((line) => rank(line) === best);
}

function byCode(lines: readonly ReceptionLine[]): Map<string, ReceptionLine[]> {
  const codes = new Map<string, ReceptionLine[]>();
  for (const line of lines) {
    const code = line.code ?? line.lineItemId;
    codes.set(code, [...(codes.get(code) ?? []), line]);
  }
  return codes;
}

/** `part` of `whole` as a share of `amount`; undefined where that is no whole hundredth. */
function inProportion(part: Hundredths, amount: Hundredths, whole: number): Hundredths | undefined {
  if (whole <= 0) return undefined;
  const share = (BigInt(part) * BigInt(amount)) / BigInt(whole);
  return (BigInt(part) * BigInt(amount)) % BigInt(whole) === 0n ? asHundredths(Number(share)) : undefined;
}

function exact(value: DecimalValue | undefined): ReturnType<typeof toExactDecimal> {
  return toExactDecimal(value ?? 0, 'a quantity of the purchase order');
}

function wholeHundredths(value: number | string): Hundredths {
  return asHundredths(Math.min(exact(value).times(100).floor().toNumber(), MAX_HUNDREDTHS));
}
