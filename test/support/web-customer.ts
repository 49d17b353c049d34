import { randomUUID } from 'node:crypto';
import type { Json } from './integration';

/** A private customer as the web shop knows one; every value is one of its own. */
export function webCustomer(members: Json = {}): Json & { readonly email: string } {
  const mark = randomUUID().slice(0, 8);
  return {
    firstName: `Nils${mark}`,
    lastName: `Dal${mark}`,
    email: `nils.${mark}@example.com`,
    phone: `+47 9${Math.floor(10_000_000 * Math.random())
      .toString()
      .padStart(7, '0')}`,
    address: { line1: 'Kaia', streetNumber: '7', postalCode: '5005', city: 'Bergen', countryCode: 'NO' },
    externalIds: [{ providerName: 'Voyado', id: `card-${mark}` }],
    ...members,
  };
}
