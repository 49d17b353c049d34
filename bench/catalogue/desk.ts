import { Pool } from 'undici';
import { flowUidOf } from '../../sandbox/chain/build-chain';
import type { ChainMarket, ChainProduct } from '../../sandbox/chain/types';
import { chunksOf } from '../../src/activities/shared/concurrency';
import { closedLoop } from '../rig/closed-loop';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';

/** Items of a question and of a bulk write; one bulk write after the other, as Omnium asks for. */
const [ASKED_AT_ONCE, WRITTEN_AT_ONCE] = [100, 500];
const HANDS = 4;
const CHANGED_TOGETHER = 50;
const FIRST_CHANGE_MS = Date.parse('2026-02-01T06:00:00Z');
const MINUTE_MS = 60_000;

/** A price that a store has of its own. */
export interface StorePrice {
  readonly code: string;
  /** Omnium's id of the store. */
  readonly storeId: string;
  /** As Omnium has it, with decimals. */
  readonly unitPrice: number;
}

type PriceInOmnium = Omit<StorePrice, 'storeId'> & Partial<StorePrice>;
type StorePriceTest = (sku: string, storeId: string) => boolean;

/** The people who keep the catalogue in Omnium, and who look into Flow. They have an API user of their own. */
export class CatalogueDesk {
  private readonly pools: { readonly omnium: Pool; readonly flow: Pool };
  private token: string | undefined;

