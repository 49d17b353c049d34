import { Decimal } from 'decimal.js';
import type { FlowOrder } from '../../../clients/flow/orders';
import type { OmniumReturnWrite } from '../../../clients/omnium/orders';
import { asCents, centsToDecimal, sumCents, type Cents } from '../../../domain/money';
import { hundredthsToDecimal, type Hundredths, asHundredths } from '../../../domain/quantity';
import { tillLines, type TillLine } from './till-lines';
import { exchangeLines } from './till-sale-to-omnium';
import { tillSettlements, toOmniumPayment, type PaymentContext } from './till-payments';

/** A return's lines by where they belong. */
export interface ReturnParts {
  /** Goods that came back, by the uid of the Flow order they were sold on. */
  readonly byOriginal: ReadonlyMap<string, readonly TillLine[]>;
  /** Goods that came back and whose sale nobody knows. */
  readonly blind: readonly TillLine[];
  /** New goods of an exchange, and on it goods that came back and whose sale nobody knows. */
  readonly bought: readonly TillLine[];
}

/** Whether an order brings goods back. */
export function isReturn(order: FlowOrder): boolean {
  return order.type === 'RETURN' || tillLines(order).some(({ quantity }) => quantity < 0);
}

/** Takes a return, or an exchange, apart. */
export function partsOfReturn(order: FlowOrder): ReturnParts {
  const byOriginal = new Map<string, TillLine[]>();
  const blind: TillLine[] = [];
  const bought: TillLine[] = [];
  for (const line of tillLines(order)) {
    const originalUid = line.item.orderLinks[0]?.orderUid;
    if (line.quantity > 0) bought.push(line);
    else if (!originalUid) blind.push(line);
    else byOriginal.set(originalUid, [...(byOriginal.get(originalUid) ?? []), line]);
  }
  // With new goods there will be an order of this one's number anyway: what nobody knows the sale of goes on it.
  const isExchange = byOriginal.size > 0 && bought.length > 0;
  return isExchange ? { byOriginal, blind: [], bought: [...bought, ...blind] } : { byOriginal, blind, bought };
}

/** Whether the order of this number in Omnium is made by a return: it holds the new goods of an exchange. */
export function isMadeByReturn(order: FlowOrder): boolean {
  if (!isReturn(order)) return false;
  const { byOriginal, bought } = partsOfReturn(order);
  return byOriginal.size > 0 && bought.length > 0;
}

/** What a return request needs to know. */
export interface ReturnContext extends PaymentContext {
  /** The sale's lines in Flow: a returned line names one of them, Omnium knows it by another id. */
  readonly original: FlowOrder;
  /** New goods that go with this return; empty where it is none of an exchange, or another return carries them. */
  readonly bought: readonly TillLine[];
  readonly includeMainPackage: boolean;
}

/** What the customer got back for these goods: above zero. */
export function creditedCents(lines: readonly TillLine[]): Cents {
  return asCents(0 - sumCents(lines.map(({ net }) => net)));
}

/**
 * A return at the till, Flow → Omnium (`POST /api/Returns/{orderId}/Return`). The RMA number is Flow's uid of the return,
 * by which it is found before it is ever posted again. The money went back at the till: nothing is paid out once more.
 */
export function mapTillReturn(order: FlowOrder, lines: readonly TillLine[], context: ReturnContext): OmniumReturnWrite {
  const { bought, storeId, includeMainPackage } = context;
  return {
    rmaNumber: order.orderUid,
    storeId,
    creditPayment: false,
    creditAmount: centsToDecimal(creditedCents(lines)),
    creditShipment: false,
    returns: mergedByLine(lines, context.original).map(({ lineItemId, quantity, net, reason }) => ({
      lineItemId,
      returnQuantity: hundredthsToDecimal(quantity),
      creditAmount: perPiece(net, quantity),
      ...(reason && { returnReason: reason }),
    })),
    ...(bought.length > 0 && {
      omniumExchangeOrderOptions: {
        exchangeOrderId: order.orderUid,
        orderType: 'Pos',
        orderStatus: 'Completed',
        storeId,
        outboundWarehouseCode: storeId,
        exchangeOrderLines: exchangeLines(bought, includeMainPackage),
        additionalPayments: tillSettlements(order)
          .filter(({ amount }) => amount > 0)
          .map((settlement) => toOmniumPayment(settlement, context)),
      },
    }),
  };
}

interface ReturnedLine {
  readonly lineItemId: string;
  /** Above zero. */
  readonly quantity: Hundredths;
  readonly net: Cents;
  readonly reason: string | undefined;
}

/** Omnium takes each line once: pieces of one sold line that came back on several return lines go together. */
function mergedByLine(lines: readonly TillLine[], original: FlowOrder): ReturnedLine[] {
  const merged = new Map<string, ReturnedLine>();
  for (const { item, quantity, net } of lines) {
    const soldUid = item.orderLinks[0]?.orderItemUid ?? '';
    const sold = original.items.find(({ orderItemUid }) => orderItemUid === soldUid);
    const lineItemId = sold?.externalId ?? soldUid;
    const before = merged.get(lineItemId);
    merged.set(lineItemId, {
      lineItemId,
      quantity: asHundredths((before?.quantity ?? 0) - quantity),
      net: asCents((before?.net ?? 0) - net),
      reason: before?.reason ?? item.returnReasonCode,
    });
  }
  return [...merged.values()];
}

/** Ten decimals: times any quantity of a shop it still rounds to the cent it came from. */
const DECIMALS_PER_PIECE = 10;

function perPiece(net: Cents, quantity: Hundredths): number {
  return new Decimal(net).dividedBy(quantity).toDecimalPlaces(DECIMALS_PER_PIECE).toNumber();
}
