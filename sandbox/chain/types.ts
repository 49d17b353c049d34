/**
 * The neutral description of the retail chain that both sandboxes are seeded from. Each vendor turns it into its own
 * documents; nothing here has the shape of either API. Money is in cents of the market's currency and includes VAT,
 * except cost, which excludes it. Quantities are whole pieces.
 */

/** The four markets of the chain, by Omnium market id. */
export type MarketId = 'NOR' | 'SWE' | 'DNK' | 'FIN';

/** VAT class of a product; the rate behind it depends on the market. */
export type VatClass = 'standard' | 'reduced' | 'zero';

/** A country the chain trades in: one Omnium market, one Flow tenant. */
export interface ChainMarket {
  readonly marketId: MarketId;
  readonly name: string;
  /** `NORDIC` for Norway, Sweden and Denmark; Finland is in no group. */
  readonly marketGroupId?: string;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly currencyName: string;
  /** Smallest amount that can be paid in coins, in cents: what cash is rounded to. */
  readonly cashRoundingCents: number;
  /** Culture name, e.g. `nb-NO`. */
  readonly language: string;
  /** IANA time zone. */
  readonly timezone: string;
  /** With plus sign, e.g. `+47`. */
  readonly phonePrefix: string;
  /** Percent, e.g. 25 or 25.5. Denmark has no reduced rate: it equals the standard one. */
  readonly vatPercent: Readonly<Record<VatClass, number>>;
  /** Flow's uid of the VAT code behind each class, e.g. `vat_no_25`. */
  readonly vatCodeUids: Readonly<Record<VatClass, string>>;
  readonly tenantUid: string;
  /** Flow integration token of the tenant. */
  readonly integrationToken: string;
  readonly organization: ChainOrganization;
  /** Web warehouse of the market: holds stock, sells nothing over the counter. */
  readonly webWarehouse: ChainWarehouse;
}

/** The legal entity behind a market's stores. */
interface ChainOrganization {
  readonly organizationNumber: string;
  readonly name: string;
  readonly address: ChainAddress;
  readonly email: string;
  readonly phone: string;
}

export interface ChainAddress {
  readonly street: string;
  readonly streetNumber: string;
  readonly postalCode: string;
  readonly city: string;
  readonly countryCode: string;
}

/** Place that holds stock. A store's first warehouse has the store's own id. */
export interface ChainWarehouse {
  /** Omnium store/warehouse id with hyphens, e.g. `oslo-city-back`. */
  readonly warehouseId: string;
  readonly name: string;
  /** True for the store itself, false for back rooms (non-primary stores in Omnium) and web warehouses. */
  readonly isPrimaryStore: boolean;
}

export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

/** Opening hours of one weekday, local time `HH:MM`. */
export interface ChainOpeningHours {
  readonly day: Weekday;
  readonly open: string;
  readonly close: string;
  readonly closed: boolean;
}

/** A shop with tills. */
export interface ChainStore {
  /** Omnium id with hyphens, e.g. `oslo-city`. Its Flow uid is {@link flowUidOf} of it. */
  readonly storeId: string;
  readonly marketId: MarketId;
  readonly name: string;
  readonly address: ChainAddress;
  readonly latitude: number;
  readonly longitude: number;
  readonly email: string;
  readonly phone: string;
  readonly organizationNumber: string;
  readonly openingHours: readonly ChainOpeningHours[];
  /** The store itself first, then its back room if it has one. */
  readonly warehouses: readonly ChainWarehouse[];
}

export interface ChainBrand {
  readonly brandId: string;
  readonly name: string;
}

/** Product category; also the product group tree in Flow. Parents come before their children. */
export interface ChainCategory {
  readonly categoryId: string;
  readonly name: string;
  readonly parentId?: string;
}

export interface ChainSupplier {
  readonly supplierId: string;
  readonly name: string;
  readonly address: ChainAddress;
  readonly email: string;
  readonly phone: string;
  readonly vatNumber: string;
  readonly currency: string;
  /** Whether the tills know this supplier from the start; the others exist only in Omnium. */
  readonly knownInTills: boolean;
}

/** Price of one SKU in one market, cents incl. VAT; cost in cents excl. VAT. */
export interface ChainPrice {
  readonly unitCents: number;
  /** Recommended retail price; higher than `unitCents` when the article is on offer. */
  readonly recommendedCents: number;
  readonly costCents: number;
}

