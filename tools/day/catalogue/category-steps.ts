import { type OmniumCatalogue } from '../vendors/omnium-catalogue';
import { type CataloguePlanInput, type CatalogueStep, dayOf } from './catalogue-step';

/** What happens to categories. Later days give them another name and place again. */
export function categorySteps({ chain, prefix }: CataloguePlanInput): CatalogueStep[] {
  const leaves = chain.categories.filter(
    ({ categoryId }) => !chain.categories.some(({ parentId }) => parentId === categoryId),
  );
  const [renamed, moved] = leaves.slice(-2);
  const [root] = chain.categories;
  const parents = chain.categories.filter(
    ({ categoryId, parentId }) => parentId === root?.categoryId && categoryId !== moved?.parentId,
  );
  const parent = parents[dayOf(prefix) % parents.length];
  return [
    {
      part: 'morning',
      what: () => 'a category renamed',
      run: ({ omnium }) => put(omnium, renamed, { name: `${renamed?.name ?? ''}, ${prefix}` }),
    },
    {
      part: 'outage',
      what: () => 'a category moved',
      run: ({ omnium }) => put(omnium, moved, parent ? { parentId: parent.categoryId } : {}),
    },
    {
      part: 'outage',
      what: () => 'a new category',
      run: ({ omnium }) =>
        omnium.putCategory({
          categoryId: `${prefix}-season`,
          name: `Season ${prefix}`,
          ...(parent && { parentId: parent.categoryId }),
        }),
    },
  ];
}

async function put(
  omnium: OmniumCatalogue,
  category: { readonly categoryId: string; readonly name: string } | undefined,
  change: { readonly name?: string; readonly parentId?: string },
): Promise<void> {
  if (!category) throw new Error('the chain has no category');
  const { categoryId, name } = category;
  await omnium.putCategory({ categoryId, name, ...change });
}
