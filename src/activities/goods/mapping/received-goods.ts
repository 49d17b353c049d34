import type { FlowPurchaseOrder, FlowPurchaseOrderItem } from '../../../clients/flow/purchase-orders';
import type { FlowReceivement } from '../../../clients/flow/receivements';
import { asHundredths, type Hundredths } from '../../../domain/quantity';

/**
 * What one receivement brought of one line of Flow's purchase order, or of a product that was not ordered. Goods with
 * serial numbers come as several items of one piece: they are added up.
 */
export interface ReceivedGoods {
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

type Item = FlowReceivement['items'][number];

/** The goods of a receivement, in the order of its items. Without a purchase order everything counts by product. */
export function receivedGoods(receivement: FlowReceivement, order?: FlowPurchaseOrder): ReceivedGoods[] {
  const lines = new Map(order?.items.map((line) => [line.purchaseOrderItemUid, line]));
  const groups = new Map<string, Item[]>();
  for (const item of receivement.items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].flatMap(([key, items]) => {
    const [first] = items;
    return first ? [goodsOf({ key, items, product: first.product }, lines.get(key))] : [];
  });
}

/** The prefix of a product's key is no part of a uid that Flow makes itself. */
function keyOf({ purchaseOrderItemUid, product }: Item): string {
  return purchaseOrderItemUid ?? `product-${product.productUid}`;
}

function goodsOf(
  { key, items, product }: { readonly key: string; readonly items: readonly Item[]; readonly product: Item['product'] },
  line: FlowPurchaseOrderItem | undefined,
): ReceivedGoods {
  const quantity = sum(items);
  const sku = product.sku ?? line?.productSku;
  return {
    ...{ key, productUid: product.productUid, quantity },
    ...(sku !== undefined && { sku }),
    ...(line?.externalId !== undefined && { lineItemId: line.externalId }),
    ...(line && {
      ordered: asHundredths(line.quantityOrdered),
      totalReceived: totalOf(line, quantity),
    }),
  };
}

/**
 * All that was received on a line. Flow's own figure can be overwritten with what Omnium has as delivered, so it never
 * counts for less than the receivements that make it up.
 */
function totalOf(line: FlowPurchaseOrderItem, quantity: Hundredths): Hundredths {
  return asHundredths(Math.max(line.quantityReceived, sum(line.receivementItems), quantity));
}

function sum(items: readonly { readonly quantity: number }[]): Hundredths {
  return asHundredths(items.reduce((total, { quantity }) => total + quantity, 0));
}
