import type { FlowProduct, FlowProductUpdate } from '../../clients/flow/products';
import type { ImageChange, SlotChange, ValueChange } from './mapping/compare-parts';
import { newProduct } from './mapping/compare-product';
import type { WantedComponent } from './mapping/wanted-product';
import type { FieldDifference } from '../shared/field-difference';
import type { ProductComparison, ProductState } from './product-comparison';

/** Members in cents, and how those with a unit are told. */
const IN_CENTS: ReadonlySet<string> = new Set(['recommendedRetailPrice', 'purchasePrice']);
const UNITS: Readonly<Record<string, string>> = { height: 'mm', width: 'mm', length: 'mm', weight: 'g' };
/** What an entry of a list is called by. */
const NAMES_OF_ENTRIES = ['gtin', 'supplierUid'] as const;
const HUNDREDTHS = 100;

/** All that a comparison would write, member by member, each as it is and as it would be. */
export function fieldDifferencesOf({ product, variants, others }: ProductComparison): FieldDifference[] {
  const parent = product.wanted.externalId;
  return [
    ...differencesOfState(product),
    ...variants.flatMap((variant) => [
      ...differencesOfState(variant),
      ...(variant.isLinked ? [] : [linkDifference(variant, parent)]),
    ]),
    ...others.flatMap(({ variant, taken }) =>
      taken ? taken.fields : [{ of: variant.externalId ?? variant.productUid, field: 'variant of', from: parent }],
    ),
  ];
}

/** Members of an update beside those that a product has. */
export function differencesOfUpdate(
  of: string,
  update: FlowProductUpdate,
  existing: FlowProduct | undefined,
): FieldDifference[] {
  const known: Readonly<Record<string, unknown>> = existing ?? {};
  const whole = existing ? {} : ({ whole: 'new' } as const);
  return Object.entries(update).map(([field, value]) => ({
    ...{ of, field, ...whole },
    ...told('from', wordsOf(field, known[field])),
    ...told('to', wordsOf(field, value)),
  }));
}

function differencesOfState(state: ProductState): FieldDifference[] {
  const { wanted, existing, update, groups, images, values, slots } = state;
  const of = wanted.externalId;
  const { productUid: _uid, ...fields } = newProduct(wanted, groups);
  return [
    ...brandDifference(state),
    ...differencesOfUpdate(of, existing ? update : fields, existing),
    ...[
      ...values.map((change) => valueDifference(change, state)),
      ...images.flatMap((change) => imageDifferences(change, state)),
      ...slots.flatMap((change) => slotDifferences(change, state)),
    ].map((difference) => ({ of, ...difference, ...(!existing && { whole: 'new' as const }) })),
  ];
}

function linkDifference({ wanted, existing }: ProductState, parent: string): FieldDifference {
  return { of: wanted.externalId, field: 'variant of', to: parent, ...(!existing && { whole: 'new' }) };
}

type OfState = Omit<FieldDifference, 'of' | 'whole'>;

function brandDifference({ brand, wanted }: ProductState): FieldDifference[] {
  if (brand === undefined || !wanted.brand) return [];
  const { brandUid, name } = wanted.brand;
  return [{ of: brandUid, field: 'brand name', to: name, ...(brand === 'create' && { whole: 'new' }) }];
}

function valueDifference(change: ValueChange, { existing }: ProductState): OfState {
  const { propertyUid, name } = change.definition;
  const known = existing?.optionProperties.find((value) => value.propertyUid === propertyUid);
  return {
    field: `property ${name}`,
    ...told('from', known?.propertyText ?? known?.propertyOptionName ?? known?.propertyOptionUid),
    ...(change.do === 'set' && { to: change.value }),
  };
}

function imageDifferences(change: ImageChange, { inFlow }: ProductState): OfState[] {
  if (change.do === 'add') {
    const { url, position } = change.image;
    return [{ field: 'image', to: `${position}: ${url}` }];
  }
  const known = inFlow.media.find(({ productMediaUid }) => productMediaUid === change.productMediaUid);
  const link = known?.mainUrl ?? change.productMediaUid;
  if (change.do === 'remove') return [{ field: 'image', from: link }];
  const { mainUrl, position, setAsCoverImage } = change.change;
  return [
    ...(mainUrl === undefined ? [] : [{ field: 'image', from: link, to: mainUrl }]),
    ...(position === undefined
      ? []
      : [{ field: 'image position', ...told('from', wordsOf('', known?.position)), to: String(position) }]),
    ...(setAsCoverImage ? [{ field: 'image cover', to: mainUrl ?? link }] : []),
  ];
}

function slotDifferences(change: SlotChange, { inFlow }: ProductState): OfState[] {
  if (change.do === 'add-slot') {
    const { name, components } = change.slot;
    return [{ field: 'package slot', to: `${name}: ${components.map(componentWords).join(' or ')}` }];
  }
  const slot = inFlow.slots.find(({ productPackageSlotUid }) => productPackageSlotUid === change.slotUid);
  const name = slot?.name ?? change.slotUid;
  if (change.do === 'remove-slot') return [{ field: 'package slot', from: name }];
  if (change.do === 'change-slot') return membersOf('package slot', slot ?? {}, change.change);
  const field = `package component`;
  if (change.do === 'add-component') return [{ field, to: `${name}: ${componentWords(change.component)}` }];
  const known = slot?.components.find((one) => one.productPackageComponentUid === change.componentUid);
  if (change.do === 'remove-component') return [{ field, from: `${name}: ${known?.product.productUid ?? '?'}` }];
  return membersOf(field, known ?? {}, change.change);
}

function membersOf(what: string, known: object, change: object): OfState[] {
  const before = new Map<string, unknown>(Object.entries(known));
  return Object.entries(change).map(([member, value]: [string, unknown]) => ({
    field: `${what} ${member}`,
    ...told('from', wordsOf(member, before.get(member))),
    ...told('to', wordsOf(member, value)),
  }));
}

function componentWords({ code, quantity }: WantedComponent): string {
  return `${quantity / HUNDREDTHS} × ${code}`;
}

function told(side: 'from' | 'to', words: string | undefined): { readonly from?: string; readonly to?: string } {
  return words === undefined ? {} : { [side]: words };
}

/** A member's value as people write it; undefined for nothing. */
function wordsOf(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return listWords(value);
  if (typeof value === 'number') {
    if (IN_CENTS.has(field) || field === 'quantity') return String(value / HUNDREDTHS);
    return UNITS[field] === undefined ? String(value) : `${value} ${UNITS[field]}`;
  }
  if (isAmount(value)) return `${value.amount / HUNDREDTHS} ${value.currency ?? ''}`.trim();
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

function listWords(values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined;
  return values.map(entryWords).join(', ');
}

function entryWords(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  const members = new Map<string, unknown>(Object.entries(entry ?? {}));
  const name = NAMES_OF_ENTRIES.map((member) => members.get(member)).find((value) => typeof value === 'string');
  if (name === undefined) return JSON.stringify(entry);
  return members.get('primary') === true ? `${name} (primary)` : name;
}

function isAmount(value: unknown): value is { readonly amount: number; readonly currency?: string } {
  return typeof value === 'object' && value !== null && 'amount' in value && typeof value.amount === 'number';
}
