import { hashText } from '../../chain/seeded-random';
import { type Price, type Product } from '../documents';
import { type OperationName } from '../events/operations';
import { type JsonObject } from '../wire/schema';
import { type World } from '../world';
import { wholeDocument } from './product-writes';

/** What somebody in Omnium's own interface does to many products at once; each raises its events unless it is quiet. */
export interface Chosen {
  /** Numbers of products, or SKUs. */
  readonly codes?: readonly string[] | undefined;
  /** A part of the catalogue, from 0 to 1; which products are in it depends on `seed` alone. */
  readonly share?: number | undefined;
  readonly seed?: number | undefined;
}

/** Who did it, in events. */
const cause = { origin: 'GUI', userId: 'gui-user' };
const buckets = 100_000;

/** The numbers of the chosen products, those that were deleted by people left out. */
export const choose = (world: World, { codes = [], share = 0, seed = 0 }: Chosen): string[] => {
  const named = codes.flatMap((code) => world.products.find(code)?.productId ?? []);
  const drawn: string[] = [];
  for (const productId of share > 0 ? world.products.productIds() : []) {
    const isDrawn = hashText(`${seed}/${productId}`) % buckets < share * buckets;
    if (isDrawn && world.products.get(productId)?.facts.status !== 'Deleted') {
      drawn.push(productId);
    }
  }
  return [...new Set([...named, ...drawn])];
};

const tell = (world: World, productIds: readonly string[], operation: OperationName): void => {
  for (const productId of productIds) {
    world.events.raise(operation, { className: 'Product', objectId: productId }, cause);
  }
};

/** A new time of modification, the same for all. */
export const touchProducts = (
  world: World,
  productIds: readonly string[],
  { at, quiet }: { at: string | undefined; quiet: boolean },
): void => {
  world.products.touch(productIds, at);
  world.context.markDirty();
  if (!quiet) {
    tell(world, productIds, 'guiPatchProduct');
  }
};

/** Sets members of products; `null` takes one away. `sku` sets them on one variant. */
export const editProducts = (
  world: World,
  productIds: readonly string[],
  { set, sku, quiet }: { set: JsonObject; sku: string | undefined; quiet: boolean },
): void => {
  const modified = world.now();
  const edited = <T extends Product>(document: T): T =>
    Object.fromEntries(Object.entries({ ...document, ...set, modified }).filter(([, value]) => value !== null)) as T;
  for (const productId of productIds) {
    const entry = world.products.get(productId);
    if (entry !== undefined) {
      const before = wholeDocument(world, entry);
      const { variants } = before;
      world.putProduct(
        sku === undefined || variants === undefined
          ? edited(before)
          : { ...before, variants: variants.map((each) => (each.skuId === sku ? edited(each) : each)), modified },
      );
    }
  }
  if (!quiet) {
    tell(world, productIds, 'guiPatchProduct');
  }
};

/** Marks products deleted as people do, or takes them away for good. */
export const deleteProducts = (
  world: World,
  productIds: readonly string[],
  { permanently, quiet }: { permanently: boolean; quiet: boolean },
): void => {
  if (permanently) {
    for (const productId of productIds) {
      world.removeProduct(productId);
    }
  } else {
    editProducts(world, productIds, { set: { status: 'Deleted', isActive: false }, sku: undefined, quiet: true });
  }
  if (!quiet) {
    tell(world, productIds, 'guiDeleteProduct');
  }
};

/** How prices are changed. */
export interface PriceChange {
  /** Members a price must have to be changed; `null` means that it must not have the member. */
  readonly where: JsonObject;
  /** Multiplies the unit price; the result is rounded to cents. */
  readonly factor?: number | undefined;
  /** Members set; `null` takes one away. */
  readonly set: JsonObject;
  /** Neither the price nor its product is modified by it, as when time passes. */
  readonly unmodified: boolean;
  readonly quiet: boolean;
}

const isMeant = (price: Price, where: JsonObject): boolean =>
  Object.entries(where).every(([name, value]) => (price[name] ?? null) === value);

/** Changes prices of products, or of one SKU of each; gives how many there were. */
export const changePrices = (world: World, codes: readonly string[], change: PriceChange): number => {
  const { where, factor, set, unmodified, quiet } = change;
  const modified = world.now();
  const written: string[] = [];
  let count = 0;
  const next = (price: Price): Price => {
    const unitPrice = factor === undefined ? price.unitPrice : Math.round(price.unitPrice * factor * 100) / 100;
    const members = { ...price, unitPrice, ...set, modified: unmodified ? price.modified : modified };
    const kept = Object.fromEntries(
      Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
    );
    return { ...kept, unitPrice: members.unitPrice };
  };
  for (const code of codes) {
    const prices = world.prices.of(code);
    const meant = new Set(prices.filter((price) => isMeant(price, where)));
    if (meant.size > 0) {
      const changed = prices.map((price) => (meant.has(price) ? next(price) : price));
      world.prices.replace(code, changed);
      count += meant.size;
      written.push(code);
    }
  }
  if (!unmodified) {
    world.touchProductsOf(written);
  }
  world.context.markDirty();
  if (!quiet) {
    tell(
      world,
      [...new Set(written.map((code) => world.products.productIdOf(code) ?? code))],
      'guiUpdateProductPrices',
    );
  }
  return count;
};
