import { type Document, type PropertyItem } from '../documents';
import { invalidField } from '../problem';
import { parseDateTime } from '../wire/schema';
import { type Searchable } from './collection';

/** Decides whether a document is a hit. */
export type Test<T> = (document: T) => boolean;

/** The search members that mean the same for every kind of document. */
export interface CommonSearch {
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly modifiedFrom?: string;
  readonly modifiedTo?: string;
  readonly externalIds?: readonly string[];
  readonly tags?: readonly string[];
  readonly excludedTags?: readonly string[];
  readonly properties?: readonly PropertyItem[];
  readonly property?: PropertyItem;
  readonly sortOrder?: string;
}

/** Adds a test when the search names a value. */
export const when = <V, T>(value: V | undefined, test: (value: V) => Test<T>): Test<T>[] =>
  value === undefined ? [] : [test(value)];

/** A list filter: empty lets everything through. */
export const anyOf = <T>(wanted: readonly string[] | undefined, of: (document: T) => unknown): Test<T>[] => {
  if (wanted === undefined || wanted.length === 0) {
    return [];
  }
  const set = new Set<unknown>(wanted);
  return [(document) => set.has(of(document))];
};

const sameText = (a: unknown, b: string): boolean => typeof a === 'string' && a.toLowerCase() === b.toLowerCase();

/** An exact match of a text, the case of letters aside. */
export const textIs = <T>(wanted: string | undefined, of: (document: T) => unknown): Test<T>[] =>
  when(wanted, (value) => (document) => sameText(of(document), value));

/** A part of any of some texts, the case of letters aside. */
export const textIn = <T>(wanted: string | undefined, of: (document: T) => readonly unknown[]): Test<T>[] => {
  const needle = (wanted ?? '').toLowerCase();
  return needle === ''
    ? []
    : [(document) => of(document).some((text) => typeof text === 'string' && text.toLowerCase().includes(needle))];
};

const hasProperty = (document: Document, wanted: PropertyItem): boolean =>
  (document.properties ?? []).some(
    ({ key, keyGroup, value }) =>
      (wanted.key === undefined || sameText(key, wanted.key)) &&
      (wanted.keyGroup === undefined || keyGroup === wanted.keyGroup) &&
      (wanted.value === undefined || value === wanted.value),
  );

/** Tests for the members every search has. Dates compare as text: all are UTC with the same number of digits. */
export const commonTests = <T extends Document>(search: CommonSearch): Test<T>[] => [
  ...when<string, T>(
    search.createdFrom,
    (from) =>
      ({ created = '' }) =>
        created >= from,
  ),
  ...when<string, T>(
    search.createdTo,
    (to) =>
      ({ created = '' }) =>
        created <= to,
  ),
  ...when<string, T>(
    search.modifiedTo,
    (to) =>
      ({ modified = '' }) =>
        modified <= to,
  ),
  ...(search.externalIds === undefined || search.externalIds.length === 0
    ? []
    : [(document: T) => (document.externalIds ?? []).some(({ id }) => search.externalIds?.includes(id ?? ''))]),
  ...(search.tags === undefined || search.tags.length === 0
    ? []
    : [(document: T) => (document.tags ?? []).some((tag) => search.tags?.includes(tag))]),
  ...when<readonly string[], T>(
    search.excludedTags,
    (tags) => (document) => !(document.tags ?? []).some((tag) => tags.includes(tag)),
  ),
  ...when<PropertyItem, T>(search.property, (property) => (document) => hasProperty(document, property)),
  ...when<readonly PropertyItem[], T>(
    search.properties,
    (properties) => (document) => properties.every((property) => hasProperty(document, property)),
  ),
];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const byText =
  (of: (document: Document) => unknown) =>
  (a: Document, b: Document): number => {
    const [left, right] = [textOf(of(a)), textOf(of(b))];
    return left === right ? 0 : left < right ? -1 : 1;
  };
const byCreated = byText(({ created }) => created);
const byId = byText((document) => document['id'] ?? document['customerId']);

/** Equals keep their order, so that pages never overlap. */
const sorters: Readonly<Record<string, (hits: Document[]) => Document[]>> = {
  modifiedascending: (hits) => hits,
  modifieddescending: (hits) => hits.reverse(),
  createdascending: (hits) => hits.sort(byCreated),
  createddescending: (hits) => hits.sort((a, b) => byCreated(b, a)),
  documentid: (hits) => hits.sort(byId),
};

/**
 * The hits of a search, sorted as asked, or else the latest change first.
 * @throws OmniumProblem 400 for an unknown sort order.
 */
export const findHits = <T extends Document>(
  source: Searchable<T>,
  search: CommonSearch,
  tests: readonly Test<T>[],
): T[] => {
  const sort = sorters[(search.sortOrder ?? 'ModifiedDescending').toLowerCase()];
  if (sort === undefined) {
    throw invalidField('sortOrder', 'is not a known value');
  }
  const all = [...commonTests<T>(search), ...tests];
  const fromMs = search.modifiedFrom === undefined ? undefined : parseDateTime(search.modifiedFrom);
  const hits: T[] = [];
  for (const document of source.visible(fromMs)) {
    if (all.every((test) => test(document))) {
      hits.push(document);
    }
  }
  sort(hits);
  return hits;
};

/**
 * Members of a search that the sandbox does not offer; to ignore them would give wrong hits.
 * @throws OmniumProblem 400 naming the first one in use.
 */
export const refuseUnoffered = (search: object, offered: ReadonlySet<string>): void => {
  for (const [name, value] of Object.entries(search)) {
    if (!offered.has(name) && value !== false && !(Array.isArray(value) && value.length === 0)) {
      throw invalidField(name, 'is a filter this sandbox does not offer');
    }
  }
};
