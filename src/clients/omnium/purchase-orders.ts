import { z } from 'zod';

import { path, type CallContext } from '../http';
import {
  jsonOrUndefined,
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredDecimal,
  requiredText,
  tidyJson,
} from '../wire';
import { NEWEST_CHANGE_FIRST, OLDEST_CHANGE_FIRST, problemSchema } from './assumed';
import { OmniumResource, type OmniumPage, type OmniumPageRequest } from './connection';
import { omniumCommentSchema } from './members';

/** One line of a purchase order (PurchaseOrderLine). `code` is the SKU, compared exactly. */
const omniumPurchaseOrderLineSchema = z.object({
  /** Stable id of the line; a split makes a line with an id of its own. */
  lineItemId: requiredText,
  code: requiredText,
  /** Lines that are read through their delivery may leave it out. */
  purchaseOrderId: optionalText,
  /** Absent as long as the line is in no delivery. */
  deliveryId: optionalText,
  displayName: optionalText,
  /** Ordered pieces, the cancelled ones included. */
  quantity: requiredDecimal,
  canceledQuantity: optionalDecimal,
  deliveredQuantity: optionalDecimal,
  /** For the whole line after discount. */
  discountedPrice: optionalDecimal,
  discountedPriceExclTax: optionalDecimal,
  /** Per piece before discount. */
  placedPriceExclTax: optionalDecimal,
  /** Of the whole line. */
  lineItemDiscountAmountExclTax: optionalDecimal,
  currency: optionalText,
  supplierSkuId: optionalText,
  warehouseCode: optionalText,
  estimatedTimeOfArrival: optionalTimestamp,
  isPackage: optionalFlag,
  /** On a component: `lineItemId` of the package line it belongs to. */
  packageLineItemId: optionalText,
  packageSkuId: optionalText,
  components: listOf(z.object({ skuId: optionalText, productId: optionalText, quantity: optionalDecimal })),
});

const purchaseOrderMembers = {
  id: requiredText,
  purchaseOrderNumber: optionalText,
  marketId: optionalText,
  storeId: optionalText,
  supplierId: optionalText,
  supplierName: optionalText,
  status: optionalText,
  billingCurrency: optionalText,
  referenceNumber: optionalText,
  requestedDeliveryDate: optionalTimestamp,
  created: optionalTimestamp,
  modified: optionalTimestamp,
  purchaseOrderNotes: listOf(omniumCommentSchema),
  /** Must be there: an order whose lines are missing must never look like an order without lines. */
  purchaseOrderForm: z.object({ lineItems: z.array(omniumPurchaseOrderLineSchema) }),
};

/** A purchase order (PurchaseOrder); its form's lines become `lineItems`. */
export const omniumPurchaseOrderSchema = z
  .object(purchaseOrderMembers)
  .transform(({ purchaseOrderForm, ...order }) => ({ ...order, lineItems: purchaseOrderForm.lineItems }));

/** A purchase order with the customer orders that wait for it (PurchaseOrderExtendedModel). */
const omniumExtendedPurchaseOrderSchema = z
  .object({ ...purchaseOrderMembers, customerOrderNumbers: listOf(requiredText) })
  .transform(({ purchaseOrderForm, ...order }) => ({ ...order, lineItems: purchaseOrderForm.lineItems }));

/** A delivery: goods of purchase orders that come together (Delivery). */
const omniumDeliverySchema = z.object({
  id: requiredText,
  deliveryStatus: optionalText,
  orderType: optionalText,
  warehouseCode: optionalText,
  estimatedTimeOfArrival: optionalTimestamp,
  created: optionalTimestamp,
  modified: optionalTimestamp,
});

export type OmniumPurchaseOrderLine = z.infer<typeof omniumPurchaseOrderLineSchema>;
export type OmniumPurchaseOrder = z.infer<typeof omniumPurchaseOrderSchema>;
export type OmniumExtendedPurchaseOrder = z.infer<typeof omniumExtendedPurchaseOrderSchema>;
export type OmniumDelivery = z.infer<typeof omniumDeliverySchema>;

