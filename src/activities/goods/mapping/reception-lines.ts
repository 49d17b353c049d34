import type { FlowPurchaseOrder, FlowReceivement } from '../../../clients/flow/purchase-orders';
import type { OmniumPurchaseOrderLine } from '../../../clients/omnium/purchase-orders';
import type { DecimalValue } from '../../../clients/wire';
import { MAX_HUNDREDTHS, toExactDecimal } from '../../../domain/amount';
import { compact } from '../../../domain/compact';
import { asHundredths, type Hundredths } from '../../../domain/quantity';

/**
 * What one receivement brought of one line of Flow's purchase order, or of a product that was not ordered. Goods with
 * serial numbers come as several items of one piece: they are added up.
 */
interface ReceivedGoods {
  /** Flow's uid of the order line, or one made of the product's: it names the goods in a confirmation's id. */
  readonly key: string;
  readonly productUid: string;
  readonly sku?: string;
  /** Omnium's id of the line, where Flow's line came from there. */
  readonly lineItemId?: string;
  /** By this receivement, taken back quantities subtracted. */
  readonly quantity: Hundredths;
  /** By all receivements of the line; absent for goods that were not ordered. */
  readonly totalReceived?: Hundredths;
  readonly ordered?: Hundredths;
}

/** A line of Omnium's purchase order as a goods reception sees it. */
export type ReceptionLine = Partial<OmniumPurchaseOrderLine> & Pick<OmniumPurchaseOrderLine, 'lineItemId' | 'quantity'>;

