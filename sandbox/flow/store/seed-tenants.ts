import { flowUidOf, initialStockOf, warehousesOf } from '../../chain/build-chain';
import { type MannerSwitches } from '../../kit/manners';
import {
  type Chain,
  type ChainCustomer,
  type ChainMarket,
  type ChainStore,
  type ChainWarehouse,
} from '../../chain/types';
import { WAREHOUSE_ROLES } from './setup-documents';
import { SEEDED } from './seeded-audit';
import { catalogueOf, type CatalogueState, seedCatalogue, seedLeftovers } from './seed-catalogue';
import { TenantStore, type VatCode } from './tenant-store';

const HANDLINGS = [
  ['click_collect', 'Click & collect'],
  ['online_order', 'Online order'],
] as const;

/** Payment methods: uid, name, payment code, settlement code, and what Omnium calls it where there is a mapping. */
const PAYMENT_METHODS = [
  ['cash', 'Cash', 'CASH', 'CASH', undefined],
  ['card', 'Card', 'CARD', 'CARD', undefined],
  ['klarna', 'Klarna (web)', 'EXTERNAL', 'EXTERNAL_KLARNA', 'Klarna'],
  ['vipps', 'Vipps (web)', 'EXTERNAL', 'EXTERNAL_VIPPS', 'Vipps'],
  ['web', 'Web payment', 'EXTERNAL', 'EXTERNAL_WEB', undefined],
] as const;

const REASONS = [
  ['reason_web', 'WEB', 'DISCOUNT', 'Discount given in the web shop'],
  ['reason_staff', 'STAFF', 'DISCOUNT', 'Staff discount'],
  ['reason_defect', 'DEFECT', 'RETURN', 'Defective goods'],
  ['reason_regret', 'REGRET', 'RETURN', 'Customer changed their mind'],
] as const;

/** All VAT codes of the chain's countries by uid. */
export function vatCodesOf(chain: Chain): Map<string, VatCode> {
  const codes = new Map<string, VatCode>();
  for (const market of chain.markets) {
    for (const vatClass of ['standard', 'reduced', 'zero'] as const) {
      const percent = market.vatPercent[vatClass];
      const vatCodeUid = market.vatCodeUids[vatClass];
      codes.set(vatCodeUid, {
        vatCodeUid,
        name: `VAT ${percent} % ${market.countryCode}`,
        rate: Math.round(percent * 100),
        fromDate: '2020-01-01',
        countryCode: market.countryCode,
      });
    }
  }
  return codes;
}

/** One store of everything per market of the chain, freshly seeded. */
export function seedTenants(
  chain: Chain,
  { catalogue, now, manners }: { catalogue: CatalogueState; now: () => string; manners: MannerSwitches },
): Map<string, TenantStore> {
  const vatCodes = vatCodesOf(chain);
  const seeded = catalogueOf(chain, catalogue);
  const tenants = new Map<string, TenantStore>();
  for (const [index, market] of chain.markets.entries()) {
    const tenant = seedTenant(chain, market, { vatCodes, now, manners, tenantId: index + 1 });
    seedCatalogue(tenant, seeded, market);
    if (catalogue === 'stale') seedLeftovers(tenant, market);
    for (const part of tenant.snapshotParts().values()) part.markSeeded();
    tenants.set(market.tenantUid, tenant);
  }
  return tenants;
}

function seedTenant(
  chain: Chain,
  market: ChainMarket,
  given: {
    vatCodes: ReadonlyMap<string, VatCode>;
    now: () => string;
    manners: MannerSwitches;
    tenantId: number;
  },
): TenantStore {
  const warehouseIds = new Map(warehousesOf(chain, market).map((w) => [flowUidOf(w.warehouseId), w.warehouseId]));
  const { vatCodes, now, manners } = given;
  const tenant: TenantStore = new TenantStore(market, given.tenantId, {
    vatCodes,
    now,
    manners,
    seededLevel: (warehouseUid, productUid) => {
      const warehouseId = warehouseIds.get(warehouseUid);
      const product = tenant.products.get(productUid);
      if (!warehouseId || product?.productType !== 'STOCK' || product.createdBy !== 'seed') return 0;
      return initialStockOf(chain, warehouseId, product.sku) * 100;
    },
  });
  for (const part of tenant.snapshotParts().values()) part.beginSeeding();
  seedSetup(tenant);
  seedStores(tenant, chain, market);
  for (const customer of chain.customers) {
    if (customer.marketId === market.marketId && customer.knownInTills) seedCustomer(tenant, customer);
  }
  return tenant;
}

function seedSetup(tenant: TenantStore): void {
  const series = (numberSeriesUid: string, type: 'PURCHASE' | 'VOUCHER' | 'ORDER', start: number): void => {
    const end = start + 8_999_999;
    const name = `${type} numbers`;
    tenant.numberSeries.add({ numberSeriesUid, name, type, start, end, currentValue: start, ...SEEDED });
  };
  series('purchase', 'PURCHASE', 5_000_001);
  series('voucher', 'VOUCHER', 1_000_001);
  series('order', 'ORDER', 10_001);
  for (const [reasonUid, code, type, description] of REASONS) {
    tenant.reasons.add({ reasonUid, code, type, description, ...SEEDED });
  }
  for (const [handlingUid, name] of HANDLINGS) {
    tenant.handlings.add({ handlingUid, name, description: null, active: true, ...SEEDED });
  }
  for (const [index, [uid, name, paymentCode, settlementCode, omniumName]] of PAYMENT_METHODS.entries()) {
    const tenantPaymentMethodMappingUid = `${uid}_omnium`;
    tenant.paymentMethods.add({
      tenantPaymentMethodUid: uid,
      name,
      description: null,
      active: true,
      paymentCode,
      settlementCode,
      position: index + 1,
      visibility: 'FEATURED',
      externalSystemMappings: omniumName
        ? [{ systemCode: 'OMNIUM', externalId: omniumName, tenantPaymentMethodMappingUid }]
        : [],
      ...SEEDED,
    });
  }
  tenant.pricelists.add({ pricelistUid: 'main', name: 'Main price list', externalId: null, ...SEEDED });
  tenant.pricelists.add({ pricelistUid: 'b2b', name: 'Business customers', externalId: null, ...SEEDED });
  tenant.deliveryProviders.add({ deliveryProviderUid: 'post', name: 'Post', externalId: null, ...SEEDED });
  tenant.customerGroups.add({ customerGroupUid: 'club', name: 'Club members', ...SEEDED });
}

