import { type ChainMarket } from '../../../sandbox/chain/types';
import { JsonApi } from './json-api';

/** Products that one tenant's Flow does not take. */
export class FlowRefusals {
  private readonly sim: JsonApi;

  constructor(flowUrl: string, { tenantUid }: ChainMarket, signal: AbortSignal) {
    this.sim = new JsonApi({ baseUrl: `${flowUrl}/_sim/tenants/${tenantUid}`, signal });
  }

  /** From now on whatever is written about the product is answered with 422. */
  async begin(productUid: string): Promise<void> {
    await this.sim.send({ method: 'POST', path: '/product-faults', body: { productUid, status: 422 } });
  }

  async end(productUid: string): Promise<void> {
    await this.sim.send({ method: 'DELETE', path: `/product-faults/${productUid}`, accept: [404] });
  }
}
