import { z } from 'zod';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { JsonApi } from './json-api';

/** A product to create in Flow. */
export interface NewFlowProduct {
  readonly productUid: string;
  readonly sku: string;
  readonly name: string;
  readonly productType: 'STOCK' | 'NON_STOCK';
}

/** What became of it: `taken` names the SKU of the other product that has this uid. */
export type CreatedProduct = { readonly created: true } | { readonly created: false; readonly takenBySku?: string };

const productSchema = z.looseObject({ sku: z.string() });

/** The back office of one tenant: people who keep Flow's catalogue by its public REST API. */
export class FlowOffice {
  private readonly api: JsonApi;

  constructor(
    flowUrl: string,
    private readonly market: ChainMarket,
    signal: AbortSignal,
  ) {
    const headers = { authorization: `Bearer ${market.integrationToken}` };
    const baseUrl = `${flowUrl}/v2/tenants/${market.tenantUid}`;
    this.api = new JsonApi({ baseUrl, signal, headers: () => Promise.resolve(headers) });
  }

  /** Creates a product; one that is already there under the same SKU is left as it is. */
  async createProduct(product: NewFlowProduct): Promise<CreatedProduct> {
    const body = { ...product, externalId: product.sku, vatCodeUid: this.market.vatCodeUids.standard };
    const { status } = await this.api.send({ method: 'POST', path: '/products', body, accept: [409] });
    if (status !== 409) return { created: true };
    const found = await this.api.send({ method: 'GET', path: `/products/${product.productUid}` });
    const { sku } = productSchema.parse(found.body);
    return sku === product.sku ? { created: false } : { created: false, takenBySku: sku };
  }
}
