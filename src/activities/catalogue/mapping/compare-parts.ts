import type {
  FlowPackageComponent,
  FlowPackageComponentUpdate,
  FlowPackageSlot,
  FlowPackageSlotUpdate,
} from '../../../clients/flow/packages';
import type { FlowProduct, FlowProductMedia, FlowProductMediaUpdate } from '../../../clients/flow/products';
import { isOwnMedia } from './product-images';
import { isOwnSlot } from './product-package';
import { optionUidOf } from './product-values';
import type {
  PropertyDefinition,
  WantedComponent,
  WantedImage,
  WantedProduct,
  WantedSlot,
  WantedValue,
} from './wanted-product';

/** One thing to do about the images of a product. */
export type ImageChange =
  | { readonly do: 'add'; readonly image: WantedImage; readonly setAsCoverImage: boolean }
  | { readonly do: 'change'; readonly productMediaUid: string; readonly change: FlowProductMediaUpdate }
  | { readonly do: 'remove'; readonly productMediaUid: string };

/**
 * What is to be done about the images of a product. An image that Flow has by the same link, from before our time, is not
 * added again; images that we have not made are never removed.
 */
export function compareImages(wanted: readonly WantedImage[], existing: readonly FlowProductMedia[]): ImageChange[] {
  const pairs = wanted.map((image) => ({ image, known: knownImage(image, existing) }));
  const kept = new Set(pairs.flatMap(({ known }) => known?.productMediaUid ?? []));
  const changes = pairs.map(({ image, known }) => imageChange(image, known)).filter((change) => change !== undefined);
  const stale = existing.filter(({ productMediaUid }) => isOwnMedia(productMediaUid) && !kept.has(productMediaUid));
  // The cover comes last: each image that is made may take the place of the one before.
  const isCover = (change: ImageChange): boolean =>
    (change.do === 'add' && change.setAsCoverImage) ||
    (change.do === 'change' && change.change.setAsCoverImage === true);
  return [
    ...changes.filter((change) => !isCover(change)),
    ...changes.filter(isCover),
    ...stale.map(({ productMediaUid }) => ({ do: 'remove', productMediaUid }) as const),
  ];
}

function knownImage(
  { productMediaUid, url }: WantedImage,
  existing: readonly FlowProductMedia[],
): FlowProductMedia | undefined {
  return (
    existing.find((media) => media.productMediaUid === productMediaUid) ??
    existing.find((media) => !isOwnMedia(media.productMediaUid) && media.mainUrl === url)
  );
}

function imageChange(image: WantedImage, known: FlowProductMedia | undefined): ImageChange | undefined {
  const isCover = image.position === 1;
  if (!known) return { do: 'add', image, setAsCoverImage: isCover };
  const change: FlowProductMediaUpdate = {
    ...(known.mainUrl !== image.url && { mainUrl: image.url }),
    ...(known.position !== image.position && { position: image.position }),
    ...(isCover && known.isCoverImage !== true && { setAsCoverImage: true }),
  };
  if (Object.keys(change).length === 0) return undefined;
  return { do: 'change', productMediaUid: known.productMediaUid, change };
}

/** One thing to do about the values of a product. */
export type ValueChange =
  | {
      readonly do: 'set';
      readonly definition: PropertyDefinition;
      readonly value: string;
      readonly productPropertyUid?: string;
    }
  | { readonly do: 'remove'; readonly definition: PropertyDefinition; readonly productPropertyUid: string };

/** What is to be done about the values of a product; properties that are not ours are left alone. */
export function compareValues(
  { values }: Pick<WantedProduct, 'values'>,
  existing: Pick<FlowProduct, 'optionProperties'> | undefined,
  definitions: readonly PropertyDefinition[],
): ValueChange[] {
  const known = existing?.optionProperties ?? [];
  return definitions.flatMap((definition): ValueChange[] => {
    const { propertyUid } = definition;
    const wanted = values.find((value) => value.propertyUid === propertyUid);
    const there = known.find((value) => value.propertyUid === propertyUid);
    const uid = there?.productPropertyUid;
    if (!wanted) return uid === undefined ? [] : [{ do: 'remove', definition, productPropertyUid: uid }];
    if (there && hasValue(there, wanted, definition)) return [];
    return [{ do: 'set', definition, value: wanted.value, ...(uid !== undefined && { productPropertyUid: uid }) }];
  });
}

