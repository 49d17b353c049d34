import type { FlowOrder, FlowOrderItem, FlowSettlement } from '../../../clients/flow/orders';
import type { OmniumOrder, OmniumOrderLine } from '../../../clients/omnium/orders';
import type { TillRules } from '../../../config/types';
import { asHundredths, hundredthsToDecimal, toHundredths, type Hundredths } from '../../../domain/quantity';
import { SHIPPING_EXTERNAL_ID } from './order-lines';
import { omniumLineId, tillLines, type TillLine } from './till-lines';
import { tillSettlements } from './till-payments';
import { isMadeByReturn } from './till-return-to-omnium';

/** What the shop has done to one line of Omnium's, still to be told there. */
export interface LineProgress {
  readonly lineItemId: string;
  readonly sku: string;
  /** To be added to what Omnium has as delivered, and as cancelled. */
  readonly delivered: Hundredths;
  readonly cancelled: Hundredths;
}

/** Everything that has to be written to Omnium so that it knows what happened in the shop, and what may not be. */
export interface OmniumChanges {
  readonly payments: readonly FlowSettlement[];
  /** Lines the shop added to a web order. */
  readonly linesToAdd: readonly TillLine[];
  readonly progress: readonly LineProgress[];
  /** Status that goes with the progress; absent where Omnium derives it itself. */
  readonly status?: string;
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
}

/** What the plan needs to know besides the two documents. */
export interface OmniumPlanRules {
  readonly till: TillRules;
  /** Lines of a web order that the shop itself may have taken out or added: Omnium's are as they were at the last sync. */
  readonly shopOwnsLineChanges: boolean;
  readonly includeMainPackage: boolean;
}

/**
 * Compares what happened in the shop with what Omnium knows of it. Pure; an order that Omnium knows all about gives no
 * change at all. What is delivered, cancelled and paid only ever grows: a second plan after a lost answer starts from
 * what Omnium says by then.
 *
 * The rule who wins: goods and money that changed hands in the shop are facts and go to Omnium; lines that nobody has
 * touched are Omnium's, unless only the shop has changed them since the last sync (docs/architecture.md, "Who wins").
 */
export function planOmniumChanges(flow: FlowOrder, omnium: OmniumOrder, rules: OmniumPlanRules): OmniumChanges {
  const items = new Map(flow.items.map((item) => [omniumLineId(item), item]));
  const parts = componentsByParent(omnium);
  const differences: string[] = [];
  const progress = omnium.orderForm.lineItems.flatMap((line) => {
    const step = progressOf(line, { items, parts, rules, differences });
    return step ? [step] : [];
  });
  const linesToAdd = newLines(flow, omnium, rules);
  const known = new Set(omnium.orderForm.payments.map(({ id }) => id));
  // What an exchange gives back is the credit of its return, and no payment of the new goods.
  const due = tillSettlements(flow).filter(({ amount }) => amount > 0 || !isMadeByReturn(flow));
  const payments = due.filter(({ settlementUid }) => !known.has(settlementUid));
  const status = statusAfter(omnium, progress, rules.till);
  return { payments, linesToAdd, progress, ...(status && { status }), differences };
}

/** Whether anything has to be written. */
export function changesOmnium({ payments, linesToAdd, progress }: OmniumChanges): boolean {
  return payments.length + linesToAdd.length + progress.length > 0;
}

/** The plan's changes by name, for the reader of the history. */
export function namesOfOmniumChanges({ payments, linesToAdd, progress, status }: OmniumChanges): string[] {
  return [
    ...payments.map(({ settlementUid }) => `payments[${settlementUid}] added`),
    ...linesToAdd.map(({ item }) => `lineItems[${omniumLineId(item)}] added`),
    ...progress.flatMap(({ lineItemId, delivered, cancelled }) => [
      ...(delivered > 0 ? [`lineItems[${lineItemId}].deliveredQuantity`] : []),
      ...(cancelled > 0 ? [`lineItems[${lineItemId}].canceledQuantity`] : []),
    ]),
    ...(status && progress.length > 0 ? [`status ${status}`] : []),
  ];
}

interface LineContext {
  readonly items: ReadonlyMap<string, FlowOrderItem>;
  readonly parts: ReadonlyMap<string, readonly OmniumOrderLine[]>;
  readonly rules: OmniumPlanRules;
  readonly differences: string[];
}

