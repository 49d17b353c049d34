/** The parts of the catalogue's benchmark, in the order they run. */
export const CATALOGUE_PARTS = ['products', 'prices', 'orders'] as const;
export type CataloguePart = (typeof CATALOGUE_PARTS)[number];

/** What the catalogue's benchmark can be told. */
export interface CatalogueChoice {
  /** All, unless said otherwise. */
  readonly parts?: readonly CataloguePart[];
  /** SKUs of the chain. */
  readonly products?: number;
}

/** How large the catalogue's benchmark is. */
export interface CatalogueSizes {
  /** SKUs of the chain. */
  readonly products: number;
  /** Memory is compared with that of so many. */
  readonly few: number;
  /** SKUs that change before a delta. */
  readonly changed: number;
  readonly orders: OrderSizes;
}

/** How orders come while their latency is looked at. */
interface OrderSizes {
  readonly perSecond: number;
  /** Before anything is measured. */
  readonly warmUp: number;
  /** With nothing else to do: so many before the export, and again after it. */
  readonly alone: number;
  /** At most, while everything is exported; only orders that end before the export does are counted. */
  readonly during: number;
}

const PRODUCTS = { full: 100_000, quick: 2_000 };
const ORDERS: Readonly<Record<'full' | 'quick', OrderSizes>> = {
  full: { perSecond: 4, warmUp: 120, alone: 150, during: 360 },
  quick: { perSecond: 4, warmUp: 20, alone: 20, during: 100 },
};

/** Sizes of a full or a quick run, for a chain of another size when it is asked for. */
export function catalogueSizes(quick: boolean, { products }: CatalogueChoice): CatalogueSizes {
  const size = quick ? 'quick' : 'full';
  const all = products ?? PRODUCTS[size];
  return { products: all, few: Math.ceil(all / 10), changed: Math.ceil(all / 100), orders: ORDERS[size] };
}
