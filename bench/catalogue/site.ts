import type { Chain, ChainProduct, MarketId } from '../../sandbox/chain/types';
import type { Stops } from '../rig/stops';
import { type PairChains, VendorPair } from '../vendors/vendor-pair';
import { CatalogueDesk } from './desk';
import { chainOf } from './places';

/** Both vendors with a chain of some size, and who keeps its catalogue. */
export interface Site {
  readonly pair: VendorPair;
  /** As Omnium has it. */
  readonly chain: Chain;
  readonly desk: CatalogueDesk;
}

/** Starts both vendors. */
export async function startSite(stops: Stops, chains: PairChains): Promise<Site> {
  const pair = await VendorPair.start(stops, chains);
  const chain = chainOf(chains.omnium);
  return { pair, chain, desk: new CatalogueDesk(stops, pair.urls) };
}

/** What one of the catalogue's streams is measured with. */
export interface StreamWork {
  readonly stream: 'products' | 'prices';
  /** What a row is called, e.g. `products`. */
  readonly rows: string;
  /** SKUs of the chain whose calls are recorded for the bare loop, for a catalogue of so many. */
  sampleOf(products: number): number;
  /** A chain of so many SKUs, and what Flow has of it before the first export. */
  chains(products: number): PairChains;
  /** Rows of a market that a first export writes. */
  rowsOf(chain: Chain): number;
  /** What has to be done with both vendors before the first export. */
  prepare(site: Site): Promise<void>;
  /** SKUs of a sample of so many that change for the recorded delta: few enough for Flow to be asked as after the large change. */
  recordedChange(sample: number): number;
  /** Ways in which one row in a hundred changes; the first is compared with the bare loop. */
  readonly patterns: readonly [ChangePattern, ...ChangePattern[]];
  /** @throws Error when Flow has not everything after an export of everything */
  mustBeInFlow(site: Site, marketId: MarketId): Promise<void>;
}

/** A way in which rows change in Omnium. */
interface ChangePattern {
  /** In words, e.g. `every store of one SKU in a hundred`. */
  readonly name: string;
  /** @param skus so many SKUs with all their rows, or as many rows of others */
  change(site: Site, marketId: MarketId, skus: number): Promise<Changed>;
}

/** What has been changed. */
export interface Changed {
  /** Rows that are different now. */
  readonly rows: number;
  /** What an export counts when it has written them: several rows may be one. */
  readonly written: number;
  /** @throws Error when Flow has not all of it after an export */
  mustBeInFlow(): Promise<void>;
}

/** Every so manieth, so that there are `count` of them, from all parts of the list. */
export function spread<T>(items: readonly T[], count: number): T[] {
  return Array.from(
    { length: Math.min(count, items.length) },
    (_unused, index) => items[Math.floor((index * items.length) / Math.min(count, items.length))],
  ).filter((item) => item !== undefined);
}

/** Products with so many SKUs together, from all parts of the catalogue. */
export function productsOfSkus(products: readonly ChainProduct[], skus: number): ChainProduct[] {
  const all = products.filter(({ kind }) => kind !== 'service');
  const perProduct = all.reduce((total, product) => total + product.skus.length, 0) / all.length;
  return spread(all, Math.max(Math.round(skus / perProduct), 1));
}