/** A purchase order of Omnium's as a goods reception sees it. */
export interface ReceptionOrder {
  readonly lines: readonly ReceptionLine[];
  /** Lines that an item of one of Flow's purchase orders stands for. */
  readonly claimedLineIds: ReadonlySet<string>;
  /** Where the goods came in. */
  readonly warehouseCode: string;
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

/** The goods of a receivement, in the order of its items. Without a purchase order everything counts by product. */
export function receivedGoods(receivement: FlowReceivement, order?: FlowPurchaseOrder): ReceivedGoods[] {
  const goods = new Map<string, FlowReceivement['items']>();
  for (const item of receivement.items) {
    // The prefix of a product's key is no part of a uid that Flow makes itself.
    const key = item.purchaseOrderItemUid ?? `product-${item.product.productUid}`;
    goods.set(key, [...(goods.get(key) ?? []), item]);
  }
  const sum = (items: readonly { readonly quantity: number }[]): number =>
    items.reduce((all, { quantity }) => all + quantity, 0);
  return [...goods].map(([key, items]) => {
    const line = order?.items.find(({ purchaseOrderItemUid }) => purchaseOrderItemUid === key);
    const quantity = sum(items);
    // Flow's own figure of a line can be overwritten with what Omnium has as delivered, so it never counts for less than
    // the receivements that make it up.
    const totalReceived = line && Math.max(line.quantityReceived, sum(line.receivementItems), quantity);
    return {
      ...{ key, productUid: items[0]?.product.productUid ?? '', quantity: asHundredths(quantity) },
      ...compact({
        sku: items[0]?.product.sku ?? line?.productSku,
        lineItemId: line?.externalId,
        ordered: line && asHundredths(line.quantityOrdered),
        totalReceived: totalReceived === undefined ? undefined : asHundredths(totalReceived),
      }),
    };
  });
}

/**
 * Finds the lines that received goods belong to, by Omnium's id first, then by SKU. None for goods on no line of the
 * order; a text says why it cannot be known.
 */
export function demandsOf(goods: ReceivedGoods, order: ReceptionOrder): readonly Demand[] | string {
  const { lineItemId, sku, quantity, totalReceived } = goods;
  const named = order.lines.find((line) => line.lineItemId === lineItemId);
  const onLines = (lines: readonly ReceptionLine[]): Demand => {
    const code = lines[0]?.code ?? sku ?? goods.productUid;
    return { goods, code, quantity, lines, ...compact({ totalReceived }) };
  };
  const components = order.lines.filter(
    ({ packageLineItemId, packageSkuId, ...line }) =>
      line.lineItemId !== named?.lineItemId &&
      ((packageLineItemId !== undefined && packageLineItemId === lineItemId) ||
        (packageSkuId !== undefined && packageSkuId === sku)),
  );
  if (!named) return components.length > 0 ? onComponents(goods, components) : linesOfSku(sku, order).map(onLines);
  // Lines that a split in Omnium made of this one: the same goods for the same warehouse, and no other item's.
  const splits = order.lines.filter(
    (line) =>
      line.lineItemId !== named.lineItemId &&
      line.code === named.code &&
      line.warehouseCode === named.warehouseCode &&
      line.packageLineItemId === named.packageLineItemId &&
      !order.claimedLineIds.has(line.lineItemId),
  );
  const own = onLines([named, ...splits]);
  if (components.length === 0) return [own];
  // A package that stands on the order with the lines of its components: all of them have come.
  const parts = onComponents(goods, components);
  return typeof parts === 'string' ? parts : [{ ...own, hasComponentLines: true }, ...parts];
}

/** Goods that no line is named for: lines that no item stands for first, those for this warehouse first. */
function linesOfSku(sku: string | undefined, order: ReceptionOrder): (readonly ReceptionLine[])[] {
  const rank = ({ lineItemId, warehouseCode }: ReceptionLine): number =>
    (order.claimedLineIds.has(lineItemId) ? 2 : 0) + (warehouseCode === order.warehouseCode ? 0 : 1);
  const ofSku = order.lines.filter(({ code }) => sku !== undefined && code === sku);
  const best = Math.min(...ofSku.map(rank));
  return ofSku.length > 0 ? [ofSku.filter((line) => rank(line) === best)] : [];
}

/** Each component as often as it is in the packages that came. */
function onComponents(goods: ReceivedGoods, components: readonly ReceptionLine[]): readonly Demand[] | string {
  const byCode = new Map<string, ReceptionLine[]>();
  for (const line of components) {
    const code = line.code ?? line.lineItemId;
    byCode.set(code, [...(byCode.get(code) ?? []), line]);
  }
  const demands: Demand[] = [];
  for (const [code, lines] of byCode) {
    // Hundredths of packages times hundredths of a component ordered, over hundredths of packages ordered.
    const scaled = (packages: Hundredths): Hundredths | undefined => {
      const product = BigInt(packages) * BigInt(orderedOn(lines));
      const whole = BigInt(goods.ordered ?? 0);
      return whole > 0n && product % whole === 0n ? asHundredths(Number(product / whole)) : undefined;
    };
    const quantity = scaled(goods.quantity);
    if (quantity === undefined) {
      const name = goods.sku ?? goods.productUid;
      return `${name}: how many ${code} are in it cannot be told from the order, so it was not confirmed`;
    }
    const totalReceived = goods.totalReceived === undefined ? undefined : scaled(goods.totalReceived);
    demands.push({ goods, code, quantity, lines, isComponent: true, ...compact({ totalReceived }) });
  }
  return demands;
}

/** How many pieces of a line are still to come, a third decimal kept. Below zero when more came than was ordered. */
export function openPieces({ quantity, canceledQuantity, deliveredQuantity }: ReceptionLine): number {
  return exact(quantity).minus(exact(canceledQuantity)).minus(exact(deliveredQuantity)).toNumber();
}

/** What was ordered on some lines and not cancelled. */
export function orderedOn(lines: readonly ReceptionLine[]): Hundredths {
  return asHundredths(total(lines.map(({ quantity }) => quantity)) - total(lines.map((line) => line.canceledQuantity)));
}

/** Decimals added up, rounded down to a hundredth: a comparison with Flow's hundredths comes out the same. */
export function total(values: readonly (DecimalValue | undefined)[]): Hundredths {
  const sum = values.reduce<ReturnType<typeof exact>>((all, value) => all.plus(exact(value)), exact(0));
  return asHundredths(Math.min(sum.times(100).floor().toNumber(), MAX_HUNDREDTHS));
}

function exact(value: DecimalValue | undefined): ReturnType<typeof toExactDecimal> {
  return toExactDecimal(value ?? 0, 'a quantity of the purchase order');
}
