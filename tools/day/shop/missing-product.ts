import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type Chain, type ChainMarket } from '../../../sandbox/chain/types';
import { productKind } from '../../../src/contracts/kinds/product';
import { type DayContext } from '../context';
import { type DayResult } from '../day-result';
import { type OrderWatch } from '../order-watch';
import { FlowRefusals } from '../vendors/flow-refusals';
import { OmniumCatalogue } from '../vendors/omnium-catalogue';
import { type OmniumShop } from '../vendors/omnium-shop';
import { orderDocument } from './order-document';

const PRICE = 249.9;

/** An order of a new product that Flow does not take, until somebody has mended it. */
export class MissingProduct {
  readonly sku: string;
  readonly tenantUid: string;
  /** Flow's uid of it. */
  readonly productUid: string;
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
    this.productUid = flowUidOf(this.sku);
  }

  /** Puts the product on sale in Omnium, which Flow will hear of in vain, and orders two. */
  async order(shop: OmniumShop): Promise<void> {
    const { marketId, currency, organization, webWarehouse } = this.market;
    const store = this.chain.stores.find((each) => each.marketId === marketId);
    if (!store) throw new Error(`market ${marketId} has no store`);
    await this.refusals().begin(this.productUid);
    const prices = [{ code: this.sku, marketId, currencyCode: currency, unitPrice: PRICE, taxRate: 25 }];
    const product = { productId: this.sku, skuId: this.sku, isSku: true, name: 'Brand-new lantern', prices };
    await shop.addProducts([{ ...product, marketIds: [marketId] }]);
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

  /** What waits, and where it says why. */
  describe(watch: Pick<OrderWatch, 'pageOf' | 'pageOfWorkflow'>): string {
    const { tenantUid, orderNumber, sku } = this;
    const product = watch.pageOfWorkflow(productKind.id({ tenantUid, productId: sku }));
    const order = watch.pageOf(tenantUid, orderNumber);
    return `Flow refuses the new product ${sku}, and order ${orderNumber} is of it. Both wait, and say so:\n${product}\n${order}`;
  }

  /** The order, as it is shown to a person when the day is over. */
  example(watch: Pick<OrderWatch, 'pageOf'>): NonNullable<DayResult['example']> {
    const { tenantUid, orderNumber } = this;
    const story = 'waited for a product that Flow refused';
    return { orderNumber, story, page: watch.pageOf(tenantUid, orderNumber) };
  }

  /** Flow takes it now, and in Omnium somebody saves it once more. */
  async mend(): Promise<void> {
    await this.refusals().end(this.productUid);
    const { omniumUrl, signal } = this.context;
    await new OmniumCatalogue(omniumUrl, signal).edit([this.sku], { description: 'Shines all night.' });
  }

  private refusals(): FlowRefusals {
    return new FlowRefusals(this.context.flowUrl, this.market, this.context.signal);
  }
}