  constructor(stops: Stops, vendors: VendorUrls) {
    const options = { connections: HANDS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
    this.pools = { omnium: new Pool(vendors.omniumUrl, options), flow: new Pool(vendors.flowUrl, options) };
    stops.add(() => Promise.all([this.pools.omnium.close(), this.pools.flow.close()]));
  }

  /** Products were changed at different times, in their order, a minute apart and some of them together. */
  async spreadChanges(productIds: readonly string[]): Promise<void> {
    let at = FIRST_CHANGE_MS;
    for (const codes of chunksOf(productIds, CHANGED_TOGETHER)) {
      at += MINUTE_MS;
      await this.omnium('POST /_sandbox/catalogue/touch', { codes, at: new Date(at).toISOString(), quiet: true });
    }
  }

  /** Renames products, variants included, as people do in Omnium. @param suffix a new one each time */
  async rename(products: readonly ChainProduct[], suffix: string): Promise<void> {
    await closedLoop({ concurrency: HANDS, count: products.length }, async (index) => {
      const { productId = '', name = '', kind, skus = [] } = products[index] ?? {};
      const codes = [productId];
      await this.edit({ codes, set: { name: `${name} ${suffix}` } });
      for (const sku of kind === 'style' ? skus : []) {
        await this.edit({ codes, sku: sku.sku, set: { name: `${sku.name} ${suffix}` } });
      }
    });
  }

  /** Changes prices that single stores of a market have. @returns the new ones */
  async reprice(skus: readonly string[], { marketId }: ChainMarket, isChanged: StorePriceTest): Promise<StorePrice[]> {
    const all: StorePrice[] = [];
    for (const productCodes of chunksOf(skus, ASKED_AT_ONCE)) {
      const body = { productCodes, marketId, scrollSize: 20_000 };
      const { result } = await this.omnium<{ result: readonly PriceInOmnium[] }>('POST /api/Prices/Search', body);
      const prices = result
        .filter((price): price is StorePrice => price.storeId !== undefined && isChanged(price.code, price.storeId))
        .map((price) => ({ ...price, unitPrice: Math.round(price.unitPrice * 100 + 100) / 100 }));
      for (const some of chunksOf(prices, WRITTEN_AT_ONCE)) {
        const updates = some.map((price) => ({ productId: price.code, ignoreDates: true, prices: [price] }));
        await this.omnium('PUT /api/Prices/AddMany', updates);
      }
      for (const { code, storeId, unitPrice } of prices) all.push({ code, storeId, unitPrice });
    }
    return all;
  }

  /** @throws Error when one of the prices is another on the store's list in Flow */
  async mustHavePrices(market: ChainMarket, prices: readonly StorePrice[]): Promise<void> {
    await closedLoop({ concurrency: HANDS, count: prices.length }, async (index) => {
      const { code = '', storeId = '', unitPrice = 0 } = prices[index] ?? {};
      const list = `/pricelists/${flowUidOf(storeId)}/prices?productUid=${flowUidOf(code)}`;
      const { items } = await this.flow<{ items: readonly { price: number }[] }>(market, `GET ${list}`);
      const cents = Math.round(unitPrice * 100);
      if (items.length !== 1 || items[0]?.price !== cents) {
        throw new Error(`Flow has ${JSON.stringify(items)} for ${code} in ${storeId} instead of ${cents}`);
      }
    });
  }

  /** From now on Omnium has prices in its index of prices only, and none in the documents of products. */
  async keepPricesInIndex(): Promise<void> {
    await this.omnium('POST /_sandbox/catalogue/price-home', { home: 'index' });
  }

  /** Makes the price list of each store in Flow, as the export of the stores does. */
  async makeStoreLists(market: ChainMarket, storeUids: readonly string[]): Promise<void> {
    for (const storeUid of storeUids) {
      const list = { pricelistUid: storeUid, name: storeUid, externalId: storeUid };
      await this.flow(market, `POST /pricelists`, list);
    }
  }

  /** How many documents a list in Flow has, e.g. `/products`. */
  async count(market: ChainMarket, list: string): Promise<number> {
    const { paging } = await this.flow<{ paging: { totalCount: number } }>(market, `GET ${list}?pageSize=1`);
    return paging.totalCount;
  }

  /** All documents of a list in Flow. */
  async list(market: ChainMarket, list: string): Promise<object[]> {
    const all: object[] = [];
    for (let page = 1; ; page += 1) {
      const path = `GET ${list}?pageSize=${ASKED_AT_ONCE}&pageNumber=${page}`;
      const { items } = await this.flow<{ items: readonly object[] }>(market, path);
      all.push(...items);
      if (items.length < ASKED_AT_ONCE) return all;
    }
  }

  /** @throws Error when one of the products has another name in Flow than one that ends in the suffix */
  async mustBeRenamed(market: ChainMarket, productUids: readonly string[], suffix: string): Promise<void> {
    await closedLoop({ concurrency: HANDS, count: productUids.length }, async (index) => {
      const { name } = await this.flow<{ name: string }>(market, `GET /products/${productUids[index] ?? ''}`);
      if (!name.endsWith(suffix)) throw new Error(`Flow calls ${productUids[index]} ${name}, which is the old name`);
    });
  }

  private async edit(change: object): Promise<void> {
    await this.omnium('POST /_sandbox/catalogue/products', { ...change, quiet: true });
  }

  private async omnium<T>(call: string, body: unknown): Promise<T> {
    this.token ??= await this.fetchToken();
    return await send<T>(this.pools.omnium, { call, token: this.token, body });
  }

  private async flow<T>({ tenantUid, integrationToken }: ChainMarket, call: string, body?: unknown): Promise<T> {
    const [method = 'GET', path = ''] = call.split(' ');
    return await send<T>(this.pools.flow, {
      call: `${method} /v2/tenants/${tenantUid}${path}`,
      token: integrationToken,
      body,
    });
  }

  private async fetchToken(): Promise<string> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const call = `POST /api/Token?${query}`;
    return (await send<{ accessToken: string }>(this.pools.omnium, { call })).accessToken;
  }
}

interface Sending {
  /** Method and path. */
  readonly call: string;
  readonly token?: string;
  readonly body?: unknown;
}

async function send<T>(pool: Pool, { call, token, body }: Sending): Promise<T> {
  const [method = 'GET', path = ''] = call.split(' ');
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await pool.request({
    method: method as 'GET' | 'POST' | 'PUT',
    path,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode > 299) throw new Error(`${call.split('?')[0]}: ${answer.statusCode} ${text.slice(0, 300)}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}