const deliveryLinesSchema = z.array(omniumPurchaseOrderLineSchema);

/** One received quantity of one line (DeliveryGoodsReceptionLine). */
export interface OmniumGoodsReceptionLine {
  readonly lineItemId: string;
  /** Pieces received now: added to what was received before. At least 0. */
  readonly deliveredQuantity: number;
  readonly warehouseCode: string;
  /** Unique: with it a second try is refused instead of adding again. */
  readonly goodsReceptionId: string;
  /** Major units per piece. */
  readonly costPrice?: number;
  readonly updateProductCostPrice?: boolean;
}

/** Purchase orders, deliveries and goods receptions of Omnium (omnium-api.md §7; https://docs.omnium.no/docs/PurchaseOrders). */
export class OmniumPurchaseOrders extends OmniumResource {
  /** The purchase order with this id, or undefined. `GET /api/PurchaseOrders/{id}` (omnium-api.md §7.1). */
  get(purchaseOrderId: string, context?: CallContext): Promise<OmniumPurchaseOrder | undefined> {
    const request = { operation: 'GET purchase order', path: path`/PurchaseOrders/${purchaseOrderId}` } as const;
    return this.omnium.readIfFound(request, omniumPurchaseOrderSchema, context);
  }

  /**
   * The purchase order with the numbers of the customer orders that wait for it.
   * `GET /api/PurchaseOrders/Extended/{id}` (omnium-api.md §7.1); the member's name is assumed.
   */
  getExtended(purchaseOrderId: string, context?: CallContext): Promise<OmniumExtendedPurchaseOrder | undefined> {
    const extended = path`/PurchaseOrders/Extended/${purchaseOrderId}`;
    const request = { operation: 'GET extended purchase order', path: extended } as const;
    return this.omnium.readIfFound(request, omniumExtendedPurchaseOrderSchema, context);
  }

  /** One page of purchase orders, oldest change first; times are inclusive. `POST /api/PurchaseOrders/Search` (omnium-api.md §2, §7.2). */
  search(
    search: OmniumPageRequest & { readonly modifiedFrom: string; readonly modifiedTo?: string },
    context?: CallContext,
  ): Promise<OmniumPage<OmniumPurchaseOrder>> {
    const { modifiedFrom, modifiedTo, page, take } = search;
    const body = { modifiedFrom, modifiedTo, page, take, sortOrder: OLDEST_CHANGE_FIRST };
    const request = { operation: 'POST purchase orders search', path: '/PurchaseOrders/Search', body } as const;
    return this.omnium.page(request, omniumPurchaseOrderSchema, { page, take }, context);
  }

  /** The delivery with this id, or undefined. `GET /api/Deliveries/{id}` (omnium-api.md §7.1). */
  getDelivery(deliveryId: string, context?: CallContext): Promise<OmniumDelivery | undefined> {
    const request = { operation: 'GET delivery', path: path`/Deliveries/${deliveryId}` } as const;
    return this.omnium.readIfFound(request, omniumDeliverySchema, context);
  }

  /**
   * Lines of a delivery, which may be of several purchase orders, as they are now.
   * `GET /api/Deliveries/{id}/PurchaseOrderLines` (omnium-api.md §7.1).
   */
  listDeliveryLines(deliveryId: string, context?: CallContext): Promise<OmniumPurchaseOrderLine[] | undefined> {
    const lines = path`/Deliveries/${deliveryId}/PurchaseOrderLines`;
    return this.omnium.readIfFound({ operation: 'GET delivery lines', path: lines }, deliveryLinesSchema, context);
  }

  /** One page of deliveries, newest change first. `POST /api/Deliveries/Search` (omnium-api.md §7.2); the sorting is assumed. */
  searchDeliveries({ page, take }: OmniumPageRequest, context?: CallContext): Promise<OmniumPage<OmniumDelivery>> {
    const body = { page, take, sortOrder: NEWEST_CHANGE_FIRST };
    const request = { operation: 'POST deliveries search', path: '/Deliveries/Search', body } as const;
    return this.omnium.page(request, omniumDeliverySchema, { page, take }, context);
  }

