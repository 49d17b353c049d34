import { type Chain, type ChainMarket } from '../../../sandbox/chain/types';
import { type DayContext } from '../context';
import { FlowOffice } from '../vendors/flow-office';
import { type OmniumShop } from '../vendors/omnium-shop';
import { orderDocument } from './order-document';

const PRICE = 249.9;

/** An order of a product that Omnium sells and Flow has never heard of, until somebody creates it there. */
export class MissingProduct {
  readonly sku: string;
  readonly tenantUid: string;
  private readonly market: ChainMarket;

  constructor(
    private readonly context: DayContext,
    private readonly chain: Chain,
    readonly orderNumber: string,
  ) {
    const [market] = chain.markets;
    if (!market) throw new Error('the chain has no market');
    this.market = market;
    this.tenantUid = market.tenantUid;
    this.sku = `NEW-${orderNumber}`;
  }

  /** Puts the product on sale in Omnium and orders two. */
  async order(shop: OmniumShop): Promise<void> {
    const { marketId, currency, organization, webWarehouse } = this.market;
    const store = this.chain.stores.find((each) => each.marketId === marketId);
    if (!store) throw new Error(`market ${marketId} has no store`);
    const prices = [{ marketId, currencyCode: currency, unitPrice: PRICE }];
    await shop.addProducts([{ productId: this.sku, skuId: this.sku, isSku: true, name: 'Brand-new lantern', prices }]);
    await shop.createOrder(
      orderDocument({
        orderNumber: this.orderNumber,
        orderType: 'ClickAndCollect',
        marketId,
        store,
        warehouseId: webWarehouse.warehouseId,
        customer: {
          isBusiness: false,
          firstName: 'Gjest',
          lastName: 'Lykt',
          email: 'guest@example.net',
          address: organization.address,
        },
        lines: [{ lineItemId: '1', code: this.sku, quantity: 2, placedPrice: PRICE }],
        discounts: [],
        shippingPrice: 0,
        payments: [],
        tags: ['trading-day'],
      }),
    );
  }

  /** Creates the product in Flow, as the back office would. */
  async mend(): Promise<void> {
    const office = new FlowOffice(this.context.flowUrl, this.market, this.context.signal);
    const productUid = this.sku.replace(/[^A-Za-z0-9_]/g, '');
    await office.createProduct({ productUid, sku: this.sku, name: 'Brand-new lantern', productType: 'STOCK' });
  }
}
