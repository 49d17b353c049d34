import { type ChainProduct } from '../../../sandbox/chain/types';
import { type CataloguePlanInput, dayOf } from './catalogue-step';

/** Products of each kind of change. */
const FEW = 3;
/** A day gives out no more than these. */
const PER_DAY = 16;

/** Products that nobody buys today, and that are in no package: each is given out once a day. */
export class FreeArticles {
  private readonly singles: ChainProduct[];
  private readonly packages: ChainProduct[];

  constructor({ chain, prefix, soldSkus }: CataloguePlanInput) {
    const inPackages = new Set(chain.products.flatMap(({ components = [] }) => components.map(({ sku }) => sku)));
    const isFree = ({ skus }: ChainProduct): boolean =>
      skus.every(({ sku }) => !soldSkus.has(sku) && !inPackages.has(sku));
    // The buyer of the goods begins at the other end. A later day goes on where the day before has ended.
    const free = chain.products.filter((product) => product.kind === 'single' && isFree(product)).reverse();
    const skipped = (dayOf(prefix) - 1) * PER_DAY;
    this.singles = [...free.slice(skipped % free.length), ...free.slice(0, skipped % free.length)];
    const packages = chain.products.filter(({ kind }) => kind === 'package');
    this.packages = packages.slice(dayOf(prefix) % packages.length);
  }

  /** Some of a kind. */
  few(): ChainProduct[] {
    return this.singles.splice(0, FEW);
  }

  next(): ChainProduct {
    const next = this.singles.shift();
    if (!next) throw new Error('the chain has too few products for a day of changes');
    return next;
  }

  /** A package of which nobody has changed anything today. */
  nextPackage(): ChainProduct {
    const next = this.packages.shift();
    if (!next) throw new Error('the chain has no package');
    return next;
  }
}
