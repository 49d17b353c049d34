import { hashText, type SeededRandom, seededRandom } from './seeded-random';
import type {
  CatalogueLine,
  ChainBrand,
  ChainCategory,
  ChainPrice,
  ChainProduct,
  ChainSku,
  ChainSupplier,
  MarketId,
  VatClass,
} from './types';

/** SKU of the non-physical shipping service that every catalogue holds. */
export const SHIPPING_SKU = 'SHIPPING';

const MARKET_IDS: readonly MarketId[] = ['NOR', 'SWE', 'DNK', 'FIN'];
/** Units of the currency for one Norwegian krone, roughly; prices are rounded to shelf endings afterwards. */
const PER_KRONE: Record<MarketId, number> = { NOR: 1, SWE: 0.98, DNK: 0.65, FIN: 0.087 };

interface ProductLine {
  readonly categoryId: string;
  readonly nouns: readonly string[];
  readonly sizes: readonly string[];
  /** Shelf price range in NOK. */
  readonly range: readonly [number, number];
  readonly weightKg: readonly [number, number];
  readonly vatClass: VatClass;
}

const CLOTHES = ['XS', 'S', 'M', 'L', 'XL'];
const SHOES = ['38', '39', '40', '41', '42', '43', '44'];
const line = (categoryId: string, nouns: readonly string[], rest: Omit<ProductLine, 'categoryId' | 'nouns'>) => ({
  categoryId,
  nouns,
  ...rest,
});

const LINES: readonly ProductLine[] = [
  line('jackets', ['shell jacket', 'down jacket', 'wind jacket', 'parka'], {
    sizes: CLOTHES,
    range: [799, 4999],
    weightKg: [0.3, 1.2],
    vatClass: 'standard',
  }),
  line('wool', ['wool top', 'wool tights', 'wool sweater', 'merino tee'], {
    sizes: CLOTHES,
    range: [299, 1499],
    weightKg: [0.15, 0.6],
    vatClass: 'standard',
  }),
  line('footwear', ['hiking boot', 'trail shoe', 'winter boot', 'approach shoe'], {
    sizes: SHOES,
    range: [699, 2999],
    weightKg: [0.6, 1.6],
    vatClass: 'standard',
  }),
  line('tents', ['tunnel tent', 'tarp', 'dome tent', 'hammock'], {
    sizes: [],
    range: [499, 8999],
    weightKg: [0.8, 5.5],
    vatClass: 'standard',
  }),
  line('kitchen', ['camp stove', 'thermos', 'pot set', 'enamel mug', 'firesteel'], {
    sizes: [],
    range: [49, 1299],
    weightKg: [0.05, 1.4],
    vatClass: 'standard',
  }),
  line('packs', ['day pack', 'expedition pack', 'dry bag', 'hip bag'], {
    sizes: [],
    range: [199, 3499],
    weightKg: [0.2, 2.4],
    vatClass: 'standard',
  }),
  line('food', ['freeze-dried stew', 'trail bar', 'oat porridge', 'coffee 250 g'], {
    sizes: [],
    range: [19, 149],
    weightKg: [0.05, 0.5],
    vatClass: 'reduced',
  }),
  line('books', ['trail guide', 'map 1:50 000', 'knot book'], {
    sizes: [],
    range: [99, 449],
    weightKg: [0.1, 0.9],
    vatClass: 'zero',
  }),
];

/** Dear enough that the maker numbers every piece. */
const NOUNS_WITH_SERIAL_NUMBERS: ReadonlySet<string> = new Set(['tunnel tent']);

const BRANDS = ['Fjordvik', 'Tinde Air', 'Havgard', 'Lyngheim', 'Skarv & Sønn', 'Myrull', 'Varg', 'Elvebakk Outdoor'];
const COLOURS = ['black', 'moss', 'navy', 'rust', 'grey', 'lichen'];
const MODELS = ['Aur', 'Bre', 'Dis', 'Eld', 'Fonn', 'Glør', 'Hei', 'Isa', 'Kvist', 'Lom', 'Mo', 'Nut', 'Ras', 'Sno'];

/** Brands of the chain; two have a blank and one an ampersand in the name. */
export function buildBrands(): ChainBrand[] {
  return [...BRANDS, 'Nordlys'].map((name) => ({ brandId: name, name }));
}

