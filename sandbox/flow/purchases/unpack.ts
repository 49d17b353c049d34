import { type Actor } from '../events';
import { inTillWords } from '../orders/till-words';
import { conflict, type FieldError, invalidField, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { type TenantStore } from '../store/tenant-store';
import { type ReceiveBody, type ReceiveLine, type ReceivementItemBody } from './purchase-bodies';
import { type PurchaseOrder, type PurchaseOrderItem, type Receivement } from './purchase-model';
import { receiveGoods } from './receive-goods';

/** A part of what a clerk unpacked, and the place of its line in the request. */
interface Part {
  readonly item: ReceivementItemBody;
  readonly line: number;
  /** Where the purchase order expects it. */
  readonly expectedIn?: string;
}

/**
 * Unpacks goods in a shop. What is on the purchase order is put to its lines by article: first to what is open on each,
 * and what is too many to the first. Articles that are not on it come along without a line.
 * @throws FlowProblem 409, 422
 */
export function unpack(actor: Actor, store: Store, body: ReceiveBody): Audited<Receivement> {
  const { tenant } = actor;
  const { lines, warehouseUid, purchaseOrderUid, receivementUid, externalId } = body;
  const order = purchaseOrderUid ? tenant.purchaseOrders.get(purchaseOrderUid) : undefined;
  if (purchaseOrderUid && order?.storeUid !== store.storeUid) {
    throw invalidField('purchaseOrderUid', 'names no purchase order of the store');
  }
  if (!lines && !order) throw invalidField('lines', 'is missing');
  const parts = lines ? partsOf(tenant, { lines, open: openLines(order, warehouseUid) }) : restOf(order, warehouseUid);
  if (parts.length === 0) throw conflict('NOTHING_TO_RECEIVE', 'Nothing is left to receive on the purchase order.');
  return inTillWords(
    () =>
      receiveGoods(actor, store, {
        body: {
          receivementUid,
          purchaseOrderUid,
          externalId,
          warehouseUid: warehouseUid ?? warehouseFor(store, parts),
          items: parts.map(({ item }) => item),
        },
        // Filling the shelves is no reception of single pieces.
        inBulk: order === undefined,
      }),
    (index) => `lines[${parts[index]?.line ?? 0}]`,
  );
}

/** A line of an order, with what is still to come on it. */
interface OpenLine {
  readonly item: PurchaseOrderItem;
  left: number;
}

/** The lines of an order, those for a warehouse first. */
function openLines(order: Audited<PurchaseOrder> | undefined, warehouseUid: string | null | undefined): OpenLine[] {
  const all = (order?.items ?? []).map((item) => ({
    item,
    left: Math.max(item.quantityOrdered - item.quantityReceived, 0),
  }));
  const isHere = ({ item }: OpenLine): boolean => !warehouseUid || item.warehouseUid === warehouseUid;
  return [...all.filter(isHere), ...all.filter((line) => !isHere(line))];
}

function restOf(order: Audited<PurchaseOrder> | undefined, warehouseUid: string | null | undefined): Part[] {
  return openLines(order, warehouseUid)
    .filter(({ item, left }) => left > 0 && (!warehouseUid || item.warehouseUid === warehouseUid))
    .map(({ item, left }, line) => partOn(item, { line, goods: { quantity: left } }));
}

function partsOf(
  tenant: TenantStore,
  { lines, open }: { lines: readonly ReceiveLine[]; open: readonly OpenLine[] },
): Part[] {
  const errors: FieldError[] = [];
  const parts = lines.flatMap(({ sku, productUid, purchaseOrderItemUid, ...goods }, line): Part[] => {
    const named = open.find(({ item }) => item.purchaseOrderItemUid === purchaseOrderItemUid);
    if (named) {
      named.left -= goods.quantity;
      return [partOn(named.item, { line, goods })];
    }
    if (purchaseOrderItemUid) return [{ item: { ...goods, purchaseOrderItemUid }, line }];
    const found = productUid ?? tenant.products.find('sku', sku ?? '')[0]?.productUid;
    if (!found) {
      errors.push({ field: `lines[${line}].sku`, message: 'names no product' });
      return [];
    }
    const fitting = open.filter(({ item }) => item.productUid === found);
    if (fitting.length === 0) return [{ item: { ...goods, productUid: found }, line }];
    return spread(fitting, goods).map(({ item, quantity }) => partOn(item, { line, goods: { ...goods, quantity } }));
  });
  refuseIfAny(errors);
  return parts;
}

type GoodsOfLine = Omit<ReceiveLine, 'sku' | 'productUid' | 'purchaseOrderItemUid'>;

function partOn(item: PurchaseOrderItem, { line, goods }: { line: number; goods: GoodsOfLine }): Part {
  const { purchaseOrderItemUid, warehouseUid } = item;
  return { item: { ...goods, purchaseOrderItemUid }, line, expectedIn: warehouseUid };
}

/** Puts a quantity to lines of an order. A correction, and a piece with a number of its own, stay in one. */
function spread(
  fitting: readonly OpenLine[],
  { quantity, serialnumber }: GoodsOfLine,
): { item: PurchaseOrderItem; quantity: number }[] {
  const [first] = fitting;
  if (!first) return [];
  if (quantity < 0 || serialnumber) {
    const line = fitting.find(({ left }) => quantity > 0 && left >= quantity) ?? first;
    line.left -= quantity;
    return [{ item: line.item, quantity }];
  }
  const shares = new Map<OpenLine, number>();
  let rest = quantity;
  for (const line of fitting) {
    const share = Math.min(Math.max(line.left, 0), rest);
    if (share > 0) shares.set(line, share);
    rest -= share;
  }
  if (rest > 0) shares.set(first, (shares.get(first) ?? 0) + rest);
  return [...shares].map(([line, share]) => {
    line.left -= share;
    return { item: line.item, quantity: share };
  });
}

/** The one warehouse in which the order expects the goods; the store's own for goods without an order. */
function warehouseFor(store: Store, parts: readonly Part[]): string {
  const expected = new Set(parts.flatMap(({ expectedIn }) => expectedIn ?? []));
  if (expected.size > 1) throw invalidField('warehouseUid', 'is missing: the goods are for several warehouses');
  const warehouseUid = [...expected][0] ?? store.defaultWarehouseUid;
  if (!warehouseUid) throw invalidField('warehouseUid', 'is missing: the store has no default warehouse');
  return warehouseUid;
}
