import { z } from 'zod';

import { listOf, optionalFlag, optionalText, optionalTimestamp, requiredText } from '../wire';
import { externalIdSchema } from './assumed';
import { omniumPropertySchema } from './shared-schemas';

/** Omnium's customers as we read them (omnium-api.md §5.2). */

/** An address of a customer (Address). Members we do not know are kept, as a patch may replace the address as a whole. */
export const omniumAddressSchema = z.looseObject({
  name: optionalText,
  line1: optionalText,
  line2: optionalText,
  streetNumber: optionalText,
  apartmentNumber: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  countryName: optionalText,
  email: optionalText,
  phone: optionalText,
});

const customerMembers = {
  customerId: requiredText,
  customerNumber: optionalText,
  email: optionalText,
  phone: optionalText,
  address: omniumAddressSchema.optional(),
  addresses: listOf(omniumAddressSchema),
  externalIds: listOf(externalIdSchema),
  properties: listOf(omniumPropertySchema),
  marketId: optionalText,
  marketGroupId: optionalText,
  isInactive: optionalFlag,
  created: optionalTimestamp,
  modified: optionalTimestamp,
};

/** A private customer (PrivateCustomer). */
export const omniumPrivateCustomerSchema = z.object({
  ...customerMembers,
  firstName: optionalText,
  lastName: optionalText,
  fullName: optionalText,
});

/** A business customer (BusinessCustomer). */
export const omniumBusinessCustomerSchema = z.object({
  ...customerMembers,
  name: optionalText,
  /** Organisation or VAT number. */
  taxId: optionalText,
});

export type OmniumAddress = z.infer<typeof omniumAddressSchema>;
export type OmniumPrivateCustomer = z.infer<typeof omniumPrivateCustomerSchema>;
export type OmniumBusinessCustomer = z.infer<typeof omniumBusinessCustomerSchema>;
