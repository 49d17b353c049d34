import { major } from '../differences';
import { type TallyBook } from './catalogue-tally';
import { expectedCost, expectedPrice, hasEverHadPrice, type PriceOccasion } from './expected-price';
import { type ExpectedProduct } from './expected-product';
import { type FlowPriceLine, type FlowProductLine } from './flow-documents';
import { type JudgedCatalogue } from './judge-catalogue';
import { uidOf } from './words';

/** The list that holds in all of a tenant's stores. */
const MAIN_LIST = 'main';

interface PricesAbout extends JudgedCatalogue {
  readonly inFlow: ReadonlyMap<string, FlowProductLine>;
}

/** Prices on a list, by product. */
type PriceList = ReadonlyMap<string, readonly FlowPriceLine[]>;

/** Compares what everything that is sold costs: on the main list, in each store, as recommended, and to buy. */
export function judgePrices(products: readonly ExpectedProduct[], about: PricesAbout, book: TallyBook): void {
  const { market, at, storesWithLists, omnium, inFlow } = about;
  const lists = byList(about.flow.prices);
  const mainList = lists.get(MAIN_LIST) ?? new Map();
  for (const product of products) {
    const there = inFlow.get(product.uid);
    if (!there) continue;
    const occasion = { market, at };
    judgeListPrice(product, { occasion, list: mainList, name: 'the main list' }, book);
    for (const { storeId } of storesWithLists) {
      const list = lists.get(uidOf(storeId)) ?? new Map();
      judgeListPrice(product, { occasion: { ...occasion, storeId }, list, name: storeId }, book);
    }
    judgeRecommended(product, { there, occasion }, book);
    judgeCost(product, { there, occasion, costs: omnium.costs.get(product.id) ?? [] }, book);
  }
}

function byList(prices: readonly FlowPriceLine[]): Map<string, Map<string, FlowPriceLine[]>> {
  const lists = new Map<string, Map<string, FlowPriceLine[]>>();
  for (const price of prices) {
    const list = lists.get(price.pricelistUid) ?? new Map<string, FlowPriceLine[]>();
    lists.set(price.pricelistUid, list);
    list.set(price.productUid, [...(list.get(price.productUid) ?? []), price]);
  }
  return lists;
}

function judgeListPrice(
  { id, uid, productId, article }: ExpectedProduct,
  { occasion, list, name }: { readonly occasion: PriceOccasion; readonly list: PriceList; readonly name: string },
  book: TallyBook,
): void {
  const wanted = expectedPrice(article.prices, occasion);
  const found = list.get(uid) ?? [];
  const row = occasion.storeId === undefined ? 'mainPrice' : 'storePrice';
  const looked = { row, document: `${id} on ${name}`, productId } as const;
  if (!wanted) {
    // What Omnium never had a price for is priced by the shop itself.
    if (found.length === 0 || !hasEverHadPrice(article.prices, occasion)) return;
    book.judge(looked, [`costs ${costs(found)}, and Omnium has no price that holds`]);
    return;
  }
  const [price] = found;
  if (!price) {
    book.look(row);
    book.add(looked, 'missing', `costs ${major(wanted.unitCents)} in Omnium, and nothing is on the list`);
    return;
  }
  book.judge(looked, [
    ...(found.length === 1 && price.price === wanted.unitCents
      ? []
      : [`Omnium ${major(wanted.unitCents)}, Flow ${costs(found)}`]),
    ...found.flatMap(({ fromDate, toDate }) => ((fromDate ?? toDate) ? ['holds for some time only'] : [])),
  ]);
}

function costs(prices: readonly FlowPriceLine[]): string {
  return prices.map(({ price }) => major(price)).join(' and ');
}

interface PricedProduct {
  readonly there: FlowProductLine;
  readonly occasion: PriceOccasion;
}

function judgeRecommended(product: ExpectedProduct, { there, occasion }: PricedProduct, book: TallyBook): void {
  const wanted = expectedPrice(product.article.prices, occasion)?.recommendedCents;
  if (wanted === undefined) return;
  const found = there.recommendedRetailPrice;
  const { id: document, productId } = product;
  const isRight = found === wanted;
  book.judge(
    { row: 'recommended', document, productId },
    isRight ? [] : [`recommended: Omnium ${major(wanted)}, Flow ${found === undefined ? 'nothing' : major(found)}`],
  );
}

function judgeCost(
  product: ExpectedProduct,
  { there, occasion, costs: known }: PricedProduct & { readonly costs: Parameters<typeof expectedCost>[0] },
  book: TallyBook,
): void {
  const wanted = expectedCost(known, product.article, occasion);
  if (!wanted) return;
  const { purchasePrice, currencyPurchasePrice } = there;
  const local = purchasePrice === undefined ? 'nothing' : `${major(purchasePrice)} ${occasion.market.currency}`;
  const foreign =
    typeof currencyPurchasePrice === 'object'
      ? `${major(currencyPurchasePrice.amount)} ${currencyPurchasePrice.currency}`
      : 'nothing';
  const right = `${major(wanted.cents)} ${wanted.currency}`;
  const found = wanted.currency === occasion.market.currency ? local : foreign;
  const { id: document, productId } = product;
  book.judge({ row: 'cost', document, productId }, found === right ? [] : [`cost: Omnium ${right}, Flow ${found}`]);
}
