import { type Chain } from '../../chain/types';
import { type Customer } from '../documents';
import { seededAt } from '../settings/seed-settings';

/** All customers of one kind. */
export const buildCustomerDocuments = (chain: Chain, kind: 'private' | 'business'): Customer[] => {
  const groups = new Map(chain.markets.map(({ marketId, marketGroupId }) => [marketId, marketGroupId]));
  return chain.customers
    .filter((customer) => customer.kind === kind)
    .map((customer) => {
      const group = groups.get(customer.marketId);
      const address = {
        name: customer.companyName ?? `${customer.firstName} ${customer.lastName}`,
        line1: `${customer.address.street} ${customer.address.streetNumber}`,
        postalCode: customer.address.postalCode,
        city: customer.address.city,
        countryCode: customer.address.countryCode,
      };
      const person = {
        firstName: customer.firstName,
        lastName: customer.lastName,
        email: customer.email,
        phone: customer.phone,
      };
      return {
        customerId: customer.customerId,
        customerNumber: customer.customerId,
        email: customer.email,
        phone: customer.phone,
        marketId: customer.marketId,
        ...(group === undefined ? {} : { marketGroupId: group }),
        address,
        addresses: [address],
        externalIds:
          customer.loyalty === undefined
            ? []
            : [{ providerName: customer.loyalty.provider, id: customer.loyalty.externalId }],
        properties: [],
        tags: [],
        created: seededAt,
        modified: seededAt,
        ...(kind === 'private'
          ? {
              ...person,
              fullName: `${person.firstName} ${person.lastName}`,
              isCustomerClubMember: customer.loyalty !== undefined,
            }
          : {
              name: customer.companyName ?? customer.customerId,
              ...(customer.organizationNumber === undefined ? {} : { taxId: customer.organizationNumber }),
              contacts: [{ id: `${customer.customerId}-1`, ...person, isPrimaryContact: true, notify: true }],
            }),
      };
    });
};
