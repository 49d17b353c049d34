import { randomUUID } from 'node:crypto';

import { type ChainMarket } from '../../chain/types';
import { type MannerSwitches } from '../../kit/manners';
import { type Order, type Receipt } from '../orders/order-model';
import { conflict } from '../problem';
import { type PurchaseOrder, type Receivement } from '../purchases/purchase-model';
import {
  type Brand,
  type Category,
  type PackageSlot,
  type Pricelist,
  type Product,
  type ProductGroup,
  type ProductMedia,
  type ProductVariant,
  type Property,
  type PropertyOption,
  type Supplier,
} from './catalog-documents';
import { type Audit, type Audited, Collection, type SnapshotPart } from './collection';
import { type Customer, type CustomerGroup } from './customer-documents';
import {
  type DeliveryProvider,
  type Handling,
  type HttpTransport,
  type NumberSeries,
  type Organization,
  type PaymentMethod,
  type Reason,
  type Store,
  type StorePaymentMethod,
  type Warehouse,
  type WarehouseAccess,
  type Webhook,
} from './setup-documents';
import { PriceBook } from './price-book';
import { ProductFaults } from './product-faults';
import { StockLedger } from './stock-ledger';

/** VAT code of a country; rate in hundredths of a percent (§3.1, unit assumed). */
export interface VatCode {
  readonly vatCodeUid: string;
  readonly name: string;
  readonly rate: number;
  readonly fromDate: string;
  readonly countryCode: string;
}

function isLinked({ orderLinks }: Order['items'][number]): boolean {
  return orderLinks.length > 0;
}

/** Whether a product has stock of its own. */
export function isStocked({ productType }: Product): boolean {
  return (productType ?? 'STOCK') === 'STOCK';
}

/** What an option is kept by: its uid is its property's own. */
export function optionKey(propertyUid: string, propertyOptionUid: string): string {
  return `${propertyUid}/${propertyOptionUid}`;
}

/** Everything one tenant owns. */
export class TenantStore {
  readonly organizations = new Collection<Organization>({ uidOf: (doc) => doc.organizationUid });
  readonly numberSeries = new Collection<NumberSeries>({ uidOf: (doc) => doc.numberSeriesUid });
  readonly reasons = new Collection<Reason>({
    uidOf: (doc) => doc.reasonUid,
    indexes: { code: (doc) => `${doc.type}/${doc.code}` },
  });
  readonly stores = new Collection<Store>({
    uidOf: (doc) => doc.storeUid,
    indexes: { externalId: (doc) => doc.externalId },
  });
  readonly warehouses = new Collection<Warehouse>({
    uidOf: (doc) => doc.warehouseUid,
    indexes: { storeUid: (doc) => doc.storeUid },
  });
  readonly warehouseAccess = new Collection<WarehouseAccess>({
    uidOf: (doc) => doc.warehouseAccessUid,
    indexes: { storeUid: (doc) => doc.storeUid, warehouseUid: (doc) => doc.warehouseUid },
  });
  readonly brands = new Collection<Brand>({
    uidOf: (doc) => doc.brandUid,
    indexes: { externalId: (doc) => doc.externalId, name: (doc) => doc.name },
  });
  readonly productGroups = new Collection<ProductGroup>({
    uidOf: (doc) => doc.productGroupUid,
    indexes: { externalId: (doc) => doc.externalId, parentUid: (doc) => doc.parentUid },
  });
  readonly categories = new Collection<Category>({
    uidOf: (doc) => doc.categoryUid,
    indexes: { externalId: (doc) => doc.externalId, parentUid: (doc) => doc.parentUid },
  });
  readonly properties = new Collection<Property>({ uidOf: (doc) => doc.propertyUid });
  readonly propertyOptions = new Collection<PropertyOption>({
    uidOf: (doc) => optionKey(doc.propertyUid, doc.propertyOptionUid),
    indexes: { propertyUid: (doc) => doc.propertyUid },
  });
  readonly suppliers = new Collection<Supplier>({
    uidOf: (doc) => doc.supplierUid,
    indexes: { externalId: (doc) => doc.externalId },
  });
  readonly products = new Collection<Product>({
    uidOf: (doc) => doc.productUid,
    indexes: {
      sku: (doc) => doc.sku,
      externalId: (doc) => doc.externalId,
      productGroupUid: (doc) => doc.productGroupUid,
    },
  });
  readonly variants = new Collection<ProductVariant>({
    uidOf: (doc) => doc.productVariantUid,
    indexes: { parentUid: (doc) => doc.parentUid, productUid: (doc) => doc.productUid },
  });
  readonly media = new Collection<ProductMedia>({
    uidOf: (doc) => doc.productMediaUid,
    indexes: { productUid: (doc) => doc.productUid },
  });
  readonly packageSlots = new Collection<PackageSlot>({
    uidOf: (doc) => doc.productPackageSlotUid,
    indexes: { productUid: (doc) => doc.productUid },
  });
  readonly pricelists = new Collection<Pricelist>({
    uidOf: (doc) => doc.pricelistUid,
    indexes: { externalId: (doc) => doc.externalId },
  });
  readonly prices = new PriceBook();
  readonly customers = new Collection<Customer>({
    uidOf: (doc) => doc.customerUid,
    indexes: {
      externalId: (doc) => doc.externalId,
      loyaltyId: (doc) => doc.loyaltyId,
      mobile: (doc) => doc.mobile,
      email: (doc) => doc.email?.toLowerCase(),
      vatNumber: (doc) => doc.vatNumber,
    },
    changeLogs: { all: () => '' },
  });
  readonly customerGroups = new Collection<CustomerGroup>({ uidOf: (doc) => doc.customerGroupUid });
  readonly handlings = new Collection<Handling>({ uidOf: (doc) => doc.handlingUid });
  readonly paymentMethods = new Collection<PaymentMethod>({ uidOf: (doc) => doc.tenantPaymentMethodUid });
  readonly storePaymentMethods = new Collection<StorePaymentMethod>({
    uidOf: (doc) => doc.storePaymentMethodUid,
    indexes: { storeUid: (doc) => doc.storeUid },
  });
  readonly deliveryProviders = new Collection<DeliveryProvider>({ uidOf: (doc) => doc.deliveryProviderUid });
  readonly httpTransports = new Collection<HttpTransport>({ uidOf: (doc) => doc.httpTransportUid });
  readonly webhooks = new Collection<Webhook>({
    uidOf: (doc) => doc.webhookUid,
    indexes: { action: (doc) => doc.action },
  });
  readonly orders = new Collection<Order>({
    uidOf: (doc) => doc.orderUid,
    indexes: {
      externalOrderNumber: (doc) => doc.externalOrderNumber,
      orderNumber: (doc) => doc.orderNumber,
      customerUid: (doc) => doc.customerUid,
      storeUid: (doc) => doc.storeUid,
      // Of a return, the order it gives back.
      returnOf: (doc) => (doc.type === 'RETURN' ? doc.items.find(isLinked)?.orderLinks[0]?.orderUid : undefined),
    },
    changeLogs: { storeUid: (doc) => doc.storeUid },
  });
  readonly receipts = new Collection<Receipt>({
    uidOf: (doc) => doc.orderReceiptUid,
    indexes: {
      orderUid: (doc) => doc.orderUid,
      voucherNumber: (doc) => doc.voucherNumber,
      orderNumber: (doc) => doc.orderNumber,
      storeUid: (doc) => doc.storeUid,
    },
    changeLogs: { all: () => '', storeUid: (doc) => doc.storeUid },
  });
  readonly receivements = new Collection<Receivement>({
    uidOf: (doc) => doc.receivementUid,
    indexes: {
      storeUid: (doc) => doc.storeUid,
      externalId: (doc) => doc.externalId,
      purchaseOrderUid: (doc) => doc.purchaseOrderUid,
    },
    changeLogs: { storeUid: (doc) => doc.storeUid },
  });
  readonly purchaseOrders = new Collection<PurchaseOrder>({
    uidOf: (doc) => doc.purchaseOrderUid,
    indexes: { storeUid: (doc) => doc.storeUid, externalId: (doc) => doc.externalId },
    changeLogs: { storeUid: (doc) => doc.storeUid },
  });
  readonly stock: StockLedger;
  readonly productFaults = new ProductFaults();
  #stocked: { readonly version: number; readonly products: readonly Product[] } | undefined;
  /** The price list that holds for the whole chain. */
  readonly pricelistUid = 'main';

