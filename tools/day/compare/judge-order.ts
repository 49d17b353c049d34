import { compareCents, compareQuantities, shorten } from './differences';
import { type FlowSummary, type OmniumSummary } from './summaries';

/** Where an order stands, as the table shows it. */
export type OrderPlace =
  | 'parked'
  | 'confirmed'
  | 'paid'
  | 'cancelled'
  /** Cancelled in Omnium before it ever reached Flow. */
  | 'neverSent'
  /** Nobody came for it: Flow has deleted it, Omnium says so. */
  | 'expired'
  /** Of a type that does not belong into the tills. */
  | 'ignored'
  /** Cannot be in Flow, for a reason that was known beforehand and is named. */
  | 'impossible'
  | 'nowhere';

/** What is wrong with an order: three defects, a difference that is the shop's to settle, and what cannot be synced. */
export type IssueKind = 'missing' | 'duplicated' | 'differing' | 'leftToShop' | 'impossible';

interface Issue {
  readonly kind: IssueKind;
  /** In words, with both sides' values. */
  readonly why: string;
}

/** Judgement on one order of Omnium. */
export interface Verdict {
  readonly orderNumber: string;
  readonly marketId: string;
  readonly isInFlow: boolean;
  readonly place: OrderPlace;
  readonly issue?: Issue;
}

/** Flow's resting state of each order type that belongs into the tills. */
const STATE_OF_TYPE: Readonly<Record<string, 'PARKED' | 'CONFIRMED'>> = {
  clickandcollect: 'PARKED',
  bopis: 'PARKED',
  online: 'CONFIRMED',
  onlineorder: 'CONFIRMED',
};

/** Compares one order of Omnium with everything Flow has under its number. Pure. */
export function judgeOrder(omnium: OmniumSummary, flowOrders: readonly FlowSummary[]): Verdict {
  const live = flowOrders.filter(({ orderState }) => orderState !== 'CANCELLED');
  const [flow, ...others] = live;
  const verdict = (place: OrderPlace, issue?: Issue): Verdict => ({
    orderNumber: omnium.orderNumber,
    marketId: omnium.marketId,
    isInFlow: flowOrders.length > 0,
    place,
    ...(issue && { issue }),
  });
  const wantedState = STATE_OF_TYPE[omnium.orderType.toLowerCase()];

  if (wantedState === undefined) {
    if (flowOrders.length === 0) return verdict('ignored');
    return verdict('ignored', differing(`is in Flow, where orders of type ${omnium.orderType} do not belong`));
  }
  if (others.length > 0) return verdict(placeOf(flow), { kind: 'duplicated', why: nameAll(live) });
  if (flow === undefined) {
    if (omnium.isCancelled) return verdict(cancelledPlace(omnium, flowOrders));
    if (flowOrders.length > 0) return verdict('cancelled', differing('is cancelled in Flow and not in Omnium'));
    return verdict('nowhere', { kind: 'missing', why: 'is not in Flow' });
  }
  if (flow.repeatedParts.length > 0) {
    return verdict(placeOf(flow), { kind: 'duplicated', why: `has in Flow twice: ${shorten(flow.repeatedParts)}` });
  }
  return verdict(placeOf(flow), issueOf(omnium, flow, wantedState));
}

/** A missing order whose reason was known beforehand is no surprise: it is named with that reason. */
export function withKnownReason(verdict: Verdict, known: ReadonlyMap<string, string>): Verdict {
  const why = known.get(verdict.orderNumber);
  if (why === undefined || verdict.issue?.kind !== 'missing') return verdict;
  return { ...verdict, place: 'impossible', issue: { kind: 'impossible', why } };
}

function issueOf(omnium: OmniumSummary, flow: FlowSummary, wantedState: string): Issue | undefined {
  const differences = omnium.isCancelled
    ? [`cancelled in Omnium, ${flow.orderState} in Flow`]
    : [
        ...compareQuantities(omnium.quantities, flow.quantities),
        ...(omnium.totalCents === flow.totalCents + flow.roundingCents
          ? []
          : compareCents('total', omnium.totalCents, flow.totalCents)),
        ...compareCents('paid', omnium.paidCents, flow.paidCents),
        ...(flow.orderState === wantedState || (flow.orderState === 'COMPLETE' && flow.isSettled)
          ? []
          : [`state ${flow.orderState} in Flow instead of ${wantedState}`]),
        ...(omnium.hasCustomer && !flow.hasCustomer ? ['its customer is not on the order in Flow'] : []),
      ];
  if (differences.length === 0) return undefined;
  const why = differences.join('; ');
  const forTheShop = tellForTheShop(omnium, flow);
  return forTheShop === undefined ? differing(why) : { kind: 'leftToShop', why: `${why} (${forTheShop})` };
}

/**
 * What a person has to do about an order that was paid, and cancelled afterwards in whole or in part; undefined when
 * that is not all. Flow refuses to change an order that was paid in the shop, so it has to be there as it was before the
 * cancellation; else as it is now and fully paid. Nothing else may be different.
 */
function tellForTheShop(omnium: OmniumSummary, flow: FlowSummary): string | undefined {
  if (!flow.isSettled && !flow.isPrepaid) return undefined;
  const isAsBefore =
    flow.paidCents === omnium.paidCents && compareQuantities(omnium.orderedQuantities, flow.quantities).length === 0;
  const hasCancelledPieces = compareQuantities(omnium.quantities, omnium.orderedQuantities).length > 0;
  if (isAsBefore && (omnium.isCancelled || hasCancelledPieces))
    return 'cancelled after it was paid: refund it in the shop';
  const isAsNow =
    omnium.paidCents > omnium.totalCents &&
    flow.paidCents === omnium.totalCents &&
    flow.totalCents === omnium.totalCents &&
    compareQuantities(omnium.quantities, flow.quantities).length === 0;
  return isAsNow && !omnium.isCancelled ? 'more was paid than it costs now: the rest has to be given back' : undefined;
}

function cancelledPlace(omnium: OmniumSummary, flowOrders: readonly FlowSummary[]): OrderPlace {
  if (flowOrders.length > 0) return 'cancelled';
  return omnium.isNotCollected ? 'expired' : 'neverSent';
}

function placeOf(flow: FlowSummary | undefined): OrderPlace {
  if (flow === undefined) return 'nowhere';
  if (flow.isSettled || flow.isPrepaid || flow.orderState === 'COMPLETE') return 'paid';
  return flow.orderState === 'PARKED' ? 'parked' : 'confirmed';
}

function differing(why: string): Issue {
  return { kind: 'differing', why };
}

function nameAll(orders: readonly FlowSummary[]): string {
  return `is in Flow ${orders.length} times: ${orders.map(({ tenantUid, orderUid }) => `${tenantUid}/${orderUid}`).join(', ')}`;
}
