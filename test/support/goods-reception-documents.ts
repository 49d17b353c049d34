import type { FlowPurchaseOrder, FlowPurchaseOrderItem, FlowReceivement } from '../../src/clients/flow/purchase-orders';
import type { ReceptionLine } from '../../src/activities/goods/mapping/reception-lines';
import type { ReceptionDocuments, ReceptionTransaction } from '../../src/activities/goods/mapping/plan-confirmation';

/** One item of a receivement in the short form of the tests: hundredths of a piece. */
export interface ItemSpec {
  /** Of Flow's order line; absent for goods that were not ordered. */
  readonly item?: string;
  readonly sku: string;
  readonly quantity: number;
  readonly serialnumber?: string;
}

export const RECEIVEMENT_UID = 'rcv-1';
const WAREHOUSE = 'oslocity';

export function receivement(...items: readonly ItemSpec[]): FlowReceivement {
  return {
    receivementUid: RECEIVEMENT_UID,
    storeUid: 'oslocity',
    warehouseUid: WAREHOUSE,
    purchaseOrderUid: 'po1',
    items: items.map(({ item, sku, quantity, serialnumber }, index) => ({
      receivementItemUid: `ri-${index}`,
      ...(item !== undefined && { purchaseOrderItemUid: item }),
      product: { productUid: `p-${sku}`, sku },
      quantity,
      ...(serialnumber !== undefined && { serialnumber }),
    })),
  };
}

/** One line of Flow's purchase order; `line` is Omnium's id of it. */
export interface FlowLineSpec {
  readonly item: string;
  readonly sku: string;
  readonly line?: string;
  readonly ordered?: number;
  readonly received: number;
  /** What its receivements add up to, where that is another figure. */
  readonly byReceivements?: number;
}

export function flowOrder(...lines: readonly FlowLineSpec[]): FlowPurchaseOrder {
  return {
    purchaseOrderUid: 'po1',
    storeUid: 'oslocity',
    externalId: 'PO-1',
    status: 'SENT_TO_SUPPLIER',
    items: lines.map(flowLine),
  };
}

function flowLine({ item, sku, line, ordered, received, byReceivements }: FlowLineSpec): FlowPurchaseOrderItem {
  const sum = byReceivements ?? received;
  return {
    purchaseOrderItemUid: item,
    ...(line !== undefined && { externalId: line }),
    productUid: `p-${sku}`,
    productSku: sku,
    warehouseUid: WAREHOUSE,
    quantityOrdered: ordered ?? 1_000,
    quantityReceived: received,
    reservations: [],
    receivementItems: [{ receivementItemUid: 'ri-0', purchaseOrderItemUid: item, quantity: sum }],
  };
}

/** A line of Omnium's in pieces, in delivery `D1` unless said otherwise. */
export function line(
  lineItemId: string,
  code: string,
  more: Partial<ReceptionLine> & Pick<ReceptionLine, 'quantity'>,
): ReceptionLine {
  return { lineItemId, code, deliveryId: 'D1', warehouseCode: WAREHOUSE, ...more };
}

export function documents(given: {
  readonly receivement: FlowReceivement;
  readonly flowOrder: FlowPurchaseOrder;
  readonly lines: readonly ReceptionLine[];
  readonly transactions?: readonly ReceptionTransaction[];
  readonly claimed?: readonly string[];
}): ReceptionDocuments {
  const named = given.flowOrder.items.flatMap(({ externalId }) => externalId ?? []);
  return {
    receivement: given.receivement,
    flowOrder: given.flowOrder,
    order: {
      lines: given.lines,
      claimedLineIds: new Set([...named, ...(given.claimed ?? [])]),
      warehouseCode: WAREHOUSE,
    },
    transactions: given.transactions ?? [],
  };
}