/** One article that can be sold. */
export interface ChainSku {
  /** E.g. `104233-M`, or `SHIPPING`. Case matters. */
  readonly sku: string;
  readonly name: string;
  readonly size?: string;
  readonly colour?: string;
  /** EAN-13 with a valid check digit; absent for services. */
  readonly ean?: string;
  readonly weightKg?: number;
  readonly prices: Readonly<Record<MarketId, ChainPrice>>;
}

interface ChainPackageComponent {
  readonly sku: string;
  /** Pieces in one package. */
  readonly quantity: number;
}

/**
 * - `single`: one article, `skus` has one member
 * - `style`: a style with size/colour variants, `skus` has two or more members and none of them is the style itself
 * - `package`: sold under its own SKU, made of `components`
 * - `service`: non-physical, never in stock (shipping)
 */
type ChainProductKind = 'single' | 'style' | 'package' | 'service';

export interface ChainProduct {
  /** Style or product number, e.g. `104233`. */
  readonly productId: string;
  readonly kind: ChainProductKind;
  readonly name: string;
  readonly description: string;
  readonly brandId: string;
  readonly categoryId: string;
  readonly supplierId: string;
  readonly vatClass: VatClass;
  readonly imageUrl?: string;
  /** Every piece has a serial number, which is noted when it is received on a purchase order. */
  readonly hasSerialNumbers?: boolean;
  readonly skus: readonly ChainSku[];
  readonly components?: readonly ChainPackageComponent[];
}

/** A customer as the chain knows it. Invented people and companies on reserved example domains. */
export interface ChainCustomer {
  /** Omnium customer id, e.g. `c-100017` or `b-500003`. */
  readonly customerId: string;
  readonly kind: 'private' | 'business';
  readonly marketId: MarketId;
  /** Of the person, or of the contact person of a company. */
  readonly firstName: string;
  readonly lastName: string;
  /** Companies only. */
  readonly companyName?: string;
  /** Companies only. */
  readonly organizationNumber?: string;
  readonly email: string;
  /** With country prefix, e.g. `+4791234567`. */
  readonly phone: string;
  readonly address: ChainAddress;
  /** Id in the loyalty programme and the provider's name, e.g. `Voyado`. */
  readonly loyalty?: { readonly provider: string; readonly externalId: string };
  /** Whether the tills know this customer from the start; the others exist only in Omnium until they order. */
  readonly knownInTills: boolean;
}

/** An article of a given catalogue (replay of a real trading log) instead of an invented one. */
export interface CatalogueLine {
  readonly sku: string;
  readonly name: string;
  /** The same number of cents in every market. */
  readonly unitCents: number;
}

/** Options of {@link buildChain}. */
export interface ChainOptions {
  readonly seed: number;
  /** Number of SKUs that can be sold, packages and the shipping service included. Default 3,000. */
  readonly products?: number;
  /** Number of stores, spread over the markets in turn. Default 12. */
  readonly stores?: number;
  /** Replaces the invented articles; `SHIPPING` is always added. */
  readonly catalogue?: readonly CatalogueLine[];
  /**
   * Stores (the first of the chain) that have a price of their own for every SKU. They are calculated when they are asked
   * for, so 100,000 SKUs with twelve of them cost no memory. Default 0.
   */
  readonly storePrices?: number;
  /**
   * Adds to Omnium what a catalogue is tried with: products of every rare kind, prices of some stores, prices that start
   * or end soon, costs of type `SOA`, deeper categories, Swedish texts for Sweden. Existing SKUs, their market prices
   * and the tills' seed stay as they are. Default false.
   */
  readonly variety?: boolean;
}

/** The whole chain. Plain data: the same options always give the same chain. */
export interface Chain {
  readonly seed: number;
  readonly name: string;
  readonly markets: readonly ChainMarket[];
  readonly stores: readonly ChainStore[];
  readonly brands: readonly ChainBrand[];
  readonly categories: readonly ChainCategory[];
  readonly suppliers: readonly ChainSupplier[];
  readonly products: readonly ChainProduct[];
  readonly customers: readonly ChainCustomer[];
  /** The API user that may call Omnium. */
  readonly omniumApiUser: { readonly clientId: string; readonly clientSecret: string };
  /** SKU of the non-physical shipping service. */
  readonly shippingSku: string;
  /** See {@link ChainOptions.storePrices}. */
  readonly storePrices: number;
  /** See {@link ChainOptions.variety}. */
  readonly variety: boolean;
}
