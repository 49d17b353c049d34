import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalDecimal, optionalFlag, optionalText, requiredText } from '../wire';
import { openingHoursList } from './assumed';
import type { FlowConnection } from './connection';

/** A store. `externalId` may hold the Omnium market id. */
export const flowStoreSchema = z.object({
  storeUid: requiredText,
  name: optionalText,
  externalId: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  latitude: optionalDecimal.catch(undefined),
  longitude: optionalDecimal.catch(undefined),
  isActive: optionalFlag,
  vatNumber: optionalText,
  organizationUid: optionalText,
  /** The store's price list. */
  salesPriceUid: optionalText,
  purchaseNumberSeriesUid: optionalText,
  voucherNumberSeriesUid: optionalText,
  defaultWarehouseUid: optionalText,
  defaultReturnWarehouseUid: optionalText,
  openingHours: openingHoursList,
});

/** A warehouse. `externalId` holds Omnium's store id on warehouses that we made. */
export const flowWarehouseSchema = z.object({
  warehouseUid: requiredText,
  storeUid: optionalText,
  name: optionalText,
  externalId: optionalText,
});

/** A company that runs stores. */
export const flowOrganizationSchema = z.object({
  organizationUid: requiredText,
  name: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  vatNumber: optionalText,
  externalId: optionalText,
  isActive: optionalFlag,
});

/** A price list. */
export const flowPricelistSchema = z.object({
  pricelistUid: requiredText,
  name: optionalText,
  externalId: optionalText,
});

export type FlowStore = z.infer<typeof flowStoreSchema>;
export type FlowWarehouse = z.infer<typeof flowWarehouseSchema>;
export type FlowOrganization = z.infer<typeof flowOrganizationSchema>;
export type FlowPricelist = z.infer<typeof flowPricelistSchema>;

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

/** Stores of Flow, their warehouses, organisations and price lists (flow-api.md §3.2, §3.5). */
export class FlowStores {
  constructor(private readonly flow: FlowConnection) {}

  /** Stores of the tenant. `GET T/stores`: API:store, path assumed (flow-api.md §3.2). */
  list(context?: CallContext): Promise<FlowStore[]> {
    return this.flow.list({ operation: 'GET stores', path: this.flow.paths.stores(), item: flowStoreSchema }, context);
  }

  /** The store. `GET S`: API:store, path assumed (flow-api.md §3.2). */
  get(storeUid: string, context?: CallContext): Promise<FlowStore | undefined> {
    const request = { operation: 'GET store', method: 'GET', path: this.flow.paths.store(storeUid) } as const;
    return this.flow.readIfFound(request, flowStoreSchema, context);
  }

  /** Makes a store. 409 when its `storeUid` exists. `POST T/stores`: API:store, path assumed (flow-api.md §3.2). */
  create(store: FlowStoreWrite, context?: CallContext): Promise<FlowStore> {
    const path = this.flow.paths.stores();
    return this.flow.read({ operation: 'POST store', method: 'POST', path, body: store }, flowStoreSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT S`: API:store, path assumed (flow-api.md §3.2). */
  async update(storeUid: string, change: FlowStoreUpdate, context?: CallContext): Promise<void> {
    const path = this.flow.paths.store(storeUid);
    await this.flow.send({ operation: 'PUT store', method: 'PUT', path, body: change }, context);
  }

  /** Warehouses that the store owns. `GET S/warehouses`: API:warehouse (flow-api.md §3.2). */
  listWarehouses(storeUid: string, context?: CallContext): Promise<FlowWarehouse[]> {
    const path = this.flow.paths.warehouses(storeUid);
    return this.flow.list({ operation: 'GET warehouses', path, item: flowWarehouseSchema }, context);
  }

  /** Makes a warehouse. 409 when its `warehouseUid` exists. `POST S/warehouses`: API:warehouse (flow-api.md §3.2). */
  createWarehouse(storeUid: string, warehouse: FlowWarehouseWrite, context?: CallContext): Promise<FlowWarehouse> {
    const path = this.flow.paths.warehouses(storeUid);
    const request = { operation: 'POST warehouse', method: 'POST', path, body: warehouse } as const;
    return this.flow.read(request, flowWarehouseSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT W`: API:warehouse, path assumed (flow-api.md §3.2). */
  async updateWarehouse(
    storeUid: string,
    warehouseUid: string,
    change: FlowWarehouseUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.warehouse(storeUid, warehouseUid);
    await this.flow.send({ operation: 'PUT warehouse', method: 'PUT', path, body: change }, context);
  }

  /** The organisation. `GET T/organizations/{uid}`: path assumed (flow-api.md §3.2). */
  getOrganization(organizationUid: string, context?: CallContext): Promise<FlowOrganization | undefined> {
    const path = this.flow.paths.organization(organizationUid);
    return this.flow.readIfFound(
      { operation: 'GET organization', method: 'GET', path },
      flowOrganizationSchema,
      context,
    );
  }

  /** Makes an organisation. 409 when its uid exists. `POST T/organizations`: API:organization (flow-api.md §3.2). */
  createOrganization(organization: FlowOrganizationWrite, context?: CallContext): Promise<FlowOrganization> {
    const path = this.flow.paths.organizations();
    const request = { operation: 'POST organization', method: 'POST', path, body: organization } as const;
    return this.flow.read(request, flowOrganizationSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/organizations/{uid}`: assumed (flow-api.md §3.2). */
  async updateOrganization(
    organizationUid: string,
    change: FlowOrganizationUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.organization(organizationUid);
    await this.flow.send({ operation: 'PUT organization', method: 'PUT', path, body: change }, context);
  }

  /** The price list, without its prices. `GET T/pricelists/{uid}`: API:prices (flow-api.md §3.5). */
  getPricelist(pricelistUid: string, context?: CallContext): Promise<FlowPricelist | undefined> {
    const path = this.flow.paths.pricelist(pricelistUid);
    return this.flow.readIfFound({ operation: 'GET price list', method: 'GET', path }, flowPricelistSchema, context);
  }

  /** Makes a price list. 409 when its `pricelistUid` exists. `POST T/pricelists`: API:prices (flow-api.md §3.5). */
  createPricelist(pricelist: FlowPricelistWrite, context?: CallContext): Promise<FlowPricelist> {
    const path = this.flow.paths.pricelists();
    const request = { operation: 'POST price list', method: 'POST', path, body: pricelist } as const;
    return this.flow.read(request, flowPricelistSchema, context);
  }
}
