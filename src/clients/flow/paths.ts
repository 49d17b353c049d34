const part = encodeURIComponent;

/** Where a slot of a package is. */
interface SlotPlace {
  readonly productUid: string;
  readonly productPackageSlotUid: string;
}

/**
 * Paths of one tenant (flow-api.md §3). Those marked were not seen in Flow's documents: when Flow's real paths differ, this
 * is the only file to change. Listed in docs/assumptions.md.
 */
export class FlowPaths {
  private readonly tenant: string;

  constructor(tenantUid: string) {
    this.tenant = `/tenants/${part(tenantUid)}`;
  }

  order(orderUid: string): string {
    return `${this.tenant}/orders/${part(orderUid)}`;
  }

  /** Documented for GET; POST assumed. */
  storeOrders(storeUid: string): string {
    return `${this.store(storeUid)}/orders`;
  }

  /** PUT assumed. */
  storeOrder(storeUid: string, orderUid: string): string {
    return `${this.storeOrders(storeUid)}/${part(orderUid)}`;
  }

  /** Assumed. */
  items(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/items`;
  }

  handlings(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/handlings`;
  }

  settlements(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/settlements`;
  }

  customers(): string {
    return `${this.tenant}/customers`;
  }

  /** GET proven by its sub-path; PUT assumed. */
  customer(customerUid: string): string {
    return `${this.customers()}/${part(customerUid)}`;
  }

  customerSearch(): string {
    return `${this.customers()}/search`;
  }

  loyaltySearch(): string {
    return `${this.customers()}/loyalty/search`;
  }

  paymentMethods(): string {
    return `${this.tenant}/paymentmethods`;
  }

  /** Store-level payment methods are documented; this path is assumed. */
  storePaymentMethods(storeUid: string): string {
    return `${this.store(storeUid)}/paymentmethods`;
  }

  /** Assumed. */
  stores(): string {
    return `${this.tenant}/stores`;
  }

  /** Assumed. */
  store(storeUid: string): string {
    return `${this.stores()}/${part(storeUid)}`;
  }

  warehouses(storeUid: string): string {
    return `${this.store(storeUid)}/warehouses`;
  }

  /** Assumed. */
  warehouse(storeUid: string, warehouseUid: string): string {
    return `${this.warehouses(storeUid)}/${part(warehouseUid)}`;
  }

  organizations(): string {
    return `${this.tenant}/organizations`;
  }

  /** Assumed. */
  organization(organizationUid: string): string {
    return `${this.organizations()}/${part(organizationUid)}`;
  }

  pricelists(): string {
    return `${this.tenant}/pricelists`;
  }

  pricelist(pricelistUid: string): string {
    return `${this.pricelists()}/${part(pricelistUid)}`;
  }

  suppliers(): string {
    return `${this.tenant}/suppliers`;
  }

  /** Assumed. */
  supplier(supplierUid: string): string {
    return `${this.suppliers()}/${part(supplierUid)}`;
  }

  purchaseOrders(storeUid: string): string {
    return `${this.store(storeUid)}/purchase-orders`;
  }

  /** Assumed. */
  purchaseOrder(storeUid: string, purchaseOrderUid: string): string {
    return `${this.purchaseOrders(storeUid)}/${part(purchaseOrderUid)}`;
  }

  /** Assumed. */
  purchaseOrderItems(storeUid: string, purchaseOrderUid: string): string {
    return `${this.purchaseOrder(storeUid, purchaseOrderUid)}/items`;
  }

  /** Assumed. */
  purchaseOrderItem(storeUid: string, purchaseOrderUid: string, purchaseOrderItemUid: string): string {
    return `${this.purchaseOrderItems(storeUid, purchaseOrderUid)}/${part(purchaseOrderItemUid)}`;
  }

  /** Assumed. */
  receivements(storeUid: string): string {
    return `${this.store(storeUid)}/receivements`;
  }

  /** Proven by its sub-paths; that it can be read is assumed. */
  receivement(storeUid: string, receivementUid: string): string {
    return `${this.receivements(storeUid)}/${part(receivementUid)}`;
  }

  productStock(): string {
    return `${this.products()}/stock`;
  }

  storeStock(storeUid: string): string {
    return `${this.store(storeUid)}/stock`;
  }

  /** Assumed. */
  warehouseStock(storeUid: string, warehouseUid: string): string {
    return `${this.warehouse(storeUid, warehouseUid)}/stock`;
  }

  /** Assumed for reading and for writing. */
  stockOfProduct(storeUid: string, warehouseUid: string, productUid: string): string {
    return `${this.warehouse(storeUid, warehouseUid)}/products/${part(productUid)}/stock`;
  }

  /** Assumed. */
  products(): string {
    return `${this.tenant}/products`;
  }

  /** Proven by its sub-paths. */
  product(productUid: string): string {
    return `${this.products()}/${part(productUid)}`;
  }

  /** GET documented; POST and everything below assumed. */
  productVariants(productUid: string): string {
    return `${this.product(productUid)}/variants`;
  }

  productVariant(productUid: string, productVariantUid: string): string {
    return `${this.productVariants(productUid)}/${part(productVariantUid)}`;
  }

  productMedia(productUid: string): string {
    return `${this.product(productUid)}/media`;
  }

  /** GET documented; PUT and DELETE assumed. */
  productMedium(productUid: string, productMediaUid: string): string {
    return `${this.productMedia(productUid)}/${part(productMediaUid)}`;
  }

  /** Assumed, with everything below it. */
  productProperties(productUid: string): string {
    return `${this.product(productUid)}/properties`;
  }

  productProperty(productUid: string, productPropertyUid: string): string {
    return `${this.productProperties(productUid)}/${part(productPropertyUid)}`;
  }

  packageSlots(productUid: string): string {
    return `${this.product(productUid)}/packages/slots`;
  }

  /** Assumed, with everything below it. */
  packageSlot({ productUid, productPackageSlotUid }: SlotPlace): string {
    return `${this.packageSlots(productUid)}/${part(productPackageSlotUid)}`;
  }

  packageComponents(slot: SlotPlace): string {
    return `${this.packageSlot(slot)}/components`;
  }

  packageComponent(slot: SlotPlace, productPackageComponentUid: string): string {
    return `${this.packageComponents(slot)}/${part(productPackageComponentUid)}`;
  }

  brands(): string {
    return `${this.tenant}/brands`;
  }

  /** Assumed. */
  brand(brandUid: string): string {
    return `${this.brands()}/${part(brandUid)}`;
  }

  properties(): string {
    return `${this.tenant}/properties`;
  }

  /** Assumed. */
  propertyOptions(propertyUid: string): string {
    return `${this.properties()}/${part(propertyUid)}/options`;
  }

  /** GET documented; POST assumed. */
  categories(): string {
    return `${this.tenant}/categories`;
  }

  /** GET documented; PUT and DELETE assumed. */
  category(categoryUid: string): string {
    return `${this.categories()}/${part(categoryUid)}`;
  }

  productGroups(): string {
    return `${this.tenant}/product-groups`;
  }

  /** GET documented; PUT and DELETE assumed. */
  productGroup(productGroupUid: string): string {
    return `${this.productGroups()}/${part(productGroupUid)}`;
  }

  /** Assumed, with everything below it. */
  prices(pricelistUid: string): string {
    return `${this.pricelist(pricelistUid)}/prices`;
  }

  price(pricelistUid: string, priceUid: string): string {
    return `${this.prices(pricelistUid)}/${part(priceUid)}`;
  }

  receiptSearch(): string {
    return `${this.tenant}/receipts/search`;
  }

  /** Reading a receipt is documented; this path is assumed. */
  receipt(storeUid: string, orderReceiptUid: string): string {
    return `${this.store(storeUid)}/receipts/${part(orderReceiptUid)}`;
  }

  /** Assumed, like the documented download of goods receipts. */
  receiptDownload(storeUid: string, orderReceiptUid: string): string {
    return `${this.receipt(storeUid, orderReceiptUid)}/download`;
  }

  httpTransports(): string {
    return `${this.tenant}/httptransports`;
  }

  /** GET documented, PUT assumed. */
  httpTransport(httpTransportUid: string): string {
    return `${this.httpTransports()}/${part(httpTransportUid)}`;
  }

  /** Assumed, with everything below it. */
  webhooks(): string {
    return `${this.tenant}/webhooks`;
  }

  webhook(webhookUid: string): string {
    return `${this.webhooks()}/${part(webhookUid)}`;
  }
}
