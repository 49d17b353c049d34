import { type Document, type ExternalId, type OrderInput, type PropertyItem } from '../documents';
import { type JsonObject } from '../wire/schema';

/** How a patch treats lists (contract §2): merge by default, replace when told. */
export interface PatchOptions {
  readonly keepExistingCustomProperties?: boolean;
  readonly keepExistingListItems?: boolean;
  readonly propertiesRemovalConditions?: readonly PropertyItem[];
}

const sameProperty = (a: PropertyItem, b: PropertyItem): boolean =>
  a.key === b.key && (b.keyGroup === undefined || a.keyGroup === b.keyGroup);

/** Properties merged by key, and key group when given. */
export const mergeProperties = (
  existing: readonly PropertyItem[],
  incoming: readonly PropertyItem[],
  { keepExistingCustomProperties = true, propertiesRemovalConditions = [] }: PatchOptions,
): PropertyItem[] => {
  const kept = keepExistingCustomProperties
    ? existing.filter((item) => !propertiesRemovalConditions.some((condition) => sameProperty(item, condition)))
    : [];
  const untouched = kept.filter((item) => !incoming.some((other) => sameProperty(item, other)));
  return [...untouched, ...incoming];
};

const mergeExternalIds = (existing: readonly ExternalId[], incoming: readonly ExternalId[]): ExternalId[] => [
  ...existing.filter(({ providerName }) => !incoming.some((other) => other.providerName === providerName)),
  ...incoming,
];

const instructions = new Set([
  'keepExistingCustomProperties',
  'keepExistingListItems',
  'propertiesRemovalConditions',
  'forceUpdate',
  'fieldsToForceNull',
]);

/** A document with a patch applied: present members replace, `properties`, `externalIds` and `tags` merge. */
export const applyPatch = <T extends Document>(document: T, patch: JsonObject & PatchOptions & Document): T => {
  const changes = Object.fromEntries(Object.entries(patch).filter(([name]) => !instructions.has(name)));
  const keepLists = patch.keepExistingListItems ?? true;
  const lists: Document = {};
  if (patch.properties !== undefined || patch.propertiesRemovalConditions !== undefined) {
    lists.properties = mergeProperties(document.properties ?? [], patch.properties ?? [], patch);
  }
  if (patch.externalIds !== undefined && keepLists) {
    lists.externalIds = mergeExternalIds(document.externalIds ?? [], patch.externalIds);
  }
  if (patch.tags !== undefined && keepLists) {
    lists.tags = [...new Set([...(document.tags ?? []), ...patch.tags])];
  }
  return { ...document, ...changes, ...lists };
};

/** Members named by `forceUpdate` or `fieldsToForceNull` are taken away, whatever the letters' case. */
export const forceNull = <T extends JsonObject>(document: T, names: readonly string[]): T => {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(document).filter(([name]) => !wanted.has(name.toLowerCase()))) as T;
};

/** A list in which items of the same key are merged and new ones appended. Items without key are appended. */
export const mergeByKey = <T extends JsonObject>(existing: readonly T[], incoming: readonly T[], key: string): T[] => {
  const merged = [...existing];
  for (const item of incoming) {
    const id = item[key];
    const index = id === undefined ? -1 : merged.findIndex((each) => each[key] === id);
    if (index < 0) {
      merged.push(item);
    } else {
      merged[index] = { ...merged[index], ...item };
    }
  }
  return merged;
};

/** Whether two versions differ in anything but when and by whom they were modified. */
export const differs = (a: JsonObject, b: JsonObject): boolean => {
  const bare = (document: JsonObject): string => JSON.stringify({ ...document, modified: '', modifiedBy: '' });
  return bare(a) !== bare(b);
};

type FormPatch = NonNullable<OrderInput['orderForm']>;

/** An order form with a patch applied: lines by `lineItemId`, shipments by `shipmentId`, payments by `id`. */
export const patchForm = (form: FormPatch, patch: FormPatch): FormPatch => {
  const merged = applyPatch<FormPatch & Document>(form, patch);
  return {
    ...merged,
    ...(patch.lineItems === undefined ? {} : { lineItems: patchLines(form.lineItems ?? [], patch.lineItems) }),
    ...(patch.shipments === undefined
      ? {}
      : { shipments: mergeByKey(form.shipments ?? [], patch.shipments, 'shipmentId') }),
    ...(patch.payments === undefined ? {} : { payments: mergeByKey(form.payments ?? [], patch.payments, 'id') }),
  };
};

type LinePatch = NonNullable<FormPatch['lineItems']>[number];

/** Lines with patches applied by `lineItemId`; a patch with an unknown id is a new line. */
export const patchLines = (lines: readonly LinePatch[], patches: readonly LinePatch[]): LinePatch[] => {
  const result = [...lines];
  const indexById = new Map(result.map(({ lineItemId }, index) => [lineItemId, index]));
  for (const patch of patches) {
    const index = patch.lineItemId === undefined ? undefined : indexById.get(patch.lineItemId);
    const line = index === undefined ? undefined : result[index];
    if (index === undefined || line === undefined) {
      result.push(patch);
      continue;
    }
    const merged = applyPatch<LinePatch & Document>(line, patch);
    // New line discounts are worth what they say, not what the old flat amount was.
    if (patch.orderLineDiscounts !== undefined && patch.discounted === undefined) {
      delete merged.discounted;
    }
    result[index] = merged;
  }
  return result;
};
