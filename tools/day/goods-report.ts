import { type ChainMarket } from '../../sandbox/chain/types';
import { countGoods, drawGoodsTable, type GoodsCounts } from './compare/goods-table';
import { type GoodsVerdict, withFlight } from './compare/goods-verdict';
import { judgePurchase } from './compare/judge-purchase';
import { judgeReception, nameOrphans } from './compare/judge-reception';
import { type StockTally, withoutRefused } from './compare/judge-stock';
import { judgeStore } from './compare/judge-store';
import {
  type GoodsReading,
  masterOf,
  type OmniumGoods,
  readOmniumGoods,
  readStock,
  readTenantGoods,
  type TenantGoods,
} from './compare/read-goods';
import { type DayContext } from './context';
import { nameExceptions } from './exceptions';
import { type GoodsBook } from './goods/goods-book';
import { repairStores } from './goods/repair-stores';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';

/** What was played with goods, as the report needs it. */
export interface PlayedGoods extends Pick<GoodsReading, 'masters'> {
  readonly book: GoodsBook;
  /** Markets in which each delivery is an order of its own in the shops. */
  readonly deliveryMarkets: readonly string[];
  readonly configFile: string;
}

/** What the goods' part of the report looks at. */
export interface GoodsReportInput extends Pick<GoodsReading, 'chain' | 'since' | 'knownSkus'> {
  readonly context: DayContext;
  readonly watch: OrderWatch;
  readonly narrator: Narrator;
  readonly goods: PlayedGoods;
}

/** How the goods' day ended. */
export interface GoodsResult {
  /** True when nothing is missing, duplicated or differing; what is in flight is named. */
  readonly isGood: boolean;
  readonly counts: GoodsCounts;
  /** Half a sentence for the last line on the screen. */
  readonly summary: string;
}

/**
 * Compares purchase orders, goods received, stores and every level of stock in both systems, repairs what was refused by
 * rule towards the stock master, prints the table and every exception.
 */
export async function reportGoods(input: GoodsReportInput): Promise<GoodsResult> {
  return await new GoodsReport(input).make();
}

class GoodsReport {
  private readonly reading: GoodsReading;

  constructor(private readonly input: GoodsReportInput) {
    const { context, chain, since, goods, knownSkus } = input;
    this.reading = { context, chain, since, masters: goods.masters, ...(knownSkus && { knownSkus }) };
  }

  async make(): Promise<GoodsResult> {
    const { chain, context, narrator, watch } = this.input;
    narrator.chapter('Every purchase order, everything received, and every level of stock is read from both systems.');
    const omnium = await readOmniumGoods(this.reading);
    const tenants: TenantGoods[] = [];
    const stock: StockTally[] = [];
    for (const market of chain.markets) {
      const tenant = await readTenantGoods(market, this.reading, omnium);
      tenants.push(tenant);
      stock.push(...(await this.readStock(market, tenant, omnium)));
    }
    const repaired = await this.repair({ omnium, tenants, stock });
    const underWay = await watch.underWay();
    const verdicts = tenants
      .flatMap((tenant) => this.judge(tenant, omnium, repaired))
      .map((verdict) => withFlight(verdict, underWay));
    const named = chain.markets.map(({ tenantUid, name }) => ({ tenantUid, name }));
    const tallies = repaired.map((tally) => ({
      ...tally,
      differences: tally.differences.map((each) => ({ ...each, verdict: withFlight(each.verdict, underWay) })),
    }));
    const table = countGoods({ verdicts, stock: tallies, tenants: named });
    context.log(`\n${drawGoodsTable(table)}`);
    const all = [...verdicts, ...tallies.flatMap(({ differences }) => differences.map((one) => one.verdict))];
    const exceptions = all.flatMap(({ tenantUid, document, workflowIds: [workflowId], issue }) =>
      issue ? [{ kind: issue.kind, text: `${document} (${tenantUid}): ${issue.why}`, workflowId }] : [],
    );
    await nameExceptions(this.input, TITLES, exceptions);
    const orphans = nameOrphans(
      omnium.received,
      tenants.flatMap(({ receptions }) => receptions),
    );
    narrator.list('Received in Omnium only', orphans);
    return resultOf(table.total, orphans.length);
  }

  private async readStock(
    market: ChainMarket,
    { warehouses }: Pick<TenantGoods, 'warehouses'>,
    { api }: OmniumGoods,
  ): Promise<StockTally[]> {
    return await readStock(market, warehouses, { ...this.reading, omniumApi: api });
  }

