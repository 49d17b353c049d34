import { FlowCatalogue } from './catalogue';
import { FlowConnection, type FlowConnectionOptions } from './connection';
import { FlowPackages } from './packages';
import { FlowPrices } from './prices';
import { FlowProducts } from './products';

/** The part of Flow's API that the catalogue is kept with: products, what they refer to, and prices. */
export class FlowCatalogueClient {
  protected readonly flow: FlowConnection;
  private readonly products: FlowProducts;
  private readonly packages: FlowPackages;
  private readonly catalogue: FlowCatalogue;
  private readonly prices: FlowPrices;

  constructor(options: FlowConnectionOptions) {
    this.flow = new FlowConnection(options);
    this.products = new FlowProducts(this.flow);
    this.packages = new FlowPackages(this.flow);
    this.catalogue = new FlowCatalogue(this.flow);
    this.prices = new FlowPrices(this.flow);
  }

  /** The product. */
  readonly getProduct: FlowProducts['get'] = (...call) => this.products.get(...call);

  /** The product with exactly this SKU, or undefined. */
  readonly findProductBySku: FlowProducts['findBySku'] = (...call) => this.products.findBySku(...call);

  /** All products, page by page. */
  readonly listProducts: FlowProducts['list'] = (...call) => this.products.list(...call);

  /** Makes a product. 409 when its `productUid` exists. */
  readonly createProduct: FlowProducts['create'] = (...call) => this.products.create(...call);

  /** Changes members of a product. */
  readonly updateProduct: FlowProducts['update'] = (...call) => this.products.update(...call);

  /** Removes a product for good. False when there was none. */
  readonly deleteProduct: FlowProducts['delete'] = (...call) => this.products.delete(...call);

  /** Variants of a product. */
  readonly listVariants: FlowProducts['listVariants'] = (...call) => this.products.listVariants(...call);

  /** Makes a product a variant of another. 409 when its `productVariantUid` exists. */
  readonly linkVariant: FlowProducts['linkVariant'] = (...call) => this.products.linkVariant(...call);

  /** Takes a variant from its parent. False when it was none. */
  readonly unlinkVariant: FlowProducts['unlinkVariant'] = (...call) => this.products.unlinkVariant(...call);

  /** Images of a product. */
  readonly listProductMedia: FlowProducts['listMedia'] = (...call) => this.products.listMedia(...call);

  /** Adds an image to a product. 409 when its `productMediaUid` exists. */
  readonly createProductMedia: FlowProducts['createMedia'] = (...call) => this.products.createMedia(...call);

  /** Changes members of an image. */
  readonly updateProductMedia: FlowProducts['updateMedia'] = (...call) => this.products.updateMedia(...call);

  /** Removes an image. False when there was none. */
  readonly deleteProductMedia: FlowProducts['deleteMedia'] = (...call) => this.products.deleteMedia(...call);

  /** Gives a product a value of a property, instead of the one it had. */
  readonly setProductProperty: FlowProducts['setProperty'] = (...call) => this.products.setProperty(...call);

  /** Takes a value of a property from a product. False when there was none. */
  readonly removeProductProperty: FlowProducts['removeProperty'] = (...call) => this.products.removeProperty(...call);

  /** Slots of a package with their components. */
  readonly listPackageSlots: FlowPackages['listSlots'] = (...call) => this.packages.listSlots(...call);

  /** Makes a slot of a package. 409 when its uid exists. */
  readonly createPackageSlot: FlowPackages['createSlot'] = (...call) => this.packages.createSlot(...call);

  /** Changes members of a slot. */
  readonly updatePackageSlot: FlowPackages['updateSlot'] = (...call) => this.packages.updateSlot(...call);

  /** Removes a slot with its components. False when there was none. */
  readonly deletePackageSlot: FlowPackages['deleteSlot'] = (...call) => this.packages.deleteSlot(...call);

  /** Makes a component of a slot. 409 when its uid exists. */
  readonly createPackageComponent: FlowPackages['createComponent'] = (...call) =>
    this.packages.createComponent(...call);

