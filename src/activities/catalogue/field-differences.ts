import { compact } from '../../domain/compact';
import type { FieldDifference } from '../shared/field-difference';
import { newProduct } from './mapping/compare-product';
import type { DesiredComponent, SlotChange } from './mapping/product-package';
import type { DiscontinuedProduct, ProductPlan, ProductState } from './plan-product';

/** Members in cents, and those with a unit. */
const IN_CENTS: ReadonlySet<string> = new Set(['recommendedRetailPrice', 'purchasePrice']);
const UNITS: Readonly<Record<string, string>> = { height: 'mm', width: 'mm', length: 'mm', weight: 'g' };
const HUNDREDTHS = 100;

/** All that a plan would write, member by member, each as it is and as it would be. */
export function fieldDifferencesOf({ comparison, discontinued }: ProductPlan): FieldDifference[] {
  const { states = [], others = [] } = comparison ?? {};
  const parent = comparison?.desired.product.externalId ?? '';
  return [
    ...states.flatMap((state) => [
      ...ofState(state),
      ...(state.isLinked
        ? []
        : [
            {
              of: state.desired.externalId,
              field: 'variant of',
              to: parent,
              ...(!state.existing && { whole: 'new' as const }),
            },
          ]),
    ]),
    ...others.flatMap(({ variant, discontinued: one }) =>
      one ? ofDiscontinued(one) : [{ of: variant.externalId ?? variant.productUid, field: 'variant of', from: parent }],
    ),
    ...discontinued.flatMap(ofDiscontinued),
  ];
}

function ofDiscontinued({ existing, as, update }: DiscontinuedProduct): FieldDifference[] {
  const of = existing.externalId ?? existing.productUid;
  if (as === 'discontinued') return membersOf('', existing, update).map((difference) => ({ of, ...difference }));
  return [{ of, field: 'product', from: existing.name ?? of, whole: 'removed' }];
}

function ofState(state: ProductState): FieldDifference[] {
  const { desired, existing, update, groups, images, values, slots, media, brand } = state;
  const of = desired.externalId;
  const differences: FieldDifference[] = [];
  if (brand !== undefined && brand !== 'other-spelling' && desired.brand) {
    const { brandUid, name } = desired.brand;
    differences.push({ of: brandUid, field: 'brand name', to: name, ...(brand === 'create' && { whole: 'new' }) });
  }
  const whole = existing ? {} : ({ whole: 'new' } as const);
  const add = (field: string, from: string | undefined, to: string | undefined): void =>
    void differences.push({ of, field, ...compact({ from, to }), ...whole });
  const { productUid: _, ...members } = newProduct(desired, groups);
  const fields = membersOf('', existing ?? {}, existing ? update : members);
  for (const { field, from, to } of fields) add(field, from, to);
  for (const change of values) {
    const { propertyUid, name } = change.definition;
    const known = existing?.optionProperties.find((value) => value.propertyUid === propertyUid);
    const from = known?.propertyText ?? known?.propertyOptionName ?? known?.propertyOptionUid;
    add(`property ${name}`, from, change.do === 'set' ? change.value : undefined);
  }
  for (const change of images) {
    if (change.do === 'add') {
      add('image', undefined, `${change.image.position}: ${change.image.url}`);
      continue;
    }
    const known = media.find(({ productMediaUid }) => productMediaUid === change.productMediaUid);
    const link = known?.mainUrl ?? change.productMediaUid;
    if (change.do === 'remove') {
      add('image', link, undefined);
      continue;
    }
    const { mainUrl, position, setAsCoverImage } = change.change;
    if (mainUrl !== undefined) add('image', link, mainUrl);
    if (position !== undefined) add('image position', textOf('', known?.position), String(position));
    if (setAsCoverImage) add('image cover', undefined, mainUrl ?? link);
  }
  for (const change of slots) {
    for (const { field, from, to } of ofSlot(change, state)) add(field, from, to);
  }
  return differences;
}

function ofSlot(change: SlotChange, { existingSlots }: ProductState): Omit<FieldDifference, 'of'>[] {
  if (change.do === 'add-slot') {
    const { name, components } = change.slot;
    return [{ field: 'package slot', to: `${name}: ${components.map(componentText).join(' or ')}` }];
  }
  const slot = existingSlots.find(({ productPackageSlotUid }) => productPackageSlotUid === change.slotUid);
  const name = slot?.name ?? change.slotUid;
  const field = 'package component';
  if (change.do === 'remove-slot') return [{ field: 'package slot', from: name }];
  if (change.do === 'change-slot') return membersOf('package slot', slot ?? {}, change.change);
  if (change.do === 'add-component') return [{ field, to: `${name}: ${componentText(change.component)}` }];
  const known = slot?.components.find((one) => one.productPackageComponentUid === change.componentUid);
  if (change.do === 'remove-component') return [{ field, from: `${name}: ${known?.product.productUid ?? '?'}` }];
  return membersOf(field, known ?? {}, change.change);
}

function componentText({ code, quantity }: DesiredComponent): string {
  return `${quantity / HUNDREDTHS} × ${code}`;
}

function membersOf(what: string, existing: object, change: object): Omit<FieldDifference, 'of'>[] {
  const before: Readonly<Record<string, unknown>> = { ...existing };
  return Object.entries(change).map(([member, value]: [string, unknown]) => ({
    field: `${what} ${member}`.trim(),
    ...compact({ from: textOf(member, before[member]), to: textOf(member, value) }),
  }));
}

/**
 * A member's value as people write it: amounts in the currency's unit, measures with theirs, an entry of a list by its number
 * on the goods or its supplier; undefined for nothing.
 */
function textOf(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((entry) => textOf('', entry)).join(', ') || undefined;
  if (typeof value === 'number') {
    if (IN_CENTS.has(field) || field === 'quantity') return String(value / HUNDREDTHS);
    return UNITS[field] === undefined ? String(value) : `${value} ${UNITS[field]}`;
  }
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value);
  const { amount, currency = '', gtin, supplierUid, primary } = value as Readonly<Record<string, unknown>>;
  if (typeof amount === 'number') return `${amount / HUNDREDTHS} ${String(currency)}`.trim();
  const name = gtin ?? supplierUid;
  if (typeof name !== 'string') return JSON.stringify(value);
  return primary === true ? `${name} (primary)` : name;
}
