import type { ChainAddress, ChainMarket, MarketId, VatClass } from './types';

interface MarketFacts {
  readonly marketId: MarketId;
  readonly name: string;
  readonly grouped: boolean;
  readonly countryCode: string;
  readonly currency: string;
  readonly currencyName: string;
  readonly cashRoundingCents: number;
  readonly language: string;
  readonly timezone: string;
  readonly phonePrefix: string;
  readonly vatPercent: Record<VatClass, number>;
  readonly organizationNumber: string;
  readonly organizationName: string;
  readonly address: ChainAddress;
}

const FACTS: readonly MarketFacts[] = [
  {
    marketId: 'NOR',
    name: 'Norway',
    grouped: true,
    countryCode: 'NO',
    currency: 'NOK',
    currencyName: 'Norwegian krone',
    cashRoundingCents: 100,
    language: 'nb-NO',
    timezone: 'Europe/Oslo',
    phonePrefix: '+47',
    vatPercent: { standard: 25, reduced: 15, zero: 0 },
    organizationNumber: '923456781',
    organizationName: 'Nordlys Handel AS',
    address: { street: 'Lagerveien', streetNumber: '12', postalCode: '0484', city: 'Oslo', countryCode: 'NO' },
  },
  {
    marketId: 'SWE',
    name: 'Sweden',
    grouped: true,
    countryCode: 'SE',
    currency: 'SEK',
    currencyName: 'Swedish krona',
    cashRoundingCents: 100,
    language: 'sv-SE',
    timezone: 'Europe/Stockholm',
    phonePrefix: '+46',
    vatPercent: { standard: 25, reduced: 12, zero: 0 },
    organizationNumber: '5591234567',
    organizationName: 'Nordlys Handel AB',
    address: { street: 'Lagergatan', streetNumber: '4', postalCode: '11428', city: 'Stockholm', countryCode: 'SE' },
  },
  {
    marketId: 'DNK',
    name: 'Denmark',
    grouped: true,
    countryCode: 'DK',
    currency: 'DKK',
    currencyName: 'Danish krone',
    cashRoundingCents: 50,
    language: 'da-DK',
    timezone: 'Europe/Copenhagen',
    phonePrefix: '+45',
    vatPercent: { standard: 25, reduced: 25, zero: 0 },
    organizationNumber: '38765412',
    organizationName: 'Nordlys Handel ApS',
    address: { street: 'Lagervej', streetNumber: '9', postalCode: '2300', city: 'København', countryCode: 'DK' },
  },
  {
    marketId: 'FIN',
    name: 'Finland',
    grouped: false,
    countryCode: 'FI',
    currency: 'EUR',
    currencyName: 'Euro',
    cashRoundingCents: 5,
    language: 'fi-FI',
    timezone: 'Europe/Helsinki',
    phonePrefix: '+358',
    vatPercent: { standard: 25.5, reduced: 14, zero: 0 },
    organizationNumber: '29876543',
    organizationName: 'Nordlys Kauppa Oy',
    address: { street: 'Varastokatu', streetNumber: '7', postalCode: '00180', city: 'Helsinki', countryCode: 'FI' },
  },
];

/** The chain's four markets: three in the market group `NORDIC`, Finland outside. */
export function buildMarkets(): ChainMarket[] {
  return FACTS.map(toMarket);
}

function toMarket(facts: MarketFacts): ChainMarket {
  const country = facts.countryCode.toLowerCase();
  const { marketId, name, countryCode, currency, currencyName, cashRoundingCents } = facts;
  const { language, timezone, phonePrefix, vatPercent } = facts;
  return {
    marketId,
    name,
    ...(facts.grouped ? { marketGroupId: 'NORDIC' } : {}),
    countryCode,
    currency,
    currencyName,
    cashRoundingCents,
    language,
    timezone,
    phonePrefix,
    vatPercent,
    vatCodeUids: {
      standard: vatCodeUid(country, vatPercent.standard),
      reduced: vatCodeUid(country, vatPercent.reduced),
      zero: vatCodeUid(country, vatPercent.zero),
    },
    tenantUid: `flow_${country}`,
    integrationToken: `sandbox-token-flow_${country}`,
    organization: {
      organizationNumber: facts.organizationNumber,
      name: facts.organizationName,
      address: facts.address,
      email: `office@nordlys-${country}.example`,
      phone: `${phonePrefix}22000000`,
    },
    webWarehouse: { warehouseId: `web-${country}`, name: `Web warehouse ${name}`, isPrimaryStore: false },
  };
}

function vatCodeUid(country: string, percent: number): string {
  return `vat_${country}_${String(percent).replace('.', '_')}`;
}
