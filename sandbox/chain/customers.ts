import type { SeededRandom } from './seeded-random';
import type { ChainAddress, ChainCustomer, ChainMarket } from './types';

const FIRST_NAMES = ['Aksel', 'Brita', 'Dagny', 'Eirik', 'Frida', 'Gudrun', 'Halvor', 'Ingrid', 'Jonas', 'Kaisa'];
const MORE_FIRST_NAMES = ['Lauri', 'Maja', 'Nils', 'Oda', 'Petra', 'Ragnar', 'Signe', 'Tuva', 'Ulf', 'Vigdis'];
const NAME_STARTS = ['Sol', 'Berg', 'Lind', 'Å', 'Sten', 'Dal', 'Skog', 'Ek', 'Hav', 'Ås'];
const NAME_ENDS = ['vik', 'heim', 'ström', 'gaard', 'mark', 'lund', 'rud', 'nes', 'berg', 'holm'];
const STREETS = ['Bjørkeveien', 'Storgata', 'Kirkeveien', 'Elvegata', 'Ringvägen', 'Nygade', 'Rantakatu'];
const CITIES: Record<string, readonly [string, string][]> = {
  NO: [
    ['0357', 'Oslo'],
    ['5005', 'Bergen'],
    ['4006', 'Stavanger'],
  ],
  SE: [
    ['11360', 'Stockholm'],
    ['41301', 'Göteborg'],
    ['75310', 'Uppsala'],
  ],
  DK: [
    ['2100', 'København'],
    ['8200', 'Aarhus'],
    ['9000', 'Aalborg'],
  ],
  FI: [
    ['00530', 'Helsinki'],
    ['33200', 'Tampere'],
    ['90100', 'Oulu'],
  ],
};
const TRADES = ['Fjellguiding', 'Byggservice', 'Kontorhotell', 'Idrettslag', 'Friluftsskole', 'Kystferie'];

/** 400 private and 60 business customers, dealt to the markets in turn. No name, number or address is a real one. */
export function buildCustomers(markets: readonly ChainMarket[], random: SeededRandom): ChainCustomer[] {
  const customers: ChainCustomer[] = [];
  for (let index = 0; index < 460; index++) {
    const market = markets[index % markets.length];
    if (!market) break;
    customers.push(index < 400 ? privatePerson(index, market, random) : business(index - 400, market, random));
  }
  return customers;
}

function privatePerson(index: number, market: ChainMarket, random: SeededRandom): ChainCustomer {
  const number = 100_000 + index;
  return {
    customerId: `c-${number}`,
    kind: 'private',
    ...person(market, random),
    email: `shopper${number}@example.com`,
    ...(index % 3 === 0 ? { loyalty: { provider: 'Voyado', externalId: `voy-${number}` } } : {}),
    knownInTills: index % 5 < 3,
  };
}

function business(index: number, market: ChainMarket, random: SeededRandom): ChainCustomer {
  const number = 500_000 + index;
  return {
    customerId: `b-${number}`,
    kind: 'business',
    ...person(market, random),
    companyName: `${random.pick(NAME_STARTS)}${random.pick(NAME_ENDS)} ${random.pick(TRADES)}`,
    organizationNumber: String(910_000_000 + index * 1_117 + random.int(0, 999)),
    email: `purchasing${number}@example.org`,
    knownInTills: index % 2 === 0,
  };
}

type Person = Pick<ChainCustomer, 'marketId' | 'firstName' | 'lastName' | 'phone' | 'address'>;

function person(market: ChainMarket, random: SeededRandom): Person {
  return {
    marketId: market.marketId,
    firstName: random.pick([...FIRST_NAMES, ...MORE_FIRST_NAMES]),
    lastName: `${random.pick(NAME_STARTS)}${random.pick(NAME_ENDS)}`,
    phone: `${market.phonePrefix}${random.int(40_000_000, 99_999_999)}`,
    address: homeAddress(market.countryCode, random),
  };
}

function homeAddress(countryCode: string, random: SeededRandom): ChainAddress {
  const [postalCode, city] = random.pick(CITIES[countryCode] ?? [['0000', 'Nowhere']]);
  return {
    street: random.pick(STREETS),
    streetNumber: String(random.int(1, 140)),
    postalCode,
    city,
    countryCode,
  };
}
