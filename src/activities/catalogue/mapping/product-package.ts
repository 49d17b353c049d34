import { createHash } from 'node:crypto';
import type { OmniumProduct, OmniumProductComponent } from '../../../clients/omnium/products';
import { toHundredths } from '../../../domain/quantity';
import { stripToUid, type FlowUid } from '../../../domain/uid';
import { ownUid } from '../../../domain/own-uids';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { plainLine } from './plain-text';
import type { WantedComponent, WantedSlot } from './wanted-product';

/** Uids of slots that we make begin like this. */
const OWN_PREFIX = 'omnium-';
const LONGEST_KEY = 80;
const HASH_LENGTH = 24;

/** Whether we have made a slot. */
export function isOwnSlot(productPackageSlotUid: string): boolean {
  return productPackageSlotUid.startsWith(OWN_PREFIX);
}

/**
 * What is in a package: a slot for each of Omnium's components, in their order; one with options is a choice of one of them
 * (flow-api.md §6.1; setting `CreatePackageSlots`). Uids are made of the component's id, else of what it is.
 *
 * @throws DocumentUnmappableError for a component that names no article, or whose quantity is nothing
 * @throws AmountInvalidError for a quantity that Flow cannot keep; UidInvalidError for an article without a uid
 */
export function mapSlots({ components }: Pick<OmniumProduct, 'components'>, productUid: FlowUid): WantedSlot[] {
  const uids = new Set<string>();
  return components.map((component, index) => {
    const key = component.componentId ?? codeOf(component) ?? String(index + 1);
    const uid = freeUid(`${OWN_PREFIX}${shortKey(productUid)}-${shortKey(ownUid(key))}`, uids);
    const isRequired = component.isRequired !== false;
    return {
      productPackageSlotUid: uid,
      name: plainLine(component.componentName) ?? codeOf(component) ?? `${index + 1}`,
      position: index + 1,
      minComponentsAllowed: isRequired ? 1 : 0,
      maxComponentsAllowed: 1,
      components: choicesOf(component, { slotUid: uid, at: `components[${index}]`, isRequired }),
    };
  });
}

interface SlotPlace {
  readonly slotUid: string;
  /** Path in Omnium's document. */
  readonly at: string;
  readonly isRequired: boolean;
}

function choicesOf(component: OmniumProductComponent, { slotUid, at, isRequired }: SlotPlace): WantedComponent[] {
  const choices = component.options.length > 0 ? component.options : [component];
  const wanted = new Map<string, WantedComponent>();
  for (const choice of choices) {
    const code = codeOf(choice);
    if (code === undefined) throw new DocumentUnmappableError(at, 'names no article');
    const productUid = stripToUid(code);
    if (wanted.has(code)) continue;
    const quantity = toHundredths(choice.quantity ?? component.quantity ?? 1);
    if (quantity <= 0)
      throw new DocumentUnmappableError(`${at}.quantity`, 'a package cannot hold nothing of an article');
    wanted.set(code, {
      productPackageComponentUid: `${slotUid}-${shortKey(productUid)}`,
      productUid,
      code,
      position: wanted.size + 1,
      quantity,
      required: isRequired && choices.length === 1,
    });
  }
  return [...wanted.values()];
}

function codeOf({
  skuId,
  productId,
}: {
  skuId?: string | undefined;
  productId?: string | undefined;
}): string | undefined {
  return skuId ?? productId;
}

/** The same component twice is two slots. */
function freeUid(uid: string, taken: Set<string>): string {
  let free = uid;
  for (let count = 2; taken.has(free); count += 1) free = `${uid}-${count}`;
  taken.add(free);
  return free;
}

function shortKey(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  return createHash('sha256').update(key).digest('hex').slice(0, HASH_LENGTH);
}
