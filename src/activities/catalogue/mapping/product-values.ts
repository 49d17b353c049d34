import { createHash } from 'node:crypto';
import type { FlowProduct } from '../../../clients/flow/products';
import type { OmniumProduct } from '../../../clients/omnium/products';
import { compact } from '../../../domain/compact';
import { ownUid } from '../../../domain/own-uids';
import { plainLine, plainText } from './plain-text';
import type { ProductContext } from './product-context';

/** What tells variants of a style apart, in Omnium's member names. */
const VARIANT_KEYS = ['color', 'size'] as const;

/** Longer uids are cut short by a hash. */
const LONGEST_UID = 100;
const HASH_LENGTH = 16;

const LIST_SEPARATOR = ', ';

/** What a property is, so that it can be made. */
export interface PropertyDefinition {
  readonly propertyUid: string;
  /** Omnium's key: Flow's `externalId`, and its name until the shop gives it another. */
  readonly key: string;
  readonly name: string;
  readonly type: 'TEXT' | 'SINGLESELECT';
}

/** A value of a property. */
interface DesiredValue {
  readonly propertyUid: string;
  readonly value: string;
}

/** One change of a product's values. */
export type ValueChange = { readonly definition: PropertyDefinition } & (
  | { readonly do: 'set'; readonly value: string; readonly productPropertyUid?: string }
  | { readonly do: 'remove'; readonly productPropertyUid: string }
);

type PropertyRules = Pick<ProductContext['rules'], 'textProperties' | 'choiceProperties'>;
type Valued = Pick<OmniumProduct, 'properties' | 'color' | 'size'>;

/** The properties that are ours in Flow: what tells variants apart, and the configured ones. */
export function propertyDefinitions({ textProperties, choiceProperties }: PropertyRules): PropertyDefinition[] {
  const all = [
    { key: 'color', name: 'Color', type: 'SINGLESELECT' as const },
    { key: 'size', name: 'Size', type: 'SINGLESELECT' as const },
    ...choiceProperties.map((key) => ({ key, name: key, type: 'SINGLESELECT' as const })),
    ...textProperties.map((key) => ({ key, name: key, type: 'TEXT' as const })),
  ].map((definition) => ({ propertyUid: shortUid(ownUid(definition.key)), ...definition }));
  return all.filter(({ propertyUid }, index) => all.findIndex((one) => one.propertyUid === propertyUid) === index);
}

/**
 * Values of a product's properties (setting `catalogue.textProperties`, `catalogue.choiceProperties`), and colour and size
 * of a variant. What Omnium has several times under one key is a list in a text, and the first in a choice.
 */
export function mapValues(product: Valued, isVariant: boolean, rules: PropertyRules): DesiredValue[] {
  return propertyDefinitions(rules).flatMap(({ propertyUid, key, type }) => {
    const own = isVariant && (key === 'color' || key === 'size') ? plainLine(product[key]) : undefined;
    const values = product.properties
      .filter((property) => property.key === key)
      .map((property) => (type === 'TEXT' ? plainText(property.value) : plainLine(property.value)))
      .filter((value) => value !== undefined);
    const text = type === 'SINGLESELECT' ? values[0] : [...new Set(values)].join(LIST_SEPARATOR);
    const value = own ?? text;
    return value === undefined || value === '' ? [] : [{ propertyUid, value }];
  });
}

/** Uids of the properties that tell these variants apart. */
export function requiredVariantProperties(variants: readonly Valued[]): string[] {
  const used = VARIANT_KEYS.filter((key) => variants.some((variant) => plainLine(variant[key]) !== undefined));
  return used.map((key) => shortUid(ownUid(key)));
}

/** Uid of the option that stands for a value of a choice. */
export function optionUidOf(propertyUid: string, value: string): string {
  return shortUid(`${propertyUid}-${ownUid(value)}`);
}

function shortUid(uid: string): string {
  if (uid.length <= LONGEST_UID) return uid;
  const hash = createHash('sha256').update(uid).digest('hex').slice(0, HASH_LENGTH);
  return `${uid.slice(0, LONGEST_UID - HASH_LENGTH - 1)}-${hash}`;
}

/** What is to be changed of a product's values; properties that are not ours are left alone. */
export function compareValues(
  { values }: { readonly values: readonly DesiredValue[] },
  existing: Pick<FlowProduct, 'optionProperties'> | undefined,
  definitions: readonly PropertyDefinition[],
): ValueChange[] {
  return definitions.flatMap((definition): ValueChange[] => {
    const { propertyUid, type } = definition;
    const desired = values.find((value) => value.propertyUid === propertyUid);
    const there = existing?.optionProperties.find((value) => value.propertyUid === propertyUid);
    const productPropertyUid = there?.productPropertyUid;
    if (!desired) return productPropertyUid === undefined ? [] : [{ do: 'remove', definition, productPropertyUid }];
    const { value } = desired;
    // Flow names the option, or at least its uid.
    const isRight =
      type === 'TEXT'
        ? there?.propertyText === value
        : there !== undefined &&
          (there.propertyOptionName === undefined
            ? there.propertyOptionUid === optionUidOf(propertyUid, value)
            : there.propertyOptionName === value);
    return isRight ? [] : [{ do: 'set', definition, value, ...compact({ productPropertyUid }) }];
  });
}