  /** Changes members of a component. */
  readonly updatePackageComponent: FlowPackages['updateComponent'] = (...call) =>
    this.packages.updateComponent(...call);

  /** Removes a component. False when there was none. */
  readonly deletePackageComponent: FlowPackages['deleteComponent'] = (...call) =>
    this.packages.deleteComponent(...call);

  /** The brand. */
  readonly getBrand: FlowCatalogue['getBrand'] = (...call) => this.catalogue.getBrand(...call);

  /** Makes a brand. 409 when its `brandUid` exists. */
  readonly createBrand: FlowCatalogue['createBrand'] = (...call) => this.catalogue.createBrand(...call);

  /** Changes members of a brand. */
  readonly updateBrand: FlowCatalogue['updateBrand'] = (...call) => this.catalogue.updateBrand(...call);

  /** What products can be told apart by. */
  readonly listProperties: FlowCatalogue['listProperties'] = (...call) => this.catalogue.listProperties(...call);

  /** Makes a property. 409 when its `propertyUid` exists. */
  readonly createProperty: FlowCatalogue['createProperty'] = (...call) => this.catalogue.createProperty(...call);

  /** Values that a property can have. */
  readonly listPropertyOptions: FlowCatalogue['listPropertyOptions'] = (...call) =>
    this.catalogue.listPropertyOptions(...call);

  /** Makes a value that a property can have. 409 when its uid exists. */
  readonly createPropertyOption: FlowCatalogue['createPropertyOption'] = (...call) =>
    this.catalogue.createPropertyOption(...call);

  /** All categories, as a tree. */
  readonly listCategories: FlowCatalogue['listCategories'] = (...call) => this.catalogue.listCategories(...call);

  /** The category with everything below it. */
  readonly getCategory: FlowCatalogue['getCategory'] = (...call) => this.catalogue.getCategory(...call);

  /** Makes a category. 409 when its `categoryUid` exists. */
  readonly createCategory: FlowCatalogue['createCategory'] = (...call) => this.catalogue.createCategory(...call);

  /** Changes members of a category. */
  readonly updateCategory: FlowCatalogue['updateCategory'] = (...call) => this.catalogue.updateCategory(...call);

  /** Removes a category. False when there was none. */
  readonly deleteCategory: FlowCatalogue['deleteCategory'] = (...call) => this.catalogue.deleteCategory(...call);

  /** All product groups. */
  readonly listProductGroups: FlowCatalogue['listProductGroups'] = (...call) =>
    this.catalogue.listProductGroups(...call);

  /** The product group. */
  readonly getProductGroup: FlowCatalogue['getProductGroup'] = (...call) => this.catalogue.getProductGroup(...call);

  /** Makes a product group. 409 when its `productGroupUid` exists. */
  readonly createProductGroup: FlowCatalogue['createProductGroup'] = (...call) =>
    this.catalogue.createProductGroup(...call);

  /** Changes members of a product group. */
  readonly updateProductGroup: FlowCatalogue['updateProductGroup'] = (...call) =>
    this.catalogue.updateProductGroup(...call);

  /** Removes a product group. False when there was none. */
  readonly deleteProductGroup: FlowCatalogue['deleteProductGroup'] = (...call) =>
    this.catalogue.deleteProductGroup(...call);

  /** All prices of a price list, page by page. */
  readonly listPrices: FlowPrices['list'] = (...call) => this.prices.list(...call);

  /** Prices of one product on a price list. */
  readonly listPricesOfProduct: FlowPrices['listOfProduct'] = (...call) => this.prices.listOfProduct(...call);

  /** The price. */
  readonly getPrice: FlowPrices['get'] = (...call) => this.prices.get(...call);

  /** Makes a price on a price list. 409 when its `priceUid` exists. */
  readonly createPrice: FlowPrices['create'] = (...call) => this.prices.create(...call);

  /** Changes members of a price. */
  readonly updatePrice: FlowPrices['update'] = (...call) => this.prices.update(...call);

  /** Removes a price. False when there was none. */
  readonly deletePrice: FlowPrices['delete'] = (...call) => this.prices.delete(...call);

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.flow.close();
  }
}
