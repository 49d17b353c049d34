import { createHash } from 'node:crypto';
import type {
  FlowPackageComponentUpdate,
  FlowPackageSlot,
  FlowPackageSlotUpdate,
} from '../../../clients/flow/products';
import type { OmniumProduct, OmniumProductComponent } from '../../../clients/omnium/products';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { ownUid } from '../../../domain/own-uids';
import { toHundredths } from '../../../domain/quantity';
import { stripToUid, type FlowUid } from '../../../domain/uid';
import { plainLine } from './plain-text';

/** Uids of slots that we make begin like this. */
const OWN_PREFIX = 'omnium-';
const LONGEST_KEY = 80;
const HASH_LENGTH = 24;

/** A slot of a package: one part of it, or one of several to choose from. */
export type DesiredSlot = ReturnType<typeof mapSlot>;

/** Something that can be in a slot. */
export type DesiredComponent = ReturnType<typeof mapChoices>[number];

/** One change of what is in a package. */
export type SlotChange =
  | { readonly do: 'add-slot'; readonly slot: DesiredSlot }
  | { readonly do: 'change-slot'; readonly slotUid: string; readonly change: FlowPackageSlotUpdate }
  | { readonly do: 'remove-slot'; readonly slotUid: string }
  | { readonly do: 'add-component'; readonly slotUid: string; readonly component: DesiredComponent }
  | {
      readonly do: 'change-component';
      readonly slotUid: string;
      readonly componentUid: string;
      readonly change: FlowPackageComponentUpdate;
    }
  | { readonly do: 'remove-component'; readonly slotUid: string; readonly componentUid: string };

/**
 * What is in a package: a slot for each of Omnium's components, in their order; one with options is a choice of one of them
 * (flow-api.md §6.1; setting `CreatePackageSlots`). Uids are made of the component's id, else of what it is.
 *
 * @throws DocumentUnmappableError for a component that names no article, or whose quantity is nothing
 * @throws AmountInvalidError for a quantity that Flow cannot keep; UidInvalidError for an article without a uid
 */
export function mapSlots({ components }: Pick<OmniumProduct, 'components'>, productUid: FlowUid): DesiredSlot[] {
  const slots: DesiredSlot[] = [];
  const uids = new Set<string>();
  for (const [index, component] of components.entries()) {
    const key = component.componentId ?? codeOf(component) ?? String(index + 1);
    const uid = `${OWN_PREFIX}${shortKey(productUid)}-${shortKey(ownUid(key))}`;
    // The same component twice is two slots.
    let free = uid;
    for (let count = 2; uids.has(free); count += 1) free = `${uid}-${count}`;
    uids.add(free);
    slots.push(mapSlot(component, free, index));
  }
  return slots;
}

function mapSlot(component: OmniumProductComponent, productPackageSlotUid: string, index: number) {
  return {
    productPackageSlotUid,
    name: plainLine(component.componentName) ?? codeOf(component) ?? `${index + 1}`,
    position: index + 1,
    minComponentsAllowed: component.isRequired === false ? 0 : 1,
    maxComponentsAllowed: 1,
    components: mapChoices(component, productPackageSlotUid, `components[${index}]`),
  };
}

/** @param at path in Omnium's document */
function mapChoices(component: OmniumProductComponent, slotUid: string, at: string) {
  const choices = component.options.length > 0 ? component.options : [component];
  const codes = new Set<string>();
  return choices.flatMap((choice) => {
    const code = codeOf(choice);
    if (code === undefined) throw new DocumentUnmappableError(at, 'names no article');
    const productUid = stripToUid(code);
    if (codes.has(code)) return [];
    codes.add(code);
    const quantity = toHundredths(choice.quantity ?? component.quantity ?? 1);
    if (quantity <= 0)
      throw new DocumentUnmappableError(`${at}.quantity`, 'a package cannot hold nothing of an article');
    return {
      productPackageComponentUid: `${slotUid}-${shortKey(productUid)}`,
      productUid,
      /** Omnium's SKU, or product id of a part that has none. */
      code,
      position: codes.size,
      /** Hundredths of a piece. */
      quantity,
      required: component.isRequired !== false && choices.length === 1,
    };
  });
}

function codeOf({ skuId, productId }: Pick<OmniumProductComponent, 'skuId' | 'productId'>): string | undefined {
  return skuId ?? productId;
}

function shortKey(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  return createHash('sha256').update(key).digest('hex').slice(0, HASH_LENGTH);
}

/**
 * What is to be changed of what is in a package. A slot that holds the very articles, older than the integration, is ours from
 * now on; other slots that we have not made stay.
 */
export function compareSlots(desired: readonly DesiredSlot[], existing: readonly FlowPackageSlot[]): SlotChange[] {
  const taken = new Set<FlowPackageSlot>();
  const own = new Set(existing.filter(({ productPackageSlotUid: uid }) => uid.startsWith(OWN_PREFIX)));
  const changes: SlotChange[] = [];
  for (const slot of desired) {
    const free = existing.filter((known) => !taken.has(known));
    const articles = slot.components.map(({ productUid }): string => productUid);
    const there =
      free.find(({ productPackageSlotUid }) => productPackageSlotUid === slot.productPackageSlotUid) ??
      free.find((other) => {
        const held = new Set(other.components.map(({ product }) => product.productUid));
        return !own.has(other) && held.size === articles.length && articles.every((uid) => held.has(uid));
      });
    if (!there) {
      changes.push({ do: 'add-slot', slot });
      continue;
    }
    taken.add(there);
    // What the shop calls its own slot is its own choice.
    const { components, productPackageSlotUid: _, name, ...numbers } = slot;
    const change = differing(own.has(there) ? { name, ...numbers } : numbers, there);
    const slotUid = there.productPackageSlotUid;
    if (Object.keys(change).length > 0) changes.push({ do: 'change-slot', slotUid, change });
    for (const { product, productPackageComponentUid: componentUid } of there.components) {
      if (!articles.includes(product.productUid)) changes.push({ do: 'remove-component', slotUid, componentUid });
    }
    for (const component of components) changes.push(...componentChange(component, there));
  }
  const stale = [...own].filter((known) => !taken.has(known));
  return [
    ...stale.map(({ productPackageSlotUid }) => ({ do: 'remove-slot', slotUid: productPackageSlotUid }) as const),
    ...changes,
  ];
}

function componentChange(component: DesiredComponent, slot: FlowPackageSlot): SlotChange[] {
  const slotUid = slot.productPackageSlotUid;
  const there = slot.components.find(({ product }) => product.productUid === component.productUid);
  if (!there) return [{ do: 'add-component', slotUid, component }];
  const { position, quantity, required } = component;
  const change = differing({ position, quantity, required }, { ...there, required: there.required ?? false });
  if (Object.keys(change).length === 0) return [];
  return [{ do: 'change-component', slotUid, componentUid: there.productPackageComponentUid, change }];
}

/** The members that are not as desired. */
function differing<T extends object>(desired: T, existing: { readonly [K in keyof T]?: unknown }): Partial<T> {
  const members = Object.entries(desired).filter(([name, value]) => existing[name as keyof T] !== value);
  return Object.fromEntries(members) as Partial<T>;
}
