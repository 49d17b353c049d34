import type { FlowCategory } from '../../clients/flow/catalogue';
import type { CallContext } from '../../clients/http';
import type { BranchMembers, FlowBranch } from './mapping/category-tree';
import type { Tenant } from '../tenants';

/** The two trees of Flow's that Omnium's categories go to; parts of the export. */
export const TREE_NAMES = ['categories', 'product-groups'] as const;
export type TreeName = (typeof TREE_NAMES)[number];

/** Whether a part of the export is one of the trees. */
export function isTreeName(name: string): name is TreeName {
  return TREE_NAMES.some((known) => known === name);
}

/** What can be done with a tree of Flow's. */
export interface FlowTree {
  /** All branches, in no order. */
  list(context: CallContext): Promise<FlowBranch[]>;
  get(uid: string, context: CallContext): Promise<FlowBranch | undefined>;
  create(uid: string, members: BranchMembers, context: CallContext): Promise<void>;
  update(uid: string, members: Partial<BranchMembers>, context: CallContext): Promise<void>;
  /** Does nothing where there is none. Flow refuses what others hang under, or products are in. */
  remove(uid: string, context: CallContext): Promise<void>;
}

/** The trees of a tenant. */
export function flowTrees({ flow }: Pick<Tenant, 'flow'>): Readonly<Record<TreeName, FlowTree>> {
  return {
    categories: {
      list: async (context) =>
        (await flow.catalogue.listCategories(context)).flatMap((root) => [...branchesOf(root, undefined)]),
      get: async (uid, context) => {
        const found = await flow.catalogue.getCategory(uid, context);
        return found && branchOf(found, undefined);
      },
      create: (categoryUid, members, context) =>
        flow.catalogue.createCategory({ categoryUid, ...ofNew(members) }, context),
      update: (uid, members, context) => flow.catalogue.updateCategory(uid, members, context),
      remove: async (uid, context) => void (await flow.catalogue.deleteCategory(uid, context)),
    },
    'product-groups': {
      list: async (context) =>
        (await flow.catalogue.listProductGroups(context)).map(
          ({ productGroupUid: uid, name, parentUid, externalId }) => {
            return { uid, name, parentUid, externalId };
          },
        ),
      get: async (uid, context) => {
        const found = await flow.catalogue.getProductGroup(uid, context);
        return found && { uid, name: found.name, parentUid: found.parentUid, externalId: found.externalId };
      },
      create: (productGroupUid, members, context) =>
        flow.catalogue.createProductGroup({ productGroupUid, ...ofNew(members) }, context),
      update: (uid, members, context) => flow.catalogue.updateProductGroup(uid, members, context),
      remove: async (uid, context) => void (await flow.catalogue.deleteProductGroup(uid, context)),
    },
  };
}

/** What is new has no parent to lose. */
function ofNew({ parentUid, ...members }: BranchMembers): Omit<BranchMembers, 'parentUid'> & { parentUid?: string } {
  return { ...members, ...(parentUid !== null && { parentUid }) };
}

function* branchesOf(category: FlowCategory, parentUid: string | undefined): Generator<FlowBranch, void, undefined> {
  yield branchOf(category, parentUid);
  for (const child of category.categories) yield* branchesOf(child, category.categoryUid);
}

/** Where it is told is where it hangs; a category that is told alone says so itself. */
function branchOf(
  { categoryUid: uid, name, externalId, ...told }: FlowCategory,
  above: string | undefined,
): FlowBranch {
  return { uid, name, parentUid: above ?? told.parentUid, externalId };
}
