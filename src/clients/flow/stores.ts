 
import { type CallContext } from '../http';
import { type FlowConnection } from './connection';
import {
  flowOrganizationSchema,
  flowPricelistSchema,
  flowStoreSchema,
  flowWarehouseSchema,
  type FlowOrganization,
  type FlowPricelist,
  type FlowStore,
  type FlowWarehouse,
} from './schemas';
import {
  type FlowOrganizationUpdate,
  type FlowOrganizationWrite,
  type FlowPricelistWrite,
  type FlowStoreUpdate,
  type FlowStoreWrite,
  type FlowWarehouseUpdate,
  type FlowWarehouseWrite,
} from './writes';

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
