import { FlowCatalogue } from './catalogue';
import { FlowConnection, type FlowConnectionOptions } from './connection';
import { FlowPackages } from './packages';
import { FlowPrices } from './prices';
import { FlowProducts } from './products';

/** The part of Flow's API that the catalogue is kept with: products, what they refer to, and prices. */
export class FlowCatalogueClient {
  protected readonly flow: FlowConnection;
  readonly products: FlowProducts;
  readonly packages: FlowPackages;
  readonly catalogue: FlowCatalogue;
  readonly prices: FlowPrices;

  constructor(options: FlowConnectionOptions) {
    this.flow = new FlowConnection(options);
    this.products = new FlowProducts(this.flow);
    this.packages = new FlowPackages(this.flow);
    this.catalogue = new FlowCatalogue(this.flow);
    this.prices = new FlowPrices(this.flow);
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.flow.close();
  }
}