function seedStores(tenant: TenantStore, chain: Chain, market: ChainMarket): void {
  const stores = chain.stores.filter((store) => store.marketId === market.marketId);
  seedOrganization(tenant, market, market.organization.organizationNumber);
  for (const store of stores) {
    if (!tenant.organizations.has(flowUidOf(store.organizationNumber))) {
      seedOrganization(tenant, market, store.organizationNumber);
    }
    seedStore(tenant, store);
  }
  const owner = stores[0];
  if (!owner) return;
  seedWarehouse(tenant, market.webWarehouse, flowUidOf(owner.storeId));
  // Every shop may see and reserve what lies in the web warehouse, which its owner alone may fill.
  for (const store of stores.slice(1)) {
    const warehouseUid = flowUidOf(market.webWarehouse.warehouseId);
    grantAccess(tenant, ['VIEW', 'RESERVE'], { warehouseUid, storeUid: flowUidOf(store.storeId) });
  }
}

function seedOrganization(tenant: TenantStore, market: ChainMarket, organizationNumber: string): void {
  const own = organizationNumber === market.organization.organizationNumber;
  const { name, address, email, phone } = market.organization;
  tenant.organizations.add({
    organizationUid: flowUidOf(organizationNumber),
    name: own ? name : `Franchise ${organizationNumber}`,
    address: `${address.street} ${address.streetNumber}`,
    city: address.city,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
    email,
    phone,
    vatNumber: organizationNumber,
    externalId: organizationNumber,
    isActive: true,
    ...SEEDED,
  });
}

function seedStore(tenant: TenantStore, store: ChainStore): void {
  const storeUid = flowUidOf(store.storeId);
  const { address } = store;
  tenant.stores.add({
    storeUid,
    name: store.name,
    address: `${address.street} ${address.streetNumber}`,
    city: address.city,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
    email: store.email,
    phone: store.phone,
    latitude: store.latitude,
    longitude: store.longitude,
    isActive: true,
    // The integration keeps the store's Omnium market here (O-STO).
    externalId: store.marketId,
    vatNumber: store.organizationNumber,
    organizationUid: flowUidOf(store.organizationNumber),
    salesPriceUid: 'main',
    purchaseNumberSeriesUid: 'purchase',
    voucherNumberSeriesUid: 'voucher',
    openingHours: store.openingHours.map((hours) => ({ ...hours })),
    defaultWarehouseUid: storeUid,
    defaultReturnWarehouseUid: storeUid,
    ...SEEDED,
  });
  for (const warehouse of store.warehouses) seedWarehouse(tenant, warehouse, storeUid);
  for (const method of tenant.paymentMethods.all()) {
    tenant.storePaymentMethods.add({
      storePaymentMethodUid: `${storeUid}_${method.tenantPaymentMethodUid}`,
      storeUid,
      tenantPaymentMethodUid: method.tenantPaymentMethodUid,
      active: true,
      ...SEEDED,
    });
  }
}

function seedWarehouse(tenant: TenantStore, warehouse: ChainWarehouse, storeUid: string): void {
  const warehouseUid = flowUidOf(warehouse.warehouseId);
  const { name, warehouseId } = warehouse;
  tenant.warehouses.add({ warehouseUid, storeUid, name, externalId: warehouseId, ...SEEDED });
  grantAccess(tenant, WAREHOUSE_ROLES, { warehouseUid, storeUid });
}

type Role = (typeof WAREHOUSE_ROLES)[number];

/** Lets a store use a warehouse in the given ways. */
function grantAccess(
  tenant: TenantStore,
  roles: readonly Role[],
  { warehouseUid, storeUid }: { warehouseUid: string; storeUid: string },
): void {
  for (const role of roles) {
    const warehouseAccessUid = `${warehouseUid}-${storeUid}-${role}`;
    tenant.warehouseAccess.add({ warehouseAccessUid, warehouseUid, storeUid, role, ...SEEDED });
  }
}

function seedCustomer(tenant: TenantStore, customer: ChainCustomer): void {
  const { address, loyalty } = customer;
  const business = customer.kind === 'business';
  tenant.customers.add({
    customerUid: flowUidOf(customer.customerId),
    customerType: business ? 'COMPANY' : 'PERSON',
    firstname: customer.firstName,
    lastname: customer.lastName,
    companyName: customer.companyName ?? null,
    vatNumber: customer.organizationNumber ?? null,
    email: customer.email,
    mobile: customer.phone,
    address: `${address.street} ${address.streetNumber}`,
    city: address.city,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
    externalId: customer.customerId,
    loyaltyId: loyalty?.externalId ?? null,
    pricelistUid: business ? 'b2b' : null,
    ...SEEDED,
  });
}
