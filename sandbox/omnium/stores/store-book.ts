import { isDeepStrictEqual } from 'node:util';

import { type PropertyItem } from '../documents';
import { type EventCause } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { mergeProperties, type PatchOptions } from '../orders/merge';
import { type FieldIssue, invalidFields } from '../problem';
import { type Store } from '../settings/seed-settings';
import { isJsonObject, type JsonObject } from '../wire/schema';
import { type World } from '../world';

/** A store as a request brings it. Unlike elsewhere, `externalIds` are plain texts here. */
export interface StoreInput extends JsonObject {
  readonly id?: string;
  readonly name?: string;
  readonly created?: string;
  readonly isWarehouse?: boolean;
  readonly isPrimaryStore?: boolean;
  readonly isWebWarehouse?: boolean;
  readonly isInactive?: boolean;
  readonly availableOnMarkets?: string[];
  readonly properties?: PropertyItem[];
}

/** What a patch brings, and how it treats lists. */
export type StorePatch = StoreInput & PatchOptions;

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const timeSpan = /^(\d+\.)?([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const flags = ['isPrimaryWarehouse', 'isPublicVisible', 'useCustomPickLimits'];
/** Lists that a patch adds to unless told otherwise. */
const lists = ['externalIds', 'tags'];

const hoursIssues = (store: StoreInput): FieldIssue[] =>
  weekdays.flatMap((day) => {
    const hours = store[`${day}OpeningHours`];
    return isJsonObject(hours)
      ? ['openFrom', 'openTo']
          .filter((name) => typeof hours[name] === 'string' && !timeSpan.test(hours[name]))
          .map((name) => ({ field: `${day}OpeningHours.${name}`, message: 'must be a time span hh:mm:ss' }))
      : [];
  });

/** What is wrong with a store as a whole. */
const issuesOf = (store: StoreInput, world: World): FieldIssue[] => {
  const { id = '', availableOnMarkets = [] } = store;
  const markets = availableOnMarkets.flatMap((marketId, index) =>
    world.directory.markets.has(marketId)
      ? []
      : [{ field: `availableOnMarkets[${index}]`, message: 'is not a market' }],
  );
  // What would break a path cannot be an id (contract §9.4: 400 bad id).
  const idIssues = id === '' || /[\s/?#\\]/.test(id) ? [{ field: 'id', message: 'is missing or no usable id' }] : [];
  return [...idIssues, ...markets, ...hoursIssues(store)];
};

const storeOf = (input: StoreInput, before: Store | undefined, now: string): Store => ({
  ...Object.fromEntries(flags.map((name) => [name, false])),
  ...input,
  id: input.id ?? '',
  name: input.name ?? input.id ?? '',
  isWarehouse: input.isWarehouse ?? false,
  isPrimaryStore: input.isPrimaryStore ?? false,
  isWebWarehouse: input.isWebWarehouse ?? false,
  isInactive: input.isInactive ?? false,
  availableOnMarkets: input.availableOnMarkets ?? [],
  created: before?.created ?? input.created ?? now,
  modified: now,
});

/** Writes a store; nothing happens when nothing changed. Gives the version that is there then, and whether it is new. */
const write = (
  world: World,
  input: StoreInput,
  told: { operation: OperationName; cause: EventCause },
): { store: Store; changed: boolean } => {
  const before = world.stores.get(input.id ?? '');
  const store = storeOf(input, before, world.now());
  if (before !== undefined && isDeepStrictEqual({ ...before, modified: '' }, { ...store, modified: '' })) {
    return { store: before, changed: false };
  }
  world.putStore(store);
  const subject = { className: 'Store', objectId: store.id, storeId: store.id, marketId: store.availableOnMarkets[0] };
  world.events.raise(told.operation, subject, told.cause);
  return { store, changed: true };
};

/** Overwrites or creates one store. @throws OmniumProblem 400. */
export const putStore = (
  world: World,
  input: StoreInput,
  told: { operation: OperationName; cause: EventCause },
): { store: Store; changed: boolean } => {
  const issues = issuesOf(input, world);
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return write(world, input, told);
};

/** Overwrites or creates many, all or none. @throws OmniumProblem 400. */
export const putStores = (
  world: World,
  inputs: readonly StoreInput[],
  told: { operation: OperationName; cause: EventCause },
): void => {
  const issues = inputs.flatMap((input, index) =>
    issuesOf(input, world).map(({ field, message }) => ({ field: `[${index}].${field}`, message })),
  );
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  for (const input of inputs) {
    write(world, input, told);
  }
};

const textsOf = (list: unknown): unknown[] => (Array.isArray(list) ? list.map((each: unknown) => each) : []);

/** A store with a patch applied: present members replace, `properties`, `externalIds` and `tags` merge (contract §2). */
export const patched = (store: Store, patch: StorePatch): StoreInput => {
  const { keepExistingCustomProperties, keepExistingListItems = true, propertiesRemovalConditions, ...members } = patch;
  const merged: JsonObject = { ...store, ...members };
  if (members.properties !== undefined || propertiesRemovalConditions !== undefined) {
    merged['properties'] = mergeProperties(store.properties ?? [], members.properties ?? [], {
      ...(keepExistingCustomProperties === undefined ? {} : { keepExistingCustomProperties }),
      ...(propertiesRemovalConditions === undefined ? {} : { propertiesRemovalConditions }),
    });
  }
  for (const name of keepExistingListItems ? lists : []) {
    if (members[name] !== undefined) {
      merged[name] = [...new Set([...textsOf(store[name]), ...textsOf(members[name])])];
    }
  }
  return merged;
};
