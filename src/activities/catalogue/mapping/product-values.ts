import { createHash } from 'node:crypto';
import type { OmniumProduct } from '../../../clients/omnium/products';
import { ownUid } from '../../../domain/own-uids';
import { plainLine, plainText } from './plain-text';
import type { ProductContext } from './product-context';
import type { PropertyDefinition, WantedValue } from './wanted-product';

/** What tells variants of a style apart, in Omnium's member names. */
const VARIANT_KEYS = [
  { key: 'color', name: 'Color' },
  { key: 'size', name: 'Size' },
] as const;

/** Longer uids are cut short by a hash. */
const LONGEST_UID = 100;
const HASH_LENGTH = 16;

const LIST_SEPARATOR = ', ';

/** The properties that are ours in Flow: the configured ones, and what tells variants apart. */
export function propertyDefinitions({
  textProperties,
  choiceProperties,
}: Pick<ProductContext['rules'], 'textProperties' | 'choiceProperties'>): PropertyDefinition[] {
  const definitions = new Map<string, PropertyDefinition>();
  const add = (key: string, name: string, type: PropertyDefinition['type']): void => {
    const propertyUid = propertyUidOf(key);
    if (!definitions.has(propertyUid)) definitions.set(propertyUid, { propertyUid, key, name, type });
  };
  for (const { key, name } of VARIANT_KEYS) add(key, name, 'SINGLESELECT');
  for (const key of choiceProperties) add(key, key, 'SINGLESELECT');
  for (const key of textProperties) add(key, key, 'TEXT');
  return [...definitions.values()];
}

type Valued = Pick<OmniumProduct, 'properties'> & {
  readonly color?: string | undefined;
  readonly size?: string | undefined;
};

/**
 * Values of a product's properties (setting `catalogue.textProperties`, `catalogue.choiceProperties`), and colour and size
 * of a variant. What stands several times under one key is a list in a text, and the first in a choice.
 */
export function mapValues(
  product: Valued,
  definitions: readonly PropertyDefinition[],
  isVariant: boolean,
): WantedValue[] {
  return definitions.flatMap(({ propertyUid, key, type }) => {
    const own = isVariant && (key === 'color' || key === 'size') ? plainLine(product[key]) : undefined;
    const value = own ?? propertyValue(product, key, type);
    return value === undefined ? [] : [{ propertyUid, value }];
  });
}

/** Uids of the properties that tell these variants apart. */
export function requiredVariantProperties(variants: readonly Valued[]): string[] {
  return VARIANT_KEYS.filter(({ key }) => variants.some((variant) => plainLine(variant[key]) !== undefined)).map(
    ({ key }) => propertyUidOf(key),
  );
}

/** Uid of the option that stands for a value of a choice. */
export function optionUidOf(propertyUid: string, value: string): string {
  return short(`${propertyUid}-${ownUid(value)}`);
}

function propertyUidOf(key: string): string {
  return short(ownUid(key));
}

function propertyValue({ properties }: Valued, key: string, type: PropertyDefinition['type']): string | undefined {
  const values = properties
    .filter((property) => property.key === key)
    .map(({ value }) => (type === 'TEXT' ? plainText(value) : plainLine(value)))
    .filter((value) => value !== undefined);
  if (type === 'SINGLESELECT') return values[0];
  return values.length === 0 ? undefined : [...new Set(values)].join(LIST_SEPARATOR);
}

function short(uid: string): string {
  if (uid.length <= LONGEST_UID) return uid;
  const hash = createHash('sha256').update(uid).digest('hex').slice(0, HASH_LENGTH);
  return `${uid.slice(0, LONGEST_UID - HASH_LENGTH - 1)}-${hash}`;
}
