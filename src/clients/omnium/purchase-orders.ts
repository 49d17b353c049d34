import { z } from 'zod';

import { type CallContext, type HttpRequest } from '../http';
import { DELIVERY_PATHS, NEWEST_CHANGE_FIRST, OLDEST_CHANGE_FIRST, PURCHASE_ORDER_PATHS } from './assumed';
import { type OmniumConnection } from './connection';
import { namedReceptions } from './duplicate-receptions';
import {
  omniumDeliverySchema,
  omniumExtendedPurchaseOrderSchema,
  omniumPageSchema,
  omniumPurchaseOrderLineSchema,
  omniumPurchaseOrderSchema,
  type OmniumDelivery,
  type OmniumExtendedPurchaseOrder,
  type OmniumPage,
  type OmniumPurchaseOrder,
  type OmniumPurchaseOrderLine,
} from './schemas';
import {
  type OmniumDeliveryWrite,
  type OmniumGoodsReceptionLine,
  type OmniumPageRequest,
  type OmniumPurchaseOrderSearch,
} from './writes';

const purchaseOrderPageSchema = omniumPageSchema(omniumPurchaseOrderSchema);
const deliveryPageSchema = omniumPageSchema(omniumDeliverySchema);

/** Purchase orders, deliveries and goods receptions of Omnium (omnium-api.md §7; https://docs.omnium.no/docs/PurchaseOrders). */
export class OmniumPurchaseOrders {
  constructor(private readonly omnium: OmniumConnection) {}

  /** The purchase order with this id, or undefined. `GET /api/PurchaseOrders/{id}` (omnium-api.md §7.1). */
  get(purchaseOrderId: string, context?: CallContext): Promise<OmniumPurchaseOrder | undefined> {
    const path = PURCHASE_ORDER_PATHS.one(purchaseOrderId);
    const request = { operation: 'GET purchase order', method: 'GET', path } as const;
    return this.omnium.readIfFound(request, omniumPurchaseOrderSchema, context);
  }

  /**
   * The purchase order with the numbers of the customer orders that wait for it.
   * `GET /api/PurchaseOrders/Extended/{id}` (omnium-api.md §7.1); the member's name is assumed.
   */
  getExtended(purchaseOrderId: string, context?: CallContext): Promise<OmniumExtendedPurchaseOrder | undefined> {
    const path = PURCHASE_ORDER_PATHS.extended(purchaseOrderId);
    const request = { operation: 'GET extended purchase order', method: 'GET', path } as const;
    return this.omnium.readIfFound(request, omniumExtendedPurchaseOrderSchema, context);
  }

  /** One page of purchase orders, oldest change first. `POST /api/PurchaseOrders/Search` (omnium-api.md §2, §7.2). */
  search(
    { modifiedFrom, modifiedTo, page, take }: OmniumPurchaseOrderSearch & OmniumPageRequest,
    context?: CallContext,
  ): Promise<OmniumPage<OmniumPurchaseOrder>> {
    const body = { modifiedFrom, modifiedTo, page, take, sortOrder: OLDEST_CHANGE_FIRST };
    const request = post('POST purchase orders search', PURCHASE_ORDER_PATHS.search, body);
    return this.omnium.read({ ...request, readOnly: true }, purchaseOrderPageSchema, context);
  }

  /** The delivery with this id, or undefined. `GET /api/Deliveries/{id}` (omnium-api.md §7.1). */
  getDelivery(deliveryId: string, context?: CallContext): Promise<OmniumDelivery | undefined> {
    const request = { operation: 'GET delivery', method: 'GET', path: DELIVERY_PATHS.one(deliveryId) } as const;
    return this.omnium.readIfFound(request, omniumDeliverySchema, context);
  }

  /**
   * Lines of a delivery, which may be of several purchase orders, as they are now.
   * `GET /api/Deliveries/{id}/PurchaseOrderLines` (omnium-api.md §7.1).
   */
  listDeliveryLines(deliveryId: string, context?: CallContext): Promise<OmniumPurchaseOrderLine[] | undefined> {
    const request = { operation: 'GET delivery lines', method: 'GET', path: DELIVERY_PATHS.lines(deliveryId) } as const;
    return this.omnium.readIfFound(request, z.array(omniumPurchaseOrderLineSchema), context);
  }

  /** One page of deliveries, newest change first. `POST /api/Deliveries/Search` (omnium-api.md §7.2); the sorting is assumed. */
  searchDeliveries({ page, take }: OmniumPageRequest, context?: CallContext): Promise<OmniumPage<OmniumDelivery>> {
    const body = { page, take, sortOrder: NEWEST_CHANGE_FIRST };
    const request = post('POST deliveries search', DELIVERY_PATHS.search, body);
    return this.omnium.read({ ...request, readOnly: true }, deliveryPageSchema, context);
  }

  /**
   * Makes a delivery of lines of a purchase order, never of lines that are in one already. Undefined when there is no such
   * purchase order. Not known to be repeat-safe: look for the delivery first.
   * `POST /api/Deliveries/CreateDelivery/{purchaseOrderId}` (omnium-api.md §7.1).
   */
  createDelivery(
    purchaseOrderId: string,
    { newDeliveryId, lines }: OmniumDeliveryWrite,
    context?: CallContext,
  ): Promise<OmniumDelivery | undefined> {
    const query = { newDeliveryId, preventDuplicateLineItems: true };
    const request = { ...post('POST delivery', DELIVERY_PATHS.create(purchaseOrderId), lines), query };
    return this.omnium.readIfFound(request, omniumDeliverySchema, context);
  }

  /**
   * Adds received quantities to lines of a delivery and raises the stock. Repeat-safe by `goodsReceptionId`: Omnium refuses a
   * call that holds one it has seen, as a whole, with a 400 that names it. Those are then left out and the rest is sent
   * again, so that nothing of it is lost. The answer is not documented and not read.
   * `POST /api/Deliveries/{id}/ProcessGoodsReception` (omnium-api.md §7.3).
   *
   * @returns `duplicate` when Omnium had received all of it before
   * @throws RangeError without lines, and when an id stands twice: Omnium's refusal would look like a duplicate
   */
  async processGoodsReception(
    deliveryId: string,
    lines: readonly OmniumGoodsReceptionLine[],
    context?: CallContext,
  ): Promise<'received' | 'duplicate'> {
    const path = DELIVERY_PATHS.goodsReception(deliveryId);
    const ids = new Set(lines.map(({ goodsReceptionId }) => goodsReceptionId));
    if (ids.size < lines.length) throw new RangeError('a goods reception id stands twice in one call');
    if (lines.length === 0) throw new RangeError('a goods reception without lines');
    let due = lines;
    while (due.length > 0) {
      let named: ReadonlySet<string> = new Set<string>();
      const sent = due.map(({ goodsReceptionId }) => goodsReceptionId);
      const acceptsRefusal = (status: number, text: string): boolean => {
        if (status === 400) named = namedReceptions(text, sent);
        return named.size > 0;
      };
      await this.omnium.send({ ...post('POST goods reception', path, due), acceptsRefusal }, context);
      if (named.size === 0) return 'received';
      due = due.filter(({ goodsReceptionId }) => !named.has(goodsReceptionId));
    }
    return 'duplicate';
  }
}

function post(operation: string, path: string, body: unknown): HttpRequest {
  return { operation, method: 'POST', path, body };
}