  constructor(
    readonly market: ChainMarket,
    /** Position in the list of tenants, from 1: the tenant's number in webhooks. */
    readonly tenantId: number,
    readonly options: {
      readonly vatCodes: ReadonlyMap<string, VatCode>;
      readonly seededLevel: (warehouseUid: string, productUid: string) => number;
      readonly now: () => string;
      readonly manners: MannerSwitches;
    },
  ) {
    this.stock = new StockLedger(options.seededLevel);
  }

  get tenantUid(): string {
    return this.market.tenantUid;
  }

  now(): string {
    return this.options.now();
  }

  /** Which way the tenant's Flow behaves where the contract is open. */
  get manners(): MannerSwitches {
    return this.options.manners;
  }

  /** Uid for something whose creator gave none. */
  newUid(): string {
    return randomUUID();
  }

  vatCode(vatCodeUid: string): VatCode | undefined {
    return this.options.vatCodes.get(vatCodeUid);
  }

  /** Products with stock of their own, in the order they were made. */
  stockedProducts(): readonly Product[] {
    const { version } = this.products;
    if (this.#stocked?.version !== version) {
      this.#stocked = { version, products: [...this.products.all()].filter(isStocked) };
    }
    return this.#stocked.products;
  }

  /** Audit fields of a new document. */
  audit(by = 'integration'): Audit {
    const now = this.now();
    return { createdAt: now, createdBy: by, lastModifiedAt: now, lastModifiedBy: by };
  }

  /** Stamps a changed document and brings its indexes up to date. */
  touch<T extends object>(collection: Collection<T>, doc: Audited<T>, by = 'integration'): void {
    doc.lastModifiedAt = this.now();
    doc.lastModifiedBy = by;
    collection.changed(doc);
  }

  /** Takes the next number of a series. @throws FlowProblem 409 when the series is used up. */
  nextNumber(numberSeriesUid: string): string {
    const series = this.numberSeries.get(numberSeriesUid);
    if (!series || series.currentValue > series.end) {
      throw conflict('NUMBER_SERIES_EXHAUSTED', 'The number series has no number left.');
    }
    const number = series.currentValue;
    series.currentValue += 1;
    this.touch(this.numberSeries, series);
    return String(number);
  }

  /** Every collection by name, for snapshots. */
  snapshotParts(): Map<string, SnapshotPart> {
    const parts = new Map<string, SnapshotPart>();
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Collection || value instanceof PriceBook) parts.set(name, value);
    }
    return parts;
  }
}
