import type { FlowProductUpdate } from '../../clients/flow/products';
import type { ImageChange, SlotChange, ValueChange } from './mapping/compare-parts';
import type { WantedProduct, WantedProducts } from './mapping/wanted-product';
import type { OtherVariant } from './other-variants';
import type { ProductPlan } from './product-run';
import type { ProductInFlow } from './read-in-flow';
import type { GroupRules, ResolvedGroups } from './resolve-groups';

/** One product, what Flow has of it, and what is to be written. */
export interface ProductState extends Pick<ProductInFlow, 'wanted' | 'existing'> {
  readonly groups: ResolvedGroups;
  /** Of a product that is there. */
  readonly update: FlowProductUpdate;
  readonly images: readonly ImageChange[];
  readonly values: readonly ValueChange[];
  readonly slots: readonly SlotChange[];
  readonly brand: 'create' | 'rename' | undefined;
  /** What images and slots are compared with. */
  readonly inFlow: Pick<ProductInFlow, 'media' | 'slots'>;
}

/** All that is to be written for one document of Omnium's. */
export interface ProductComparison {
  readonly wanted: WantedProducts;
  readonly rules: GroupRules;
  readonly product: ProductState;
  readonly variants: readonly (ProductState & { readonly isLinked: boolean })[];
  readonly others: readonly OtherVariant[];
}

/** What a comparison comes to: names and counts. */
export function summaryOf(comparison: ProductComparison): Omit<ProductPlan, 'carryOut' | 'fields'> {
  const { wanted, product, variants, others } = comparison;
  const states = [product, ...variants];
  const changesOfAll = states.map(changesOf);
  const changed = changesOfAll.filter(({ length }) => length > 0).length;
  const created = states.filter(({ existing }) => existing === undefined).length;
  const links = variants.filter(({ isLinked }) => !isLinked).map(({ wanted: one }) => `${one.externalId} variant`);
  const removed = others.filter(({ changes }) => changes.length > 0).length;
  return {
    productId: wanted.productId,
    changes: [...changesOfAll.flat(), ...links, ...others.flatMap(({ changes }) => changes)],
    problems: [...new Set([...wanted.problems, ...states.flatMap(({ groups }) => groups.problems)])],
    ...(wanted.changesAt !== undefined && { changesAt: wanted.changesAt }),
    productUids: states.map((state) => state.wanted.productUid),
    counts: {
      created,
      updated: changed - created,
      removed,
      images: states.reduce((sum, { images }) => sum + images.length, 0),
    },
  };
}

/** Names of what is to be written of one product. */
function changesOf({ wanted, existing, update, images, values, slots, brand }: ProductState): string[] {
  const id = wanted.externalId;
  return [
    ...(brand === undefined ? [] : [`brand ${brand === 'create' ? nameOf(wanted) : 'name'}`]),
    ...(existing ? [] : [id]),
    ...Object.keys(update).map((field) => `${id} ${field}`),
    ...values.map(({ definition }) => `${id} ${definition.name}`),
    ...(images.length > 0 ? [`${id} images`] : []),
    ...(slots.length > 0 ? [`${id} package`] : []),
  ];
}

function nameOf({ brand }: WantedProduct): string {
  return brand?.brandUid ?? '';
}
