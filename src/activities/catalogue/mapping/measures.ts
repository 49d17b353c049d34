import type { OmniumProduct } from '../../../clients/omnium/products';
import { centimetresToMillimetres, gramsToWholeGrams, kilogramsToGrams } from '../../../domain/units';

/** Weight and size of a product as Flow keeps them; null where Omnium has none. */
export interface Measures {
  /** Grams. */
  readonly weight: number | null;
  /** Millimetres. */
  readonly height: number | null;
  readonly width: number | null;
  readonly length: number | null;
}

type Measured = Pick<OmniumProduct, 'weight' | 'colli'>;

/**
 * Weight in grams: the product's own in kilograms, else that of what it is sent in, which Omnium gives in grams. Height,
 * width and length in millimetres, of what it is sent in (Omnium's Flow page, "Unit Conversion"; omnium-api.md §9.1). With
 * several colli the first one that has the measure counts.
 *
 * @throws AmountInvalidError for a measure below zero, or that is no number
 */
export function measuresOf({ weight, colli }: Measured): Measures {
  const firstOf = (measure: 'weight' | 'height' | 'width' | 'length'): number | string | undefined =>
    colli.find((one) => one[measure] !== undefined)?.[measure];
  const colliWeight = firstOf('weight');
  const millimetres = (measure: 'height' | 'width' | 'length'): number | null => {
    const centimetres = firstOf(measure);
    return centimetres === undefined ? null : centimetresToMillimetres(centimetres);
  };
  const colliGrams = colliWeight === undefined ? null : gramsToWholeGrams(colliWeight);
  return {
    weight: weight === undefined ? colliGrams : kilogramsToGrams(weight),
    height: millimetres('height'),
    width: millimetres('width'),
    length: millimetres('length'),
  };
}
