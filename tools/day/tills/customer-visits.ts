import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainCustomer, type ChainMarket } from '../../../sandbox/chain/types';
import { type TillCustomerBody } from '../vendors/flow-tills';
import { type Visit } from './visit';

/** A customer that the tills write down, and where. */
export interface NewCustomer {
  readonly market: ChainMarket;
  readonly storeUid: string;
  readonly body: TillCustomerBody;
}

const FIRST_NAMES = ['Astrid', 'Bjarne', 'Camilla', 'Didrik', 'Elin', 'Folke', 'Gunn', 'Henning'];
const LAST_NAMES = ['Fjeldheim', 'Granlund', 'Holmvik', 'Isaksrud', 'Korpela', 'Lundgaard'];

/** The n-th invented customer (from 0) of a day: people, and every third a company. */
export function newCustomer(
  { market, storeUid }: Pick<NewCustomer, 'market' | 'storeUid'>,
  prefix: string,
  index: number,
): NewCustomer {
  const customerUid = `${prefix}C${String(index + 1).padStart(3, '0')}`;
  const firstname = FIRST_NAMES[index % FIRST_NAMES.length] ?? 'Astrid';
  const lastname = LAST_NAMES[index % LAST_NAMES.length] ?? 'Holmvik';
  const { postalCode, city, countryCode } = market.organization.address;
  const contact = {
    email: `${customerUid.toLowerCase()}@example.com`,
    mobile: `${market.phonePrefix}${41_000_000 + index * 137 + dayOf(prefix) * 9_001}`,
    address: `Torvgata ${index + 1}`,
    ...{ postalCode, city, countryCode },
  };
  const body: TillCustomerBody =
    index % 3 === 2
      ? {
          customerUid,
          customerType: 'COMPANY',
          companyName: `${lastname} & ${firstname}`,
          vatNumber: String(920_000_000 + dayOf(prefix) * 1_000 + index),
          ...contact,
        }
      : { customerUid, customerType: 'PERSON', firstname, lastname, ...contact };
  return { market, storeUid, body };
}

/** Somebody joins. */
export function writeDown({ market, storeUid, body }: NewCustomer): Visit {
  return {
    what: body.customerType === 'PERSON' ? 'new private customer' : 'new business customer',
    run: async ({ book, tillsOf }) => {
      await tillsOf(market).createCustomer(storeUid, body);
      book.noteCustomer({ market, customerUid: body.customerUid, isDeleted: false });
    },
  };
}

/** Somebody has moved. `customerUid` is a customer of either system that the tills know. */
export function moveHouse(at: Pick<NewCustomer, 'market' | 'storeUid'>, customerUid: string, index: number): Visit {
  return {
    what: 'customer changed',
    run: async ({ book, tillsOf }) => {
      const { city, postalCode } = at.market.organization.address;
      const change = { address: `Nyveien ${index + 1} B`, city, postalCode };
      await tillsOf(at.market).changeCustomer(at.storeUid, customerUid, change);
      book.noteCustomer({ market: at.market, customerUid, isDeleted: false });
    },
  };
}

/** Somebody wants to be forgotten. */
export function forget({ market, storeUid, body }: NewCustomer): Visit {
  return {
    what: 'customer deleted',
    run: async ({ book, tillsOf }) => {
      const { customerUid } = body;
      const tills = tillsOf(market);
      const omniumId = await tills.externalIdOf(customerUid);
      await tills.deleteCustomer(storeUid, customerUid);
      book.noteCustomer({ market, customerUid, isDeleted: true, ...(omniumId === undefined ? {} : { omniumId }) });
    },
  };
}

/** Uids under which the tills know customers from before this day. */
export function knownUids(customers: readonly ChainCustomer[]): string[] {
  return customers.filter(({ knownInTills }) => knownInTills).map(({ customerId }) => flowUidOf(customerId));
}

function dayOf(prefix: string): number {
  return Number(prefix.replace(/\D/g, '')) || 0;
}
