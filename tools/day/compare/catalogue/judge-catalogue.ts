import { type ChainStore } from '../../../../sandbox/chain/types';
import { type CatalogueTally, TallyBook } from './catalogue-tally';
import { type CatalogueOccasion, type ExpectedProduct, expectedProducts } from './expected-product';
import { type FlowProductLine } from './flow-documents';
import { judgePrices } from './judge-prices';
import { judgeGone, judgeProduct } from './judge-product';
import { judgeTrees } from './judge-trees';
import { type FlowCatalogue, type OmniumCatalogue } from './read-catalogues';

/** A tenant's catalogue in both systems. */
export interface JudgedCatalogue extends CatalogueOccasion {
  readonly omnium: OmniumCatalogue;
  readonly flow: FlowCatalogue;
  /** Stores of the market that have price lists of their own; empty where nobody has. */
  readonly storesWithLists: readonly Pick<ChainStore, 'storeId'>[];
}

/** Compares a tenant's whole catalogue with Omnium's, field by field, towards Omnium. Pure. */
export function judgeCatalogue(input: JudgedCatalogue): CatalogueTally {
  const { omnium, flow, market } = input;
  const book = new TallyBook(market.tenantUid);
  const inFlow = new Map(flow.products.map((product) => [product.productUid, product]));
  const wanted = omnium.products.flatMap((product) => expectedProducts(product, input));
  const known = new Set(flow.categories.flatMap(({ uid, externalId }) => (externalId === undefined ? [] : uid)));
  const compared = withoutCollisions(wanted, inFlow, book);
  for (const product of compared) {
    const there = inFlow.get(product.uid);
    if (there) judgeProduct({ product, there, categoryUids: known, ...input }, book);
    else {
      const { kind, id: document, productId } = product;
      const looked = { row: kind === 'variant' ? 'variant' : 'product', document, productId } as const;
      book.look(looked.row);
      book.add(looked, 'missing', 'is not in Flow');
    }
  }
  judgePrices(
    compared.filter(({ uid, isSold }) => isSold && inFlow.has(uid)),
    { ...input, inFlow },
    book,
  );
  judgeTrees(input, book);
  judgeGone(new Set(wanted.map(({ uid }) => uid)), flow.products, { book, ...input });
  return book.tally();
}

/** Two numbers that become one uid are never one product: whoever has the uid keeps it, and the others stay out. */
function withoutCollisions(
  wanted: readonly ExpectedProduct[],
  inFlow: ReadonlyMap<string, FlowProductLine>,
  book: TallyBook,
): ExpectedProduct[] {
  const byUid = new Map<string, ExpectedProduct[]>();
  for (const product of wanted) byUid.set(product.uid, [...(byUid.get(product.uid) ?? []), product]);
  return wanted.filter((product) => {
    const owner = inFlow.get(product.uid)?.externalId;
    const rivals = byUid.get(product.uid) ?? [];
    if (owner === undefined || owner === product.id || rivals.length < 2) return true;
    const row = product.kind === 'variant' ? 'variant' : 'product';
    const why = `becomes the uid ${product.uid}, which is that of ${owner}`;
    book.look(row);
    book.add({ row, document: product.id, productId: product.productId }, 'leftOut', why);
    return false;
  });
}
