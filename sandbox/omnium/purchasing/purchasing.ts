import { type SandboxContext } from '../../kit/vendor';
import { type Directory } from '../catalogue/directory';
import { type InventoryBook } from '../catalogue/inventory-book';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type OmniumSettings, type PurchaseSettings } from '../omnium-settings';
import { type OrderBook } from '../orders/order-book';
import { type Collection } from '../state/collection';
import { DeliveryMaker } from './create-delivery';
import { DeliveryBook, type SavedDeliveries } from './delivery-book';
import { GoodsReceptions } from './goods-reception';
import { type PurchaseOrder, type PurchaseOrderInput, type Supplier } from './purchase-documents';
import { PurchaseOrderBook, type SavedPurchaseOrders } from './purchase-order-book';
import { openQuantity } from './purchase-order-lines';
import { Reservations } from './reservations';

/** What is kept of the purchasing side between runs. */
export interface SavedPurchasing {
  readonly orders: SavedPurchaseOrders;
  readonly deliveries: SavedDeliveries;
  readonly settings: PurchaseSettings;
}

/** What purchasing stands on. */
export interface PurchasingParts {
  readonly context: SandboxContext;
  readonly directory: Directory;
  readonly events: EventStream;
  readonly inventory: InventoryBook;
  readonly orders: OrderBook;
  readonly suppliers: Collection<Supplier>;
  readonly settings: OmniumSettings;
  readonly setProductCost: (sku: string, cost: number) => void;
}

/** Purchase orders, their deliveries and what is received of them. */
export class Purchasing {
  readonly #settings: OmniumSettings;
  readonly orders: PurchaseOrderBook;
  readonly deliveries: DeliveryBook;
  readonly reservations: Reservations;
  readonly receptions: GoodsReceptions;
  readonly maker: DeliveryMaker;
  settings: PurchaseSettings;

  constructor(parts: PurchasingParts) {
    const { context, directory, events, inventory } = parts;
    const { indexLagMs } = parts.settings;
    this.#settings = parts.settings;
    this.settings = parts.settings.purchaseSettings;
    const references = {
      directory,
      suppliers: parts.suppliers,
      hasDelivery: (id: string) => this.deliveries.documents.get(id) !== undefined,
    };
    this.orders = new PurchaseOrderBook({ context, events, references, indexLagMs });
    this.deliveries = new DeliveryBook({ context, events, directory, orders: this.orders, indexLagMs });
    this.reservations = new Reservations({ orders: parts.orders, purchaseOrders: this.orders });
    this.maker = new DeliveryMaker({ orders: this.orders, deliveries: this.deliveries, inventory });
    this.receptions = new GoodsReceptions({
      directory,
      events,
      inventory,
      orders: this.orders,
      deliveries: this.deliveries,
      reservations: this.reservations,
      settings: () => this.settings,
      setProductCost: parts.setProductCost,
    });
  }

  /** Adds an order; `isDelivery` makes its delivery at once (contract §7.3). @throws OmniumProblem 400, 409. */
  createOrder(input: PurchaseOrderInput, cause: EventCause): PurchaseOrder {
    const order = this.orders.create(input, cause);
    const open = order.purchaseOrderForm.lineItems.filter(
      (line) => line.deliveryId === undefined && openQuantity(line) > 0,
    );
    if (!order.isDelivery || open.length === 0) {
      return order;
    }
    const references = open.map(({ lineItemId }) => ({ lineItemId }));
    const told = { options: {}, prefix: this.settings.deliveryIdPrefix, cause };
    const delivery = this.maker.create(order, references, told);
    const delivered = this.orders.require(order.id);
    return this.orders.change(delivered, { ...delivered, deliveryId: delivery.id }, { cause });
  }

  clear(): void {
    this.orders.load({ orders: [] });
    this.deliveries.load({ deliveries: [], nextNumber: 1 });
    this.settings = this.#settings.purchaseSettings;
  }

  capture(): SavedPurchasing {
    return { orders: this.orders.capture(), deliveries: this.deliveries.capture(), settings: this.settings };
  }

  restore(saved: SavedPurchasing): void {
    this.orders.load(saved.orders);
    this.deliveries.load(saved.deliveries);
    this.settings = saved.settings;
  }
}
