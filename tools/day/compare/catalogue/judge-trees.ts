import { type CatalogueRow, type TallyBook } from './catalogue-tally';
import { type FlowBranchLine } from './flow-documents';
import { type JudgedCatalogue } from './judge-catalogue';
import { type OmniumCategoryDocument } from './omnium-documents';
import { uidOf } from './words';

/** Compares Omnium's categories with Flow's, and with its product groups. */
export function judgeTrees({ omnium, flow, market }: JudgedCatalogue, book: TallyBook): void {
  const language = omnium.languages.get(market.marketId) ?? '';
  const wanted = new Map<string, OmniumCategoryDocument>();
  for (const category of omnium.categories) {
    const known = wanted.get(category.categoryId);
    if (!known || (category.language === language && known.language !== language))
      wanted.set(category.categoryId, category);
  }
  judgeTree('category', { wanted, found: flow.categories }, book);
  judgeTree('group', { wanted, found: flow.groups }, book);
}

function judgeTree(
  row: CatalogueRow & ('category' | 'group'),
  {
    wanted,
    found,
  }: { readonly wanted: ReadonlyMap<string, OmniumCategoryDocument>; readonly found: readonly FlowBranchLine[] },
  book: TallyBook,
): void {
  const inFlow = new Map(found.map((branch) => [branch.uid, branch]));
  const ids = [...wanted.keys()];
  for (const { categoryId, name = categoryId, parentId } of wanted.values()) {
    const looked = { row, document: categoryId };
    const rivals = ids.filter((id) => uidOf(id) === uidOf(categoryId));
    const there = inFlow.get(uidOf(categoryId));
    if (rivals.length > 1) {
      book.look(row);
      book.add(looked, 'leftOut', `${rivals.join(' and ')} become the same uid ${uidOf(categoryId)}`);
    } else if (!there) {
      book.look(row);
      book.add(looked, 'missing', 'is not in Flow');
    } else {
      const parentUid = parentId !== undefined && wanted.has(parentId) ? uidOf(parentId) : undefined;
      book.judge(looked, [
        ...(there.name === name ? [] : [`is called ${there.name ?? 'nothing'} instead of ${name}`]),
        ...(there.parentUid === parentUid
          ? []
          : [`is under ${there.parentUid ?? 'nothing'} instead of ${parentUid ?? 'nothing'}`]),
        ...(there.externalId === categoryId ? [] : [`externalId ${there.externalId ?? 'nothing'}`]),
      ]);
    }
  }
  for (const { uid, externalId } of found) {
    if (externalId === undefined || wanted.has(externalId) || uidOf(externalId) !== uid) continue;
    book.judge({ row, document: externalId }, ['is not in Omnium any more']);
  }
}