/** Category tree, parents first; also used as product groups. */
export function buildCategories(): ChainCategory[] {
  const title = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
  return [
    { categoryId: 'all', name: 'All products' },
    { categoryId: 'clothing', name: 'Clothing', parentId: 'all' },
    { categoryId: 'equipment', name: 'Equipment', parentId: 'all' },
    { categoryId: 'packages', name: 'Packages', parentId: 'all' },
    { categoryId: 'services', name: 'Services', parentId: 'all' },
    ...LINES.map(({ categoryId, sizes }) => ({
      categoryId,
      name: title(categoryId),
      parentId: sizes.length > 0 ? 'clothing' : 'equipment',
    })),
  ];
}

/** Eight suppliers with invented names and addresses. The last one is new: the tills do not know it yet. */
export function buildSuppliers(random: SeededRandom): ChainSupplier[] {
  return BRANDS.map((brand, index) => ({
    supplierId: `sup-${100 + index}`,
    name: `${brand} Supply`,
    address: {
      street: 'Industriveien',
      streetNumber: String(random.int(1, 90)),
      postalCode: String(random.int(1000, 9990)),
      city: random.pick(['Drammen', 'Borås', 'Horsens', 'Lahti']),
      countryCode: random.pick(['NO', 'SE', 'DK', 'FI']),
    },
    email: `orders@supplier${100 + index}.example`,
    phone: `+47${random.int(22_000_000, 79_999_999)}`,
    vatNumber: String(random.int(910_000_000, 999_999_999)),
    currency: random.pick(['NOK', 'SEK', 'EUR']),
    knownInTills: index < BRANDS.length - 1,
  }));
}

/** Invented catalogue with `count` SKUs: singles, styles with variants, packages (one in fifty) and shipping. */
export function buildProducts(count: number, random: SeededRandom): ChainProduct[] {
  const products: ChainProduct[] = [];
  const packages = Math.floor(count / 50);
  let remaining = Math.max(count - packages - 1, 0);
  let number = 104_000;
  while (remaining > 0) {
    number += random.int(1, 9);
    const product = buildArticle(String(number), remaining, random);
    remaining -= product.skus.length;
    products.push(product);
  }
  const sellable = products.flatMap((product) => product.skus);
  for (let index = 0; index < packages && sellable.length > 0; index++) {
    products.push(buildPackage(String(700_100 + index), sellable, random));
  }
  products.push(shippingService());
  return products;
}

/** The catalogue a real trading log implies: one single product per line, sold everywhere at the same number. */
export function productsOfCatalogue(catalogue: readonly CatalogueLine[]): ChainProduct[] {
  const products = catalogue
    .filter(({ sku }) => sku !== SHIPPING_SKU)
    .map(({ sku, name, unitCents }): ChainProduct => {
      const price = { unitCents, recommendedCents: unitCents, costCents: Math.round(unitCents * 0.4) };
      return {
        productId: sku,
        kind: 'single',
        name: name || sku,
        description: name || sku,
        brandId: 'Nordlys',
        categoryId: 'equipment',
        supplierId: 'sup-100',
        vatClass: 'standard',
        skus: [{ sku, name: name || sku, prices: { NOR: price, SWE: price, DNK: price, FIN: price } }],
      };
    });
  return [...products, shippingService()];
}

function buildArticle(productId: string, remaining: number, random: SeededRandom): ChainProduct {
  const kind = random.pick(LINES);
  const brand = random.pick(BRANDS);
  const model = random.pick(MODELS);
  const noun = random.pick(kind.nouns);
  const name = `${brand} ${model} ${noun}`;
  const krone = random.int(kind.range[0], kind.range[1]);
  const weightKg = Math.round((kind.weightKg[0] + random.next() * (kind.weightKg[1] - kind.weightKg[0])) * 100) / 100;
  const prices = shelfPrices(krone, random);
  const article = (suffix: string, more: { size?: string; colour?: string }): ChainSku => ({
    sku: suffix ? `${productId}-${suffix}` : productId,
    name: suffix ? `${name} ${[more.colour, more.size].filter(Boolean).join(' ')}` : name,
    ...more,
    ean: ean13(`${productId}${suffix}`),
    weightKg,
    prices,
  });
  const sizes = kind.sizes.slice(0, Math.max(2, random.int(3, kind.sizes.length || 3)));
  const asStyle = kind.sizes.length > 0 && remaining >= 2;
  const colour = random.pick(COLOURS);
  const skus = asStyle ? sizes.slice(0, remaining).map((size) => article(size, { size, colour })) : [article('', {})];
  return {
    productId,
    kind: asStyle ? 'style' : 'single',
    name,
    description: `<p>${name}, made for weather that changes its mind.</p>`,
    brandId: brand,
    categoryId: kind.categoryId,
    supplierId: `sup-${100 + BRANDS.indexOf(brand)}`,
    vatClass: kind.vatClass,
    imageUrl: `https://images.nordlys.example/${productId}.jpg`,
    ...(NOUNS_WITH_SERIAL_NUMBERS.has(noun) ? { hasSerialNumbers: true } : {}),
    skus,
  };
}