function progressOf(line: OmniumOrderLine, context: LineContext): LineProgress | undefined {
  const { items, parts, rules, differences } = context;
  const { ordered, cancelled, delivered } = quantitiesOf(line);
  const active = ordered - cancelled;
  // A return in the till's own words (a blind one) is told whole when it is made.
  if (active <= 0) return undefined;
  const item = items.get(line.lineItemId);
  const ofParts = item ? undefined : parts.get(line.lineItemId);
  if (ofParts && !rules.includeMainPackage) return progressOfPackage(line, ofParts, context);
  const inShop = item?.quantity ?? 0;
  const isLess = inShop < active;
  const cancelledInShop = isLess && rules.shopOwnsLineChanges ? active - Math.max(inShop, delivered) : 0;
  if (isLess && cancelledInShop === 0 && (item?.quantityDelivered ?? 0) > 0) {
    differences.push(`lineItems[${line.lineItemId}]: Omnium ${active / 100} pieces, the shop ${inShop / 100}`);
  }
  const deliveredInShop = Math.min(item?.quantityDelivered ?? 0, active - cancelledInShop);
  return step(line, Math.max(deliveredInShop - delivered, 0), cancelledInShop);
}

/** A package's own line is not in the shop: it is handed over, or taken out, with the last of its components. */
function progressOfPackage(
  line: OmniumOrderLine,
  parts: readonly OmniumOrderLine[],
  { items, rules }: LineContext,
): LineProgress | undefined {
  const { ordered, cancelled, delivered } = quantitiesOf(line);
  const open = ordered - cancelled - delivered;
  const inShop = parts.map((part) => items.get(part.lineItemId));
  if (inShop.every((item) => item === undefined)) return step(line, 0, rules.shopOwnsLineChanges ? open : 0);
  const isDone = inShop.every((item) => !item || (item.quantityDelivered ?? 0) >= item.quantity);
  return step(line, isDone ? open : 0, 0);
}

function step(line: OmniumOrderLine, delivered: number, cancelled: number): LineProgress | undefined {
  if (delivered <= 0 && cancelled <= 0) return undefined;
  return {
    lineItemId: line.lineItemId,
    sku: line.code,
    delivered: asHundredths(Math.max(delivered, 0)),
    cancelled: asHundredths(Math.max(cancelled, 0)),
  };
}

function newLines(flow: FlowOrder, omnium: OmniumOrder, { shopOwnsLineChanges }: OmniumPlanRules): TillLine[] {
  if (!shopOwnsLineChanges) return [];
  const known = new Set(omnium.orderForm.lineItems.map(({ lineItemId }) => lineItemId));
  return tillLines(flow).filter(({ item }) => {
    const id = omniumLineId(item);
    return id !== SHIPPING_EXTERNAL_ID && !known.has(id);
  });
}

/** The status that goes with a hand-over: all of it, or a part. */
function statusAfter(omnium: OmniumOrder, progress: readonly LineProgress[], till: TillRules): string | undefined {
  if (!progress.some(({ delivered }) => delivered > 0)) return undefined;
  const steps = new Map(progress.map((each) => [each.lineItemId, each]));
  const isWhole = omnium.orderForm.lineItems.every((line) => {
    const { ordered, cancelled, delivered } = quantitiesOf(line);
    const more = steps.get(line.lineItemId);
    return delivered + cancelled + (more?.delivered ?? 0) + (more?.cancelled ?? 0) >= ordered;
  });
  return isWhole ? till.handedOverStatus : till.partlyHandedOverStatus;
}

/** A line's quantities in hundredths. */
export function quantitiesOf(line: OmniumOrderLine): {
  readonly ordered: Hundredths;
  readonly cancelled: Hundredths;
  readonly delivered: Hundredths;
} {
  return {
    ordered: toHundredths(line.quantity),
    cancelled: toHundredths(line.canceledQuantity ?? 0),
    delivered: toHundredths(line.deliveredQuantity ?? 0),
  };
}

/** The update of lines as Omnium takes it: increments in pieces. */
export function toLineUpdates(
  progress: readonly LineProgress[],
): { lineItemId: string; deliveredQuantity?: number; canceledQuantity?: number }[] {
  return progress.map(({ lineItemId, delivered, cancelled }) => ({
    lineItemId,
    ...(delivered > 0 && { deliveredQuantity: hundredthsToDecimal(delivered) }),
    ...(cancelled > 0 && { canceledQuantity: hundredthsToDecimal(cancelled) }),
  }));
}

function componentsByParent(omnium: OmniumOrder): ReadonlyMap<string, readonly OmniumOrderLine[]> {
  const parts = new Map<string, OmniumOrderLine[]>();
  for (const line of omnium.orderForm.lineItems) {
    const parentId = line.packageLineItemId;
    if (parentId === undefined || parentId === line.lineItemId) continue;
    parts.set(parentId, [...(parts.get(parentId) ?? []), line]);
  }
  return parts;
}
