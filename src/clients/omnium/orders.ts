import { type CallContext, type HttpRequest } from '../http';
import { OLDEST_CHANGE_FIRST, ORDER_PATHS, orderPath } from './assumed';
import { type OmniumConnection } from './connection';
import {
  omniumOrderSchema,
  omniumPageSchema,
  omniumPatchResultSchema,
  omniumReturnFormSchema,
  omniumWorkflowResultSchema,
  type OmniumOrder,
  type OmniumPage,
  type OmniumPatchResult,
  type OmniumReturnForm,
  type OmniumWorkflowResult,
} from './schemas';
import { readScroll } from './scroll';
import {
  type OmniumLinesUpdate,
  type OmniumLineWrite,
  type OmniumOrderPatch,
  type OmniumOrderSearch,
  type OmniumOrderWrite,
  type OmniumPageRequest,
  type OmniumPaymentWrite,
  type OmniumPosOrderWrite,
  type OmniumReturnWrite,
  type OmniumStatusUpdate,
} from './writes';

const orderPageSchema = omniumPageSchema(omniumOrderSchema);

/** Orders and their returns in Omnium (omnium-api.md §3; https://docs.omnium.no/docs/Order/order-api). */
export class OmniumOrders {
  constructor(private readonly omnium: OmniumConnection) {}

  /** The order with this id or number, or undefined. `GET /api/Orders/{id}` (omnium-api.md §3.1). */
  get(idOrNumber: string, context?: CallContext): Promise<OmniumOrder | undefined> {
    const request = { operation: 'GET order', method: 'GET', path: orderPath(idOrNumber) } as const;
    return this.omnium.readIfFound(request, omniumOrderSchema, context);
  }

  /**
   * Makes a completed order of a till. The answer is not documented and not read. 400 when the number or id is taken.
   * `PUT /api/Orders/PosOrders` (omnium-api.md §3.2).
   */
  async putPos(order: OmniumPosOrderWrite, context?: CallContext): Promise<void> {
    await this.omnium.send({ operation: 'PUT POS order', method: 'PUT', path: ORDER_PATHS.pos, body: order }, context);
  }

  /**
   * Makes an order and runs the workflow of its status. The answer is not documented and not read. 409, or 400, when the
   * id is taken. `POST /api/Orders` (omnium-api.md §3.1, §12).
   */
  async create(order: OmniumOrderWrite, context?: CallContext): Promise<void> {
    await this.omnium.send(post('POST order', ORDER_PATHS.create, order), context);
  }

  /** Sets the status and runs its workflow. `POST /api/Orders/{id}/UpdateStatus` (omnium-api.md §3.5). */
  updateStatus(orderId: string, update: OmniumStatusUpdate, context?: CallContext): Promise<OmniumWorkflowResult> {
    const request = post('POST order status', ORDER_PATHS.status(orderId), update);
    return this.omnium.read(request, omniumWorkflowResultSchema, context);
  }

  /**
   * Adds delivered and cancelled quantities to lines: not repeat-safe, so read the order before a second try.
   * `POST /api/Orders/{id}/OrderLinesUpdate` (omnium-api.md §3.1).
   */
  updateLines(orderId: string, update: OmniumLinesUpdate, context?: CallContext): Promise<OmniumWorkflowResult> {
    const request = post('POST order lines update', ORDER_PATHS.linesUpdate(orderId), update);
    return this.omnium.read(request, omniumWorkflowResultSchema, context);
  }

  /** Adds payments, or overwrites those with the same id. `POST /api/Orders/{id}/AddPayments` (omnium-api.md §3.1). */
  addPayments(orderId: string, payments: readonly OmniumPaymentWrite[], context?: CallContext): Promise<OmniumOrder> {
    const request = post('POST order payments', ORDER_PATHS.payments(orderId), payments);
    return this.omnium.read(request, omniumOrderSchema, context);
  }

  /** Adds a line. `POST /api/Orders/{id}/OrderLines` (omnium-api.md §3.1). */
  addLine(orderId: string, line: OmniumLineWrite, context?: CallContext): Promise<OmniumOrder> {
    return this.omnium.read(post('POST order line', ORDER_PATHS.lines(orderId), line), omniumOrderSchema, context);
  }

  /** Cancels what is left of a line. `POST /api/Orders/{id}/OrderLines/{lineItemId}/Cancel` (omnium-api.md §3.1). */
  cancelLine(orderId: string, lineItemId: string, context?: CallContext): Promise<OmniumOrder> {
    const path = ORDER_PATHS.cancelLine(orderId, lineItemId);
    return this.omnium.read(
      { operation: 'POST order line cancel', method: 'POST', path, query: { sendNotifications: false } },
      omniumOrderSchema,
      context,
    );
  }

  /** Changes the members given; no workflow runs. `PATCH /api/Orders/{id}/PatchOrder` (omnium-api.md §2, §3.4). */
  patch(orderId: string, patch: OmniumOrderPatch, context?: CallContext): Promise<OmniumPatchResult> {
    const path = ORDER_PATHS.patch(orderId);
    const request = { operation: 'PATCH order', method: 'PATCH', path, body: patch } as const;
    return this.omnium.read(request, omniumPatchResultSchema, context);
  }

  /**
   * Makes a return, and with it the new order of an exchange. Not repeat-safe: look for the RMA number among the order's
   * returns first. `POST /api/Returns/{orderId}/Return` (omnium-api.md §3.6).
   */
  createReturn(orderId: string, wanted: OmniumReturnWrite, context?: CallContext): Promise<OmniumReturnForm> {
    return this.omnium.read(post('POST return', ORDER_PATHS.return(orderId), wanted), omniumReturnFormSchema, context);
  }

  /** One page of orders, oldest change first. `POST /api/Orders/Search` (omnium-api.md §2, §3.4). */
  search(
    { page, take, ...search }: OmniumOrderSearch & OmniumPageRequest,
    context?: CallContext,
  ): Promise<OmniumPage<OmniumOrder>> {
    const body = { ...filters(search), page, take };
    const request = { ...post('POST orders search', ORDER_PATHS.search, body), readOnly: true };
    return this.omnium.read(request, orderPageSchema, context);
  }

  /**
   * All orders of a search as they are at the first call, in batches of the vendor's size, none of them empty. Read it to
   * its end and without long pauses: Omnium forgets a scroll after five minutes, which then fails with 404.
   * `POST /api/Orders/Scroll`, `GET /api/Orders/Scroll/{id}` (omnium-api.md §2).
   *
   * @throws VendorResponseInvalidError also when the scroll has no end
   */
  scroll(search: OmniumOrderSearch, context?: CallContext): AsyncGenerator<OmniumOrder[], void, undefined> {
    const start = { path: ORDER_PATHS.scroll, body: filters(search) };
    const scroll = { name: 'orders scroll', start, pathOn: ORDER_PATHS.scrollOn, item: omniumOrderSchema };
    return readScroll(this.omnium, scroll, context);
  }
}

function post(operation: string, path: string, body: unknown): HttpRequest {
  return { operation, method: 'POST', path, body };
}

/** The search's own members only, whatever else the caller's object holds. */
function filters(search: {
  readonly [Member in keyof OmniumOrderSearch]?: OmniumOrderSearch[Member] | undefined;
}): object {
  const { modifiedFrom, modifiedTo, selectedMarkets, excludedStatuses } = search;
  const wanted = { modifiedFrom, modifiedTo, selectedMarkets, excludedStatuses };
  return { ...wanted, sortOrder: OLDEST_CHANGE_FIRST, disableFacets: true };
}
