/** Bodies of what we write about stores, warehouses, organisations, price lists and suppliers (flow-api.md §3.2, §3.4, §3.5). */

/** When a store is open on one day of the week. */
export interface FlowOpeningHours {
  /** `MONDAY` … `SUNDAY`. */
  readonly day: string;
  /** `hh:mm`; absent when closed. */
  readonly open?: string;
  readonly close?: string;
  readonly closed: boolean;
}

/** Members of a store that can be written at any time. */
export interface FlowStoreFields {
  readonly name?: string;
  readonly address?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly phone?: string;
  /** Degrees. */
  readonly latitude?: number;
  readonly longitude?: number;
  readonly isActive?: boolean;
  readonly externalId?: string;
  readonly vatNumber?: string;
  readonly organizationUid?: string;
  readonly openingHours?: readonly FlowOpeningHours[];
}

/** Body of a new store. With `storeUid` given, a second create is answered with 409. */
export interface FlowStoreWrite extends FlowStoreFields {
  readonly storeUid?: string;
  readonly name: string;
  /** The store's price list. Create only, like the number series. */
  readonly salesPriceUid?: string;
  readonly purchaseNumberSeriesUid?: string;
  readonly voucherNumberSeriesUid?: string;
}

/** Body of a store update: only members present change. */
export interface FlowStoreUpdate extends FlowStoreFields {
  readonly defaultWarehouseUid?: string;
  readonly defaultReturnWarehouseUid?: string;
}

/** Members of a warehouse that can be changed later. */
export interface FlowWarehouseUpdate {
  readonly name?: string;
  readonly externalId?: string;
}

/** Body of a new warehouse. With `warehouseUid` given, a second create is answered with 409. */
export interface FlowWarehouseWrite extends FlowWarehouseUpdate {
  readonly warehouseUid?: string;
  readonly name: string;
}

/** Members of an organisation that can be changed later. */
export interface FlowOrganizationUpdate {
  readonly name?: string;
  readonly address?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly vatNumber?: string;
  readonly externalId?: string;
  readonly isActive?: boolean;
}

/** Body of a new organisation. With `organizationUid` given, a second create is answered with 409. */
export interface FlowOrganizationWrite extends FlowOrganizationUpdate {
  readonly organizationUid?: string;
  readonly name: string;
}

/** Body of a new price list. With `pricelistUid` given, a second create is answered with 409. */
export interface FlowPricelistWrite {
  readonly pricelistUid?: string;
  readonly name: string;
  readonly externalId?: string;
}

/** Members of a supplier that can be changed later. */
export interface FlowSupplierUpdate {
  readonly name?: string;
  readonly address?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly externalId?: string;
  readonly vatNumber?: string;
  readonly active?: boolean;
  /** ISO 4217. */
  readonly currency?: string;
}

/** Body of a new supplier. With `supplierUid` given, a second create is answered with 409. */
export interface FlowSupplierWrite extends FlowSupplierUpdate {
  readonly supplierUid?: string;
  readonly name: string;
}