function hasValue(
  known: FlowProduct['optionProperties'][number],
  { propertyUid, value }: WantedValue,
  { type }: PropertyDefinition,
): boolean {
  if (type === 'TEXT') return known.propertyText === value;
  return known.propertyOptionName === undefined
    ? known.propertyOptionUid === optionUidOf(propertyUid, value)
    : known.propertyOptionName === value;
}

/** One thing to do about what is in a package. */
export type SlotChange =
  | { readonly do: 'add-slot'; readonly slot: WantedSlot }
  | { readonly do: 'change-slot'; readonly slotUid: string; readonly change: FlowPackageSlotUpdate }
  | { readonly do: 'remove-slot'; readonly slotUid: string }
  | { readonly do: 'add-component'; readonly slotUid: string; readonly component: WantedComponent }
  | {
      readonly do: 'change-component';
      readonly slotUid: string;
      readonly componentUid: string;
      readonly change: FlowPackageComponentUpdate;
    }
  | { readonly do: 'remove-component'; readonly slotUid: string; readonly componentUid: string };

/**
 * What is to be done about what is in a package. A slot that holds the very articles, from before our time, is ours from now
 * on; other slots that we have not made stay.
 */
export function compareSlots(wanted: readonly WantedSlot[], existing: readonly FlowPackageSlot[]): SlotChange[] {
  const taken = new Set<FlowPackageSlot>();
  const changes: SlotChange[] = [];
  for (const slot of wanted) {
    const free = existing.filter((known) => !taken.has(known));
    const known =
      free.find(({ productPackageSlotUid }) => productPackageSlotUid === slot.productPackageSlotUid) ??
      free.find((other) => !isOwnSlot(other.productPackageSlotUid) && holdsSame(slot, other));
    if (known) taken.add(known);
    changes.push(...(known ? slotChanges(slot, known) : [{ do: 'add-slot', slot } as const]));
  }
  const stale = existing.filter((known) => isOwnSlot(known.productPackageSlotUid) && !taken.has(known));
  return [
    ...stale.map(({ productPackageSlotUid }) => ({ do: 'remove-slot', slotUid: productPackageSlotUid }) as const),
    ...changes,
  ];
}

function holdsSame(slot: WantedSlot, known: FlowPackageSlot): boolean {
  const uids = new Set(known.components.map(({ product }) => product.productUid));
  return uids.size === slot.components.length && slot.components.every(({ productUid }) => uids.has(productUid));
}

function slotChanges(slot: WantedSlot, known: FlowPackageSlot): SlotChange[] {
  const slotUid = known.productPackageSlotUid;
  const isOwn = isOwnSlot(slotUid);
  const change: FlowPackageSlotUpdate = {
    // What the shop calls its own slot is its own choice.
    ...(isOwn && known.name !== slot.name && { name: slot.name }),
    ...(known.position !== slot.position && { position: slot.position }),
    ...(known.minComponentsAllowed !== slot.minComponentsAllowed && {
      minComponentsAllowed: slot.minComponentsAllowed,
    }),
    ...(known.maxComponentsAllowed !== slot.maxComponentsAllowed && {
      maxComponentsAllowed: slot.maxComponentsAllowed,
    }),
  };
  const wantedUids = new Set<string>(slot.components.map(({ productUid }) => productUid));
  const stale = known.components.filter(({ product }) => !wantedUids.has(product.productUid));
  return [
    ...(Object.keys(change).length > 0 ? [{ do: 'change-slot', slotUid, change } as const] : []),
    ...stale.map(
      ({ productPackageComponentUid }) =>
        ({ do: 'remove-component', slotUid, componentUid: productPackageComponentUid }) as const,
    ),
    ...slot.components.flatMap((component) => componentChanges(component, known)),
  ];
}

function componentChanges(component: WantedComponent, slot: FlowPackageSlot): SlotChange[] {
  const slotUid = slot.productPackageSlotUid;
  const known = slot.components.find(({ product }) => product.productUid === component.productUid);
  if (!known) return [{ do: 'add-component', slotUid, component }];
  const change = componentUpdate(component, known);
  if (Object.keys(change).length === 0) return [];
  return [{ do: 'change-component', slotUid, componentUid: known.productPackageComponentUid, change }];
}

function componentUpdate(component: WantedComponent, known: FlowPackageComponent): FlowPackageComponentUpdate {
  const { position, quantity, required } = component;
  return {
    ...(known.position !== position && { position }),
    ...(known.quantity !== quantity && { quantity }),
    ...((known.required ?? false) !== required && { required }),
  };
}
