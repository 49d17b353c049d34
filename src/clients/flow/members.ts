import { z } from 'zod';

import { optionalFlag, optionalInteger, optionalText, optionalTimestamp, type Body } from '../wire';

/**
 * What documents of Flow have in common (flow-api.md §3). Schemas hold only members that the integration uses; everything else
 * is ignored. Selling amounts are integers in cents including VAT, purchase amounts are integers in cents without it; quantities
 * are integers in hundredths of a piece, VAT rates in hundredths of a percent. Enumerations stay plain text: members beyond the
 * known ones must not stop a sync.
 */

/** Members of the catalogue that are left out where they are not what they should be, so that a product can be put right. */
export const text = optionalText.catch(undefined);
export const flag = optionalFlag.catch(undefined);
export const whole = optionalInteger.catch(undefined);
export const date = optionalTimestamp.catch(undefined);

/** A list whose odd elements are left out. */
export function readableOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .array(item.optional().catch(undefined))
    .catch([])
    .default([])
    .transform((elements) => elements.filter((element) => element !== undefined));
}

/** An address inside an order. */
export const flowAddressSchema = z.object({
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  address: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  email: optionalText,
  mobile: optionalText,
  vatNumber: optionalText,
});

export type FlowAddressWrite = Body<z.infer<typeof flowAddressSchema>>;
