import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { ReturnOutcome } from '../../contracts/messages';
import { centsToDecimal, toCents } from '../../domain/money';
import { creditedCents, mapTillReturn, partsOfReturn } from './mapping/till-return-to-omnium';
import { isFinishedSale } from './mapping/till-sale-to-omnium';
import type { TillLine } from './mapping/till-lines';
import { paymentContext } from './order-in-omnium';
import { mayWrite } from '../shared/sync-context';
import type { SyncRun } from './sync-run';

/** Goods of one Flow order that came back on another. */
export interface TillReturn {
  /** The return. */
  readonly order: FlowOrder;
  /** What the goods were sold on. */
  readonly original: FlowOrder;
  readonly lines: readonly TillLine[];
  /** New goods of an exchange that this return has to take along. */
  readonly bought: readonly TillLine[];
}

/** What was done about the returns, and what is not the same in both systems. */
export interface ReturnsResult {
  readonly outcomes: readonly ReturnOutcome[];
  readonly differences: readonly string[];
}

/**
 * Takes from a return what belongs to the orders given. New goods of an exchange go along once: with the return on the
 * first of its originals.
 */
export function returnsOf(order: FlowOrder, originals: readonly FlowOrder[]): TillReturn[] {
  const { byOriginal, bought } = partsOfReturn(order);
  const [first] = [...byOriginal.keys()].sort();
  return originals.flatMap((original) => {
    const lines = byOriginal.get(original.orderUid);
    return lines ? [{ order, original, lines, bought: original.orderUid === first ? bought : [] }] : [];
  });
}

/**
 * Registers returns in Omnium on the order the goods were sold on. Registering is not repeat-safe there, so each is looked
 * for by its RMA number first: in the order as it was read by this very attempt.
 */
export async function registerReturns(
  run: SyncRun,
  omnium: OmniumOrder,
  returns: readonly TillReturn[],
): Promise<ReturnsResult> {
  const outcomes: ReturnOutcome[] = [];
  const differences: string[] = [];
  for (const each of returns) {
    const rmaNumber = each.order.orderUid;
    if (!isFinishedSale(each.order)) continue;
    const credited = creditedCents(each.lines);
    let form = omnium.returnOrderForms.find((candidate) => candidate.rmaNumber === rmaNumber);
    const action = form ? 'unchanged' : 'created';
    if (!form) {
      const change = {
        system: 'Omnium',
        field: `returnOrderForms[${rmaNumber}].total`,
        to: centsToDecimal(credited),
      } as const;
      if (!mayWrite(run, () => [change])) continue;
      form = await register(run, omnium, each);
    }
    outcomes.push({ flowOrderUid: rmaNumber, action, creditedCents: credited });
    const total = form.total === undefined ? credited : toCents(form.total);
    if (total !== credited) differences.push(`return ${rmaNumber}: Flow ${credited} cents, Omnium ${total} cents`);
  }
  return { outcomes, differences };
}

async function register(
  run: SyncRun,
  omnium: OmniumOrder,
  { order, original, lines, bought }: TillReturn,
): Promise<OmniumOrder['returnOrderForms'][number]> {
  const { tenant, attempt } = run;
  const request = mapTillReturn(order, lines, {
    ...(await paymentContext(run, order)),
    original,
    bought,
    includeMainPackage: tenant.config.settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
  });
  return await tenant.omnium.orders.createReturn(omnium.id, request, attempt);
}