  /** What was refused by rule is written towards the master; the levels of these stores are read once more. */
  private async repair(seen: {
    readonly omnium: OmniumGoods;
    readonly tenants: readonly TenantGoods[];
    readonly stock: readonly StockTally[];
  }): Promise<StockTally[]> {
    const { goods, context, narrator } = this.input;
    const { refused } = goods.book;
    if (refused.length === 0) return [...seen.stock];
    narrator.chapter(
      `${refused.length} times goods came without an order to a shop whose stock Omnium keeps: their levels were refused ` +
        'by rule. They are written towards the stock master (ops stock diff --repair).',
    );
    const stores = [...new Map(refused.map(({ market, storeUid }) => [storeUid, { market, storeUid }])).values()];
    const wanted = stores.map(({ market, storeUid }) => ({ tenantUid: market.tenantUid, storeUid }));
    for (const text of await repairStores(context, goods.configFile, wanted)) narrator.say(text);
    const receptions = seen.tenants.flatMap((tenant) => tenant.receptions);
    const tallies = seen.stock.filter(({ storeUid }) => !stores.some((store) => store.storeUid === storeUid));
    for (const { market, storeUid } of stores) {
      const tenant = seen.tenants.find((each) => each.market === market);
      const warehouses = (tenant?.warehouses ?? []).filter((each) => each.storeUid === storeUid);
      const now = await this.readStock(market, { warehouses }, seen.omnium);
      // What the repair has mended besides was wrong all the same.
      const before = seen.stock.filter((tally) => tally.storeUid === storeUid);
      tallies.push(...now, ...withoutRefused({ before, now }, refused, receptions));
    }
    return tallies;
  }

  private judge(tenant: TenantGoods, omnium: OmniumGoods, stock: readonly StockTally[]): GoodsVerdict[] {
    const { tenantUid, marketId } = tenant.market;
    const shops = omnium.stores.filter(
      ({ isPrimaryStore, availableOnMarkets }) => isPrimaryStore && availableOnMarkets.includes(marketId),
    );
    return [
      ...this.judgePurchases(tenant, omnium),
      ...this.judgeReceptions(tenant, omnium, stock),
      ...shops.map((store) => judgeStore(store, tenant.stores, { tenantUid, all: omnium.stores })),
    ];
  }

  private judgePurchases({ market, purchases, warehouses }: TenantGoods, omnium: OmniumGoods): GoodsVerdict[] {
    const { tenantUid, marketId, currency, timezone } = market;
    const byCode = new Map(warehouses.flatMap((each) => (each.warehouseId ? [[each.warehouseId, each] as const] : [])));
    const isByDelivery = this.input.goods.deliveryMarkets.includes(marketId);
    const context = { tenantUid, currency, timezone, isByDelivery, warehouses: byCode };
    return omnium.purchases
      .filter((purchase) => purchase.marketId === marketId)
      .map((purchase) =>
        judgePurchase(
          purchase,
          purchases.filter(({ externalId }) => externalId === purchase.id),
          context,
        ),
      );
  }

  private judgeReceptions(
    { receptions, purchases, warehouses }: TenantGoods,
    omnium: OmniumGoods,
    stock: readonly StockTally[],
  ): GoodsVerdict[] {
    const known = new Set(omnium.purchases.map(({ id }) => id));
    return receptions.map((reception) => {
      const order = purchases.find(({ purchaseOrderUid }) => purchaseOrderUid === reception.purchaseOrderUid);
      const warehouse = warehouses.find(({ warehouseUid }) => warehouseUid === reception.warehouseUid);
      const differences = stock.flatMap((tally) => tally.differences);
      const inStore = differences.filter(({ storeUid }) => storeUid === reception.storeUid);
      return judgeReception(reception, omnium.received, {
        ...(order?.externalId && known.has(order.externalId) ? { purchaseOrderId: order.externalId } : {}),
        ...(warehouse?.warehouseId === undefined ? {} : { warehouseId: warehouse.warehouseId }),
        master: masterOf(reception.storeUid, this.reading),
        differingSkus: new Set(inStore.map(({ sku }) => sku)),
      });
    });
  }
}

const TITLES = {
  missing: 'Missing',
  duplicated: 'Duplicated',
  differing: 'Differing',
  inFlight: 'In flight',
} as const;

function resultOf(total: GoodsCounts, orphans: number): GoodsResult {
  const { missing, duplicated, differing, inFlight } = total.issues;
  const { kinds } = total;
  const isGood = missing + duplicated + differing + orphans === 0;
  const orders = kinds.purchase.all + kinds.deliveryPurchase.all + kinds.cancelledPurchase.all;
  const receptions = kinds.reception.all + kinds.localReception.all + kinds.refusedReception.all;
  const levels = kinds.levelOfFlow.all + kinds.levelOfOmnium.all;
  const words = levels.toLocaleString('en-GB');
  const flight = inFlight > 0 ? `, ${inFlight} still in flight` : '';
  const summary = isGood
    ? `${orders} purchase orders, ${receptions} receptions and ${words} levels of stock are the same in both systems${flight}`
    : `of ${orders} purchase orders, ${receptions} receptions and ${words} levels ${missing} missing, ` +
      `${duplicated} duplicated, ${differing} differing, ${orphans} only in Omnium${flight}`;
  return { isGood, counts: total, summary };
}