  /**
   * Makes a delivery of lines of a purchase order, never of lines that are in one already; less than the whole line splits it.
   * Undefined when there is no such purchase order. Not known to be repeat-safe: look for the delivery first.
   * `POST /api/Deliveries/CreateDelivery/{purchaseOrderId}` (omnium-api.md §7.1).
   */
  createDelivery(
    purchaseOrderId: string,
    newDelivery: {
      readonly newDeliveryId: string;
      readonly lines: readonly { readonly lineItemId: string; readonly code?: string; readonly quantity: number }[];
    },
    context?: CallContext,
  ): Promise<OmniumDelivery | undefined> {
    const request = {
      operation: 'POST delivery',
      path: path`/Deliveries/CreateDelivery/${purchaseOrderId}`,
      query: { newDeliveryId: newDelivery.newDeliveryId, preventDuplicateLineItems: true },
      body: newDelivery.lines,
      notRepeatSafe: true,
    } as const;
    return this.omnium.readIfFound(request, omniumDeliverySchema, context);
  }

  /**
   * Adds received quantities to lines of a delivery and raises the stock. Repeat-safe by `goodsReceptionId`: Omnium refuses a
   * call that holds one it has seen, as a whole, with a 400 that names it. Those are then left out and the rest is sent
   * again, so that nothing of it is lost. The answer is not documented and not read.
   * `POST /api/Deliveries/{id}/ProcessGoodsReception` (omnium-api.md §7.3).
   *
   * @returns `duplicate` when Omnium had received all of it before
   * @throws RangeError without lines, and when an id occurs twice: Omnium's refusal would look like a duplicate
   */
  async processGoodsReception(
    deliveryId: string,
    lines: readonly OmniumGoodsReceptionLine[],
    context?: CallContext,
  ): Promise<'received' | 'duplicate'> {
    const ids = new Set(lines.map(({ goodsReceptionId }) => goodsReceptionId));
    if (ids.size < lines.length) throw new RangeError('a goods reception id stands twice in one call');
    if (lines.length === 0) throw new RangeError('a goods reception without lines');
    const request = {
      operation: 'POST goods reception',
      path: path`/Deliveries/${deliveryId}/ProcessGoodsReception`,
    } as const;
    let due = lines;
    while (due.length > 0) {
      let named: ReadonlySet<string> = new Set<string>();
      const sent = due.map(({ goodsReceptionId }) => goodsReceptionId);
      const acceptsRefusal = (status: number, text: string): boolean => {
        if (status === 400) named = namedReceptions(text, sent);
        return named.size > 0;
      };
      await this.omnium.send({ ...request, body: due, acceptsRefusal }, context);
      if (named.size === 0) return 'received';
      due = due.filter(({ goodsReceptionId }) => !named.has(goodsReceptionId));
    }
    return 'duplicate';
  }
}

/** A field of an error body that is about the id itself, e.g. `goodsReceptionId` or `[0].GoodsReceptionId`. */
const ABOUT_THE_ID = /goodsReceptionIds?$/i;

/**
 * Which of our goods reception ids a refusal lists as used before. Where its text puts them is assumed (omnium-api.md §7.3):
 * under a field that is called like the id, or, in a body without fields, anywhere. A field of another name says that
 * something else is wrong, also when its text names an id.
 */
function namedReceptions(text: string, goodsReceptionIds: readonly string[]): ReadonlySet<string> {
  const body = tidyJson(jsonOrUndefined(text), 'first-letter-any-case');
  const problem = problemSchema.safeParse(body);
  const fields = problem.success ? Object.entries(problem.data.errors) : [];
  const told = fields.length === 0 ? (body ?? text) : fields.filter(([field]) => ABOUT_THE_ID.test(field));
  const sentences = textsIn(told);
  // By itself, not as a part of a longer id.
  const isNamed = (id: string): boolean => {
    const word = new RegExp(`(?<![\\w:-])${id.replace(/[^\w]/g, '\\$&')}(?![\\w:-])`);
    return sentences.some((sentence) => word.test(sentence));
  };
  return new Set(goodsReceptionIds.filter(isNamed));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
