import { stockKind } from '../../../src/contracts/kinds/stock';
import { type FlowReception } from './goods-summaries';
import { type GoodsVerdict } from './goods-verdict';
import { type WarehouseLevels } from './read-stock';

/** A level that is not the same in both systems. */
interface LevelDifference {
  readonly storeUid: string;
  readonly sku: string;
  readonly verdict: GoodsVerdict;
}

/** What the comparison of a warehouse's levels has shown. */
export interface StockTally {
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly master: 'flow' | 'omnium';
  readonly compared: number;
  readonly differences: readonly LevelDifference[];
}

/**
 * Compares all levels of a warehouse. What Omnium does not list lies there zero times; of what Flow does not list there
 * must be nothing in Omnium. Pure.
 */
export function judgeStock(levels: WarehouseLevels, master: 'flow' | 'omnium'): StockTally {
  const { tenantUid, storeUid, warehouseUid, inFlow, inOmnium } = levels;
  const skus = new Set([...inFlow.keys(), ...inOmnium.keys()]);
  const kind = master === 'flow' ? 'levelOfFlow' : 'levelOfOmnium';
  const workflowIds = [stockKind.id({ tenantUid, storeUid })];
  const differences = [...skus]
    .filter((sku) => (inFlow.get(sku) ?? 0) !== (inOmnium.get(sku) ?? 0))
    .map((sku) => {
      const why = `Flow ${pieces(inFlow.get(sku))}, Omnium ${pieces(inOmnium.get(sku))}`;
      const document = `${sku} in ${warehouseUid}`;
      const verdict: GoodsVerdict = { kind, tenantUid, document, workflowIds, issue: { kind: 'differing', why } };
      return { storeUid, sku, verdict };
    });
  return { tenantUid, storeUid, master, compared: skus.size, differences };
}

function pieces(hundredths: number | undefined): string {
  return hundredths === undefined ? 'not listed' : String(hundredths / 100);
}

/**
 * What differed in a store before it was repaired and does not now, without the levels of goods that were refused there by
 * rule. Compared levels are not counted once more.
 */
export function withoutRefused(
  { before, now }: { readonly before: readonly StockTally[]; readonly now: readonly StockTally[] },
  refused: readonly { readonly receivementUid: string }[],
  receptions: readonly FlowReception[],
): StockTally[] {
  const uids = new Set(refused.map(({ receivementUid }) => receivementUid));
  const own = receptions.filter(({ receivementUid }) => uids.has(receivementUid));
  const still = new Set(now.flatMap(({ differences }) => differences.map(({ verdict }) => verdict.document)));
  const isMended = ({ storeUid, sku, verdict }: LevelDifference): boolean =>
    !still.has(verdict.document) &&
    !own.some((reception) => reception.storeUid === storeUid && reception.quantities.has(sku));
  return before
    .map((tally) => ({ ...tally, compared: 0, differences: tally.differences.filter(isMended) }))
    .filter(({ differences }) => differences.length > 0);
}
