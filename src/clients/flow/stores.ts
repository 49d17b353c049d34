import { z } from 'zod';

import { path, type CallContext } from '../http';
import { optionalDecimal, optionalFlag, optionalText, requiredText, type Body } from '../wire';
import { openingHoursList } from './assumed';
import { FlowResource } from './connection';

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
const flowOrganizationSchema = z.object({
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
const flowPricelistSchema = z.object({
  pricelistUid: requiredText,
  name: optionalText,
  externalId: optionalText,
});

export type FlowStore = z.infer<typeof flowStoreSchema>;
export type FlowWarehouse = z.infer<typeof flowWarehouseSchema>;

/** When a store is open on one day of the week. */
export interface FlowOpeningHours {
  /** `MONDAY` … `SUNDAY`. */
  readonly day: string;
  /** `hh:mm`; absent when closed. */
  readonly open?: string;
  readonly close?: string;
  readonly closed: boolean;
}

type SeriesMember = 'salesPriceUid' | 'purchaseNumberSeriesUid' | 'voucherNumberSeriesUid';

/** Members of a store that can be written at any time. */
export type FlowStoreFields = Body<
  Omit<FlowStore, SeriesMember | 'storeUid' | 'latitude' | 'longitude' | 'openingHours'>
> & {
  /** Degrees. */
  readonly latitude?: number;
  readonly longitude?: number;
  readonly openingHours?: readonly FlowOpeningHours[];
};

/** Stores of Flow, their warehouses, organisations and price lists (flow-api.md §3.2, §3.5). */
export class FlowStores extends FlowResource {
  /** Stores of the tenant. `GET T/stores`: API:store, path assumed (flow-api.md §3.2). */
  list(context?: CallContext): Promise<FlowStore[]> {
    return this.flow.list({ operation: 'GET stores', path: '/stores', item: flowStoreSchema }, context);
  }

  /** The store. `GET S`: API:store, path assumed (flow-api.md §3.2). */
  get(storeUid: string, context?: CallContext): Promise<FlowStore | undefined> {
    return this.flow.readIfFound({ operation: 'GET store', path: path`/stores/${storeUid}` }, flowStoreSchema, context);
  }

  /** Makes a store; its price list and number series cannot be changed later. `POST T/stores`: API:store, path assumed (flow-api.md §3.2). */
  create(
    body: FlowStoreFields & Body<Pick<FlowStore, 'storeUid' | SeriesMember>> & { readonly name: string },
    context?: CallContext,
  ): Promise<FlowStore> {
    return this.flow.read({ operation: 'POST store', path: '/stores', body }, flowStoreSchema, context);
  }

  /** Changes a store. `PUT S`: API:store, path assumed (flow-api.md §3.2). */
  update(storeUid: string, body: FlowStoreFields, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT store', path: path`/stores/${storeUid}`, body }, context);
  }

  /** Warehouses that the store owns. `GET S/warehouses`: API:warehouse (flow-api.md §3.2). */
  listWarehouses(storeUid: string, context?: CallContext): Promise<FlowWarehouse[]> {
    const warehouses = path`/stores/${storeUid}/warehouses`;
    return this.flow.list({ operation: 'GET warehouses', path: warehouses, item: flowWarehouseSchema }, context);
  }

  /** Makes a warehouse. `POST S/warehouses`: API:warehouse (flow-api.md §3.2). */
  createWarehouse(
    storeUid: string,
    body: Body<Omit<FlowWarehouse, 'storeUid'>> & { readonly name: string },
    context?: CallContext,
  ): Promise<FlowWarehouse> {
    const request = { operation: 'POST warehouse', path: path`/stores/${storeUid}/warehouses`, body } as const;
    return this.flow.read(request, flowWarehouseSchema, context);
  }

  /** Changes a warehouse. `PUT W`: API:warehouse, path assumed (flow-api.md §3.2). */
  updateWarehouse(
    storeUid: string,
    warehouseUid: string,
    body: Body<Pick<FlowWarehouse, 'name' | 'externalId'>>,
    context?: CallContext,
  ): Promise<void> {
    const warehouse = path`/stores/${storeUid}/warehouses/${warehouseUid}`;
    return this.flow.send({ operation: 'PUT warehouse', path: warehouse, body }, context);
  }

  /** The organisation. `GET T/organizations/{uid}`: path assumed (flow-api.md §3.2). */
  getOrganization(uid: string, context?: CallContext): Promise<z.infer<typeof flowOrganizationSchema> | undefined> {
    const request = { operation: 'GET organization', path: path`/organizations/${uid}` } as const;
    return this.flow.readIfFound(request, flowOrganizationSchema, context);
  }

  /** Makes an organisation. `POST T/organizations`: API:organization (flow-api.md §3.2). */
  createOrganization(
    body: Body<z.infer<typeof flowOrganizationSchema>> & { readonly name: string },
    context?: CallContext,
  ): Promise<z.infer<typeof flowOrganizationSchema>> {
    return this.flow.read(
      { operation: 'POST organization', path: '/organizations', body },
      flowOrganizationSchema,
      context,
    );
  }

  /** The price list, without its prices. `GET T/pricelists/{uid}`: API:prices (flow-api.md §3.5). */
  getPricelist(uid: string, context?: CallContext): Promise<z.infer<typeof flowPricelistSchema> | undefined> {
    const request = { operation: 'GET price list', path: path`/pricelists/${uid}` } as const;
    return this.flow.readIfFound(request, flowPricelistSchema, context);
  }

  /** Makes a price list. `POST T/pricelists`: API:prices (flow-api.md §3.5). */
  createPricelist(
    body: Body<z.infer<typeof flowPricelistSchema>> & { readonly name: string },
    context?: CallContext,
  ): Promise<z.infer<typeof flowPricelistSchema>> {
    return this.flow.read({ operation: 'POST price list', path: '/pricelists', body }, flowPricelistSchema, context);
  }
}