function buildPackage(productId: string, sellable: readonly ChainSku[], random: SeededRandom): ChainProduct {
  const chosen = new Map<string, ChainSku>();
  const wanted = Math.min(random.int(2, 4), sellable.length);
  while (chosen.size < wanted) {
    const sku = random.pick(sellable);
    chosen.set(sku.sku, sku);
  }
  const parts = [...chosen.values()].map((sku) => ({ sku, quantity: random.int(1, 2) }));
  const perMarket = (marketId: MarketId): ChainPrice => {
    const sum = (of: (price: ChainPrice) => number): number =>
      parts.reduce((total, { sku, quantity }) => total + of(sku.prices[marketId]) * quantity, 0);
    const full = sum((price) => price.unitCents);
    return { unitCents: shelfCents(full * 0.9), recommendedCents: full, costCents: sum((price) => price.costCents) };
  };
  const name = `${random.pick(MODELS)} starter kit ${productId.slice(-3)}`;
  return {
    productId,
    kind: 'package',
    name,
    description: `<p>${name}: everything for the first night out.</p>`,
    brandId: 'Nordlys',
    categoryId: 'packages',
    supplierId: 'sup-100',
    vatClass: 'standard',
    skus: [
      {
        sku: productId,
        name,
        ean: ean13(productId),
        weightKg:
          Math.round(parts.reduce((total, { sku, quantity }) => total + (sku.weightKg ?? 0) * quantity, 0) * 100) / 100,
        prices: recordOfMarkets(perMarket),
      },
    ],
    components: parts.map(({ sku, quantity }) => ({ sku: sku.sku, quantity })),
  };
}

function shippingService(): ChainProduct {
  const cents: Record<MarketId, number> = { NOR: 9900, SWE: 9900, DNK: 6900, FIN: 990 };
  return {
    productId: SHIPPING_SKU,
    kind: 'service',
    name: 'Shipping',
    description: 'Freight to the customer',
    brandId: 'Nordlys',
    categoryId: 'services',
    supplierId: 'sup-100',
    vatClass: 'standard',
    skus: [
      {
        sku: SHIPPING_SKU,
        name: 'Shipping',
        prices: recordOfMarkets((id) => ({ unitCents: cents[id], recommendedCents: cents[id], costCents: 0 })),
      },
    ],
  };
}

function shelfPrices(krone: number, random: SeededRandom): Record<MarketId, ChainPrice> {
  const onOffer = random.chance(0.15);
  const margin = 0.35 + random.next() * 0.25;
  return recordOfMarkets((marketId) => {
    const recommendedCents = shelfCents(krone * 100 * PER_KRONE[marketId]);
    const unitCents = onOffer ? Math.min(shelfCents(recommendedCents * 0.7), recommendedCents) : recommendedCents;
    return { unitCents, recommendedCents, costCents: Math.round(recommendedCents * 0.8 * margin) };
  });
}

function recordOfMarkets<T>(of: (marketId: MarketId) => T): Record<MarketId, T> {
  const [NOR, SWE, DNK, FIN] = MARKET_IDS.map(of);
  if (NOR === undefined || SWE === undefined || DNK === undefined || FIN === undefined) {
    throw new Error('a market is missing');
  }
  return { NOR, SWE, DNK, FIN };
}

/** Nearest price ending in .00, .50 or .90, never 0. */
function shelfCents(cents: number): number {
  const whole = Math.floor(cents / 100) * 100;
  const endings = [0, 50, 90, 100].map((ending) => whole + ending).filter((price) => price > 0);
  const nearest = (best: number, price: number): number =>
    Math.abs(price - cents) < Math.abs(best - cents) ? price : best;
  return endings.reduce(nearest);
}

/** EAN-13 in the range for in-house numbers (prefix 20), with its check digit. */
function ean13(key: string): string {
  const random = seededRandom(hashText(key));
  const digits = `20${String(random.int(0, 99_999)).padStart(5, '0')}${String(random.int(0, 99_999)).padStart(5, '0')}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
