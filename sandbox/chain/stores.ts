import type { SeededRandom } from './seeded-random';
import type { ChainMarket, ChainOpeningHours, ChainStore, MarketId, Weekday } from './types';

interface StoreSite {
  readonly storeId: string;
  readonly name: string;
  readonly street: string;
  readonly streetNumber: string;
  readonly postalCode: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}

const site = (...facts: [string, string, string, string, string, string, number, number]): StoreSite => {
  const [storeId, name, street, streetNumber, postalCode, city, latitude, longitude] = facts;
  return { storeId, name, street, streetNumber, postalCode, city, latitude, longitude };
};

const SITES: Record<MarketId, readonly [StoreSite, ...StoreSite[]]> = {
  NOR: [
    site('oslo-city', 'Nordlys Oslo City', 'Stenersgata', '1', '0050', 'Oslo', 59.9127, 10.7527),
    site('bergen-sentrum', 'Nordlys Bergen Sentrum', 'Torgallmenningen', '8', '5014', 'Bergen', 60.3925, 5.3233),
    site('trondheim-torg', 'Nordlys Trondheim Torg', 'Kongens gate', '11', '7013', 'Trondheim', 63.4305, 10.3951),
  ],
  SWE: [
    site('stockholm-norr', 'Nordlys Stockholm Norr', 'Sveavägen', '44', '11134', 'Stockholm', 59.3378, 18.0597),
    site('goteborg-nordstan', 'Nordlys Göteborg', 'Nordstadstorget', '6', '41105', 'Göteborg', 57.7087, 11.9693),
    site('malmo-triangeln', 'Nordlys Malmö', 'Rådmansgatan', '10', '21146', 'Malmö', 55.5946, 13.0007),
  ],
  DNK: [
    site('kobenhavn-stroget', 'Nordlys København', 'Amagertorv', '14', '1160', 'København', 55.6789, 12.5793),
    site('aarhus-midt', 'Nordlys Aarhus', 'Søndergade', '27', '8000', 'Aarhus', 56.1546, 10.2065),
    site('odense-centrum', 'Nordlys Odense', 'Vestergade', '51', '5000', 'Odense', 55.3966, 10.3832),
  ],
  FIN: [
    site('helsinki-keskus', 'Nordlys Helsinki', 'Mannerheimintie', '20', '00100', 'Helsinki', 60.1699, 24.9384),
    site('tampere-koski', 'Nordlys Tampere', 'Hatanpään valtatie', '1', '33100', 'Tampere', 61.4963, 23.7679),
    site('turku-hansa', 'Nordlys Turku', 'Yliopistonkatu', '22', '20100', 'Turku', 60.4514, 22.2687),
  ],
};

const WEEKDAYS: readonly Weekday[] = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];

/**
 * `count` stores, dealt to the markets in turn. From the fourth in a market on, a store repeats a known city with a
 * number at the end. Every second store has a back room as its own warehouse.
 */
export function buildStores(markets: readonly ChainMarket[], count: number, random: SeededRandom): ChainStore[] {
  const stores: ChainStore[] = [];
  for (let index = 0; index < count; index++) {
    const market = markets[index % markets.length];
    if (!market) break;
    stores.push(buildStore(market, Math.floor(index / markets.length), random));
  }
  return stores;
}

function buildStore(market: ChainMarket, indexInMarket: number, random: SeededRandom): ChainStore {
  const sites = SITES[market.marketId];
  const base = sites[indexInMarket % sites.length] ?? sites[0];
  const round = Math.floor(indexInMarket / sites.length);
  const storeId = round === 0 ? base.storeId : `${base.storeId}-${round + 1}`;
  const name = round === 0 ? base.name : `${base.name} ${round + 1}`;
  const warehouses = [{ warehouseId: storeId, name, isPrimaryStore: true }];
  if (indexInMarket % 2 === 0) {
    warehouses.push({ warehouseId: `${storeId}-back`, name: `${name} back room`, isPrimaryStore: false });
  }
  return {
    storeId,
    marketId: market.marketId,
    name,
    address: {
      street: base.street,
      streetNumber: round === 0 ? base.streetNumber : String(round * 10 + 1),
      postalCode: base.postalCode,
      city: base.city,
      countryCode: market.countryCode,
    },
    latitude: roundDegrees(base.latitude + round * 0.01),
    longitude: roundDegrees(base.longitude + round * 0.01),
    email: `${storeId}@nordlys-${market.countryCode.toLowerCase()}.example`,
    phone: `${market.phonePrefix}${random.int(21_000_000, 79_999_999)}`,
    // One store in three is run by a franchisee with its own company.
    organizationNumber:
      indexInMarket % 3 === 2 ? String(random.int(910_000_000, 999_999_999)) : market.organization.organizationNumber,
    openingHours: openingHours(random),
    warehouses,
  };
}

function openingHours(random: SeededRandom): ChainOpeningHours[] {
  const close = random.pick(['18:00', '19:00', '20:00', '21:00']);
  const week = WEEKDAYS.map((day): ChainOpeningHours => ({ day, open: '10:00', close, closed: false }));
  week.push({ day: 'SATURDAY', open: '10:00', close: '18:00', closed: false });
  week.push({ day: 'SUNDAY', open: '00:00', close: '00:00', closed: true });
  return week;
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}
