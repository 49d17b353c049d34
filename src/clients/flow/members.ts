import { z } from 'zod';

import { optionalFlag, optionalInteger, optionalText, optionalTimestamp } from '../wire';

/** Members that are left out where they are not what they should be. */
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

export type FlowAddress = z.infer<typeof flowAddressSchema>;

/** An address as we send it. */
export interface FlowAddressWrite {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly mobile?: string;
  readonly vatNumber?: string;
}
