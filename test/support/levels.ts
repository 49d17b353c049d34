import assert from 'node:assert/strict';
import type { Integration, Json } from './integration';

const uidOf = (id: string): string => id.replace(/\W/g, '');

/** Stock levels of the first tenant's warehouses in both sandboxes, in pieces. Warehouses go by Omnium's ids. */
export class Levels {
  /** Omnium's id of the market's web warehouse. In Flow it belongs to the market's first store. */
  readonly web: string;
  private readonly webOwner: string;

  constructor(private readonly integration: Integration) {
    const { chain, tenantUid } = integration;
    const market = chain.markets.find((one) => one.tenantUid === tenantUid);
    const owner = chain.stores.find(({ marketId }) => marketId === market?.marketId);
    assert.ok(market && owner);
    this.web = market.webWarehouse.warehouseId;
    this.webOwner = owner.storeId;
  }

  /** Number `index` among the articles that are kept in stock. */
  sku(index: number): string {
    const stocked = this.integration.chain.products.filter(({ kind }) => kind === 'single' || kind === 'style');
    const found = stocked.flatMap(({ skus }) => skus)[index]?.sku;
    assert.ok(found);
    return found;
  }

  async recordInFlow(warehouse: string, article: string): Promise<Json> {
    return (await this.integration.flow('GET', this.path(warehouse, article))).body;
  }

  async inFlow(warehouse: string, article: string): Promise<number> {
    return Number((await this.recordInFlow(warehouse, article)).quantityStock) / 100;
  }

  async setInFlow(warehouse: string, article: string, pieces: number): Promise<void> {
    const path = this.path(warehouse, article);
    const { status } = await this.integration.flow('PUT', path, { quantityStock: pieces * 100 });
    assert.equal(status, 200);
  }

  async inOmnium(warehouse: string, article: string): Promise<number> {
    const { body } = await this.integration.omnium('GET', `/api/Inventory/${article}?warehouseIds=${warehouse}`);
    const [item] = (body.result ?? []) as Json[];
    return Number(item?.inventory ?? 0);
  }

  async setInOmnium(warehouse: string, levels: Readonly<Record<string, number>>): Promise<void> {
    const items = Object.entries(levels).map(([sku, inventory]) => ({ sku, warehouseCode: warehouse, inventory }));
    await this.integration.omnium('PUT', '/api/Inventory/UpdateMany', items);
  }

  /** Paths of the levels that were written to Flow since its log was emptied. */
  async writes(): Promise<string[]> {
    const puts = await this.integration.requests('flow', 'PUT');
    return puts.filter(({ path }) => path.endsWith('/stock')).map(({ path }) => path);
  }

  private path(warehouse: string, article: string): string {
    const owner = warehouse === this.web ? this.webOwner : warehouse.replace(/-back$/, '');
    return `/stores/${uidOf(owner)}/warehouses/${uidOf(warehouse)}/products/${uidOf(article)}/stock`;
  }
}
