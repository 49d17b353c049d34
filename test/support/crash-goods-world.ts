import { Publisher } from '../../src/temporal/publisher';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import type { TenantConfig } from '../../src/config/types';
import { GoodsWorker } from './crash-goods-worker';
import { CrashWorld, openSandboxes, SEED, STORE, TENANT, type Json, type Reconfigure } from './crash-world';
import { PretendTemporal } from './stock-model/pretend-temporal';

/** Articles on the shelves of this world; beside them there is one package with what is in it. */
const ARTICLES = 6;
/** Items of one page of Omnium's inventory. */
const PAGE = 4;
/** Two of them in the one market that this world has. */
const STORES = 6;

/**
 * A small world that begins anew for each instance of a flow: what both systems hold at its end can be compared as a whole.
 */
export class GoodsWorld extends CrashWorld {
  readonly temporal = new PretendTemporal(TENANT);
  /** By which events are told from outside. */
  readonly inbox = new Publisher({
    ...{ client: () => this.temporal.client, retryLadder: 'one-minute', callTimeoutMs: 10_000 },
    // The flow of a switch has a second alignment of its own.
  });
  /** A worker beside the door: what came before the flow under test. */
  readonly steady = this.workerWith(this.tenant, false);

  static override async start(): Promise<GoodsWorld> {
    return new GoodsWorld(await openSandboxes(smallChain(), { scrollBatchSize: PAGE }));
  }

  override async stop(): Promise<void> {
    await this.steady.close();
    await super.stop();
  }

  /** Everything as it was at the start. */
  async begin(): Promise<void> {
    await this.resetVendors();
    this.temporal.owners.clear();
    this.temporal.scheduled.length = 0;
    this.temporal.checkpoints.clear();
  }

  /** A worker that dies where the door says. */
  goodsWorker(reconfigure: Reconfigure = (tenant) => tenant): GoodsWorker {
    return this.workerWith(reconfigure(this.atTheDoor), true);
  }

  /** Another such worker, of a time when the configuration was another. */
  async steadily<T>(reconfigure: Reconfigure, work: (worker: GoodsWorker) => Promise<T>): Promise<T> {
    const worker = this.workerWith(reconfigure(this.tenant), false);
    try {
      return await work(worker);
    } finally {
      await worker.close();
    }
  }

  /** The package, and what is in it. */
  get package(): { readonly sku: string; readonly components: readonly string[] } {
    const product = this.chain.products.find(({ kind }) => kind === 'package');
    const [sku] = product?.skus ?? [];
    if (!sku || !product?.components) throw new Error('the chain has no package');
    return { sku: sku.sku, components: product.components.map((component) => component.sku) };
  }

  /** Number `index` among the suppliers; the tills do not know the one that Omnium has made a moment ago. */
  supplier(index = 0): string {
    const found = this.chain.suppliers[index]?.supplierId;
    if (!found) throw new Error(`the chain has no supplier number ${index}`);
    return found;
  }

  /** Pieces in stock in Omnium, from now on. */
  async setInOmnium(warehouseCode: string, levels: Readonly<Record<string, number>>): Promise<void> {
    const items = Object.entries(levels).map(([sku, inventory]) => ({ sku, warehouseCode, inventory }));
    await this.omnium('PUT', '/api/Inventory/UpdateMany', items);
  }

  /** Pieces in stock in Flow, from now on. */
  async setInFlow(warehouseUid: string, levels: Readonly<Record<string, number>>, storeUid = STORE): Promise<void> {
    for (const [sku, pieces] of Object.entries(levels)) {
      const path = `/stores/${storeUid}/warehouses/${warehouseUid}/products/${uidOf(sku)}/stock`;
      await this.flow('PUT', path, { quantityStock: pieces * 100 });
    }
  }

  private workerWith(config: TenantConfig, isMortal: boolean): GoodsWorker {
    const { door, temporal, inbox } = this;
    return new GoodsWorker({ config, temporal, inbox, door, isMortal });
  }
}

/** Omnium's id as Flow writes it. */
export function uidOf(id: string): string {
  return id.replace(/\W/g, '');
}

/** Documents within an answer. */
export function listIn(answer: Json | undefined, member: string): Json[] {
  return (answer?.[member] ?? []) as Json[];
}

function smallChain(): Chain {
  const chain = buildChain({ seed: SEED, products: 120, stores: STORES });
  const articles = chain.products
    .filter(({ kind, hasSerialNumbers }) => kind === 'single' && !hasSerialNumbers)
    .slice(0, ARTICLES);
  const set = chain.products.find(({ kind }) => kind === 'package');
  const inSet = new Set(set?.components?.map(({ sku }) => sku));
  const kept = chain.products.filter(
    (product) =>
      product === set ||
      product.kind === 'service' ||
      articles.includes(product) ||
      product.skus.some(({ sku }) => inSet.has(sku)),
  );
  const markets = chain.markets.filter(({ tenantUid }) => tenantUid === TENANT);
  const stores = chain.stores.filter(({ marketId }) => markets.some((market) => market.marketId === marketId));
  return { ...chain, markets, stores, products: kept, customers: [] };
}
