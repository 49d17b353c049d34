import { goodsReceptionKind } from '../../../src/contracts/kinds/goods-reception';
import { type FlowReception, type ReceivedInOmnium } from './goods-summaries';
import { differing, type GoodsIssue, type GoodsKind, type GoodsVerdict } from './goods-verdict';
import { addUp, type Quantities } from './summaries';

/** What has to be known about where goods came in. */
export interface ReceptionContext {
  /** Omnium's id of the purchase order, where it knows it. */
  readonly purchaseOrderId?: string;
  readonly master: 'flow' | 'omnium';
  /** Omnium's id of the warehouse. */
  readonly warehouseId?: string;
  /** SKUs of which the level is not the same in both systems. */
  readonly differingSkus: ReadonlySet<string>;
}

/**
 * Compares goods received in a shop with what Omnium has of them: on an order of Omnium's as movements of exactly these
 * quantities; without one as the level, where Flow keeps the stock, and else not at all. Pure.
 */
export function judgeReception(
  reception: FlowReception,
  inOmnium: readonly ReceivedInOmnium[],
  context: ReceptionContext,
): GoodsVerdict {
  const { tenantUid, receivementUid } = reception;
  const { purchaseOrderId, master } = context;
  const own = inOmnium.filter(({ goodsReceptionId }) => receivementOf(goodsReceptionId) === receivementUid);
  const base = { tenantUid, document: receivementUid, workflowIds: [goodsReceptionKind.id(reception)] };
  if (purchaseOrderId !== undefined) {
    const issue = issueOnOrder(reception, own, { purchaseOrderId, warehouseId: context.warehouseId });
    return { ...base, kind: 'reception', ...(issue && { issue }) };
  }
  const kind: GoodsKind = master === 'flow' ? 'localReception' : 'refusedReception';
  if (own.length > 0) {
    return { ...base, kind, ...differing(['is on no order of Omnium’s, and was received there on one']) };
  }
  const wrong = [...reception.quantities.keys()].filter((sku) => context.differingSkus.has(sku));
  if (wrong.length === 0) return { ...base, kind };
  const why = `level of ${wrong.join(', ')} is not the same in Omnium`;
  return { ...base, kind, issue: { kind: master === 'flow' ? 'missing' : 'differing', why } };
}

function issueOnOrder(
  { quantities }: FlowReception,
  own: readonly ReceivedInOmnium[],
  { purchaseOrderId, warehouseId }: { readonly purchaseOrderId: string; readonly warehouseId: string | undefined },
): GoodsIssue | undefined {
  if (own.length === 0) return { kind: 'missing', why: `is not in Omnium (${purchaseOrderId})` };
  const told = addUp(own.map(({ sku, change }) => ({ sku, hundredths: change })));
  const twice = [...told].filter(([sku, quantity]) => quantity >= 2 * (quantities.get(sku) ?? 0));
  if (twice.length > 0)
    return { kind: 'duplicated', why: `is in Omnium twice: ${twice.map(([sku]) => sku).join(', ')}` };
  const elsewhere = own.filter((each) => each.purchaseOrderId !== purchaseOrderId || each.warehouseId !== warehouseId);
  return differing([
    ...compare(quantities, told),
    ...elsewhere.map((each) => `${each.sku} came in on ${each.purchaseOrderId} in ${each.warehouseId}`),
  ]).issue;
}

function compare(received: Quantities, told: Quantities): string[] {
  const skus = [...new Set([...received.keys(), ...told.keys()])];
  const pieces = (quantity = 0): string => String(quantity / 100);
  return skus
    .filter((sku) => received.get(sku) !== told.get(sku))
    .map((sku) => `${sku}: received ${pieces(received.get(sku))}, in Omnium ${pieces(told.get(sku))}`);
}

/** What Omnium has received in the name of a shop that has received nothing of the kind. */
export function nameOrphans(inOmnium: readonly ReceivedInOmnium[], receptions: readonly FlowReception[]): string[] {
  const known = new Set(receptions.map(({ receivementUid }) => receivementUid));
  return inOmnium
    .filter(({ goodsReceptionId }) => !known.has(receivementOf(goodsReceptionId)))
    .map(({ goodsReceptionId, purchaseOrderId, sku }) => `${goodsReceptionId}: ${sku} on ${purchaseOrderId}`);
}

/** Ids that the integration gives begin with Flow's uid of the receivement (docs/adr/0012). */
function receivementOf(goodsReceptionId: string): string {
  return goodsReceptionId.split(':')[0] ?? '';
}
