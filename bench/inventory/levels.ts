import { Pool } from 'undici';
import { buildChain, flowUidOf } from '../../sandbox/chain/build-chain';
import type { Chain, ChainMarket } from '../../sandbox/chain/types';
import { closedLoop } from '../rig/closed-loop';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import { CHAIN_SEED } from '../vendors/vendor-process';

/** Stores of the chain, three in each of its four tenants; only their own warehouse changes, and not the back rooms. */
export const STORES = 12;
/** Items of one bulk write (omnium-api.md §6.3), and of one page in Flow. */
const [WRITTEN_AT_ONCE, READ_AT_ONCE] = [1_000, 100];
/** Omnium lets four bulk writes in at once. */
const HANDS = 4;
/** A prime number: however many rounds there are, a level differs from what it was in the round before. */
const QUANTITIES = 997;

interface Shelf {
  readonly market: ChainMarket;
  readonly warehouseCode: string;
}

/** SKUs that a chain needs to have so many levels to change; a few of them have no stock of their own. */
export function productsFor(levels: number): number {
  return Math.ceil((levels / STORES) * 1.03) + 20;
}

/** Stock levels of the chain's twelve stores in Omnium: changes many at once, and looks whether Flow has them. */
export class Levels {
  private readonly chain: Chain;
  private readonly shelves: readonly Shelf[];
  private readonly skus: readonly string[];
  private readonly pools: { readonly omnium: Pool; readonly flow: Pool };
  private round = 0;

  constructor(stops: Stops, { vendors, products }: { readonly vendors: VendorUrls; readonly products: number }) {
    this.chain = buildChain({ seed: CHAIN_SEED, products, stores: STORES });
    this.shelves = this.chain.stores.map(({ storeId, marketId }) => {
      const market = this.chain.markets.find((one) => one.marketId === marketId);
      if (!market) throw new Error(`${storeId} has no market`);
      return { market, warehouseCode: storeId };
    });
    this.skus = this.chain.products
      .filter(({ kind }) => kind === 'single' || kind === 'style')
      .flatMap(({ skus }) => skus.map(({ sku }) => sku));
    const options = { connections: HANDS, pipelining: 1 };
    this.pools = { omnium: new Pool(vendors.omniumUrl, options), flow: new Pool(vendors.flowUrl, options) };
    stops.add(() => Promise.all([this.pools.omnium.close(), this.pools.flow.close()]));
  }

  /** The Omnium account of everybody. */
  get account(): { readonly clientId: string; readonly clientSecret: string } {
    return this.chain.omniumApiUser;
  }

  /** The integration token of each Flow tenant. */
  get tokens(): ReadonlyMap<string, string> {
    return new Map(this.chain.markets.map(({ tenantUid, integrationToken }) => [tenantUid, integrationToken]));
  }

  /**
   * Gives the first `count` levels another quantity in Omnium, the stores in turn.
   *
   * @returns a moment after the last change before and before the first of these, ISO-8601
   */
  async change(count: number): Promise<string> {
    if (count > this.skus.length * STORES) throw new RangeError(`the chain has no ${count} levels`);
    this.round += 1;
    const token = await this.omniumToken();
    // Just before: Omnium leaves out what changed at the very moment that is asked for.
    const since = new Date(Date.now() - 1).toISOString();
    const batches = Math.ceil(count / WRITTEN_AT_ONCE);
    await closedLoop({ concurrency: HANDS, count: batches }, async (batch) => {
      const from = batch * WRITTEN_AT_ONCE;
      const items = numbers(from, Math.min(from + WRITTEN_AT_ONCE, count)).map((index) => ({
        sku: this.skuOf(index),
        warehouseCode: this.shelfOf(index).warehouseCode,
        inventory: this.quantityOf(index),
      }));
      await send(this.pools.omnium, { method: 'PUT', path: '/api/Inventory/UpdateMany', token, body: items });
    });
    return since;
  }

  /** @throws Error when one of the first `count` levels is another in Flow than in Omnium */
  async mustBeInFlow(count: number): Promise<void> {
    for (const [number, { market, warehouseCode }] of this.shelves.entries()) {
      const levels = numbers(0, count).filter((index) => index % STORES === number);
      const chunks = Math.ceil(levels.length / READ_AT_ONCE);
      await closedLoop({ concurrency: HANDS, count: chunks }, async (chunk) => {
        const some = levels.slice(chunk * READ_AT_ONCE, (chunk + 1) * READ_AT_ONCE);
        const inFlow = await this.readFlow(market, warehouseCode, some);
        const wrong = some.find((index) => inFlow.get(flowUidOf(this.skuOf(index))) !== this.quantityOf(index) * 100);
        if (wrong !== undefined) {
          throw new Error(`Flow has another level of ${this.skuOf(wrong)} in ${warehouseCode} than Omnium`);
        }
      });
    }
  }

  private async readFlow(
    { tenantUid, integrationToken }: ChainMarket,
    warehouseCode: string,
    levels: readonly number[],
  ): Promise<ReadonlyMap<string, number>> {
    const body = {
      productUids: levels.map((index) => flowUidOf(this.skuOf(index))),
      warehouseUids: [flowUidOf(warehouseCode)],
    };
    const path = `/v2/tenants/${tenantUid}/products/stock?pageSize=${READ_AT_ONCE}`;
    const text = await send(this.pools.flow, { method: 'POST', path, token: integrationToken, body });
    const { items } = JSON.parse(text) as { readonly items: readonly FlowStock[] };
    return new Map(items.map(({ productUid, totalQuantityStock }) => [productUid, totalQuantityStock]));
  }

  private async omniumToken(): Promise<string> {
    const { clientId, clientSecret } = this.account;
    const query = new URLSearchParams({ clientId, clientSecret }).toString();
    return await send(this.pools.omnium, { method: 'POST', path: `/api/Token?${query}` });
  }

  private shelfOf(index: number): Shelf {
    return mustHave(this.shelves[index % STORES]);
  }

  private skuOf(index: number): string {
    return mustHave(this.skus[Math.floor(index / STORES)]);
  }

  /** In pieces; more than any warehouse has at the start. */
  private quantityOf(index: number): number {
    return 1_000 + ((index * 31 + this.round) % QUANTITIES);
  }
}

interface FlowStock {
  readonly productUid: string;
  readonly totalQuantityStock: number;
}

interface Sending {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
}

async function send(pool: Pool, { method, path, token, body }: Sending): Promise<string> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await pool.request({ method, path, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode > 299) throw new Error(`${method} ${path.split('?')[0]}: ${answer.statusCode} ${text}`);
  return text;
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_unused, index) => from + index);
}

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('the chain has no such level');
  return value;
}
