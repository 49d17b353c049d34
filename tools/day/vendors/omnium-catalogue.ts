import { z } from 'zod';
import { JsonApi } from './json-api';
import { openAsWebShop, type OmniumDocument } from './omnium-shop';

const countSchema = z.looseObject({ count: z.number() });

/** Which products somebody means: by their numbers, or a part of all, always the same for the same seed. */
export interface ChosenProducts {
  readonly codes?: readonly string[];
  /** From 0 to 1. */
  readonly share?: number;
  readonly seed?: number;
}

/** A category as somebody writes it in Omnium's own screens. */
export interface CategoryEntry {
  readonly categoryId: string;
  readonly name: string;
  readonly parentId?: string;
}

/** People who keep the chain's catalogue and its prices: in Omnium's own screens, and by its public REST API. */
export class OmniumCatalogue {
  private readonly api: JsonApi;
  private readonly screens: JsonApi;

  constructor(omniumUrl: string, signal: AbortSignal) {
    this.api = openAsWebShop(omniumUrl, signal);
    this.screens = new JsonApi({ baseUrl: `${omniumUrl}/_sandbox/catalogue`, signal });
  }

  /** Creates products, or overwrites those Omnium has. */
  async addProducts(products: readonly OmniumDocument[]): Promise<void> {
    await this.api.send({ method: 'POST', path: '/api/Products/AddMany', body: products });
  }

  /** Sets members of products; `null` takes one away. */
  async edit(codes: readonly string[], set: OmniumDocument): Promise<void> {
    await this.screens.send({ method: 'POST', path: '/products', body: { codes, set } });
  }

  /** Marks products as deleted. */
  async remove(codes: readonly string[]): Promise<void> {
    await this.screens.send({ method: 'POST', path: '/deletions', body: { codes } });
  }

  /** Adds prices of a SKU; one of the same market, store and time takes the place of the earlier one. */
  async addPrices(productId: string, prices: readonly OmniumDocument[]): Promise<void> {
    await this.api.send({ method: 'PUT', path: '/api/Prices/AddMany', body: [{ productId, prices }] });
  }

  /** Adds costs of a SKU, in the same way. */
  async addCosts(productId: string, costPrices: readonly OmniumDocument[]): Promise<void> {
    const body = [{ productId, costPrices, ignoreDates: true }];
    await this.api.send({ method: 'PUT', path: '/api/CostPrices/AddMany', body });
  }

  /** A price list is read in: all prices of the products are multiplied, and no event tells of it. @returns how many */
  async multiplyPrices(chosen: ChosenProducts, factor: number): Promise<number> {
    const body = { ...chosen, factor, quiet: true };
    return countSchema.parse((await this.screens.send({ method: 'POST', path: '/prices', body })).body).count;
  }

  /** Makes a category, or gives it another name and place. */
  async putCategory(category: CategoryEntry): Promise<void> {
    await this.screens.send({ method: 'POST', path: '/categories', body: category });
  }
}
