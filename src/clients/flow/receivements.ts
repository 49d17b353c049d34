import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { FLOW_FILTERS, FLOW_NEWEST_CHANGE_FIRST } from './assumed';
import type { FlowConnection } from './connection';
import { changedSince } from './pages';

export const receivedProductSchema = z.object({ productUid: requiredText, name: optionalText, sku: optionalText });

export const receivementItemMembers = {
  receivementItemUid: requiredText,
  /** The line of the purchase order; without it the goods were not ordered on it. */
  purchaseOrderItemUid: optionalText,
  /** Hundredths of a piece; below zero takes back what was received before. */
  quantity: requiredInteger,
  /** Cents per piece, in the tenant's currency. */
  unitCost: optionalInteger,
  serialnumber: optionalText,
  note: optionalText,
  status: optionalText,
};

/** One line of a receivement. Goods with serial numbers have a line for each piece. */
export const flowReceivementItemSchema = z.object({ ...receivementItemMembers, product: receivedProductSchema });

/** Goods that came in at one time. It never changes once made. */
export const flowReceivementSchema = z.object({
  receivementUid: requiredText,
  storeUid: optionalText,
  warehouseUid: requiredText,
  /** Absent on goods that came without a purchase order. */
  purchaseOrderUid: optionalText,
  externalId: optionalText,
  /** Must be there: a receivement whose lines are not told must never look like one that brought nothing. */
  items: z.array(flowReceivementItemSchema),
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
});

export type FlowReceivementItem = z.infer<typeof flowReceivementItemSchema>;
export type FlowReceivement = z.infer<typeof flowReceivementSchema> & { readonly storeUid: string };

/** Which receivements of a store are wanted. */
export interface FlowReceivementListFilter {
  /** ISO-8601, inclusive. */
  readonly modifiedFrom?: string;
  readonly purchaseOrderUid?: string;
  readonly productUid?: string;
}

/** Goods that came into a store (flow-api.md §3.8). */
export class FlowReceivements {
  constructor(private readonly flow: FlowConnection) {}

  /** The receivement. `GET S/receivements/{receivementUid}`: assumed (flow-api.md §3.8). */
  async get(storeUid: string, receivementUid: string, context?: CallContext): Promise<FlowReceivement | undefined> {
    const path = this.flow.paths.receivement(storeUid, receivementUid);
    const request = { operation: 'GET receivement', method: 'GET', path } as const;
    const receivement = await this.flow.readIfFound(request, flowReceivementSchema, context);
    return receivement && { ...receivement, storeUid: receivement.storeUid ?? storeUid };
  }

  /**
   * Receivements of a store, newest first, in batches, none of them empty; with `modifiedFrom` only those of then or later,
   * and no page beyond that is asked for. Each comes once. `GET S/receivements`: API:receivement, path assumed; its
   * sorting: flow-api.md §2.
   */
  async *list(
    storeUid: string,
    { modifiedFrom, purchaseOrderUid, productUid }: FlowReceivementListFilter = {},
    context?: CallContext,
  ): AsyncGenerator<FlowReceivement[], void, undefined> {
    const pages = this.flow.pages(
      {
        operation: 'GET receivements',
        path: this.flow.paths.receivements(storeUid),
        query: {
          ...FLOW_NEWEST_CHANGE_FIRST,
          [FLOW_FILTERS.receivementByPurchaseOrder]: purchaseOrderUid,
          [FLOW_FILTERS.receivementByProduct]: productUid,
        },
        item: flowReceivementSchema,
        uidOf: ({ receivementUid }) => receivementUid,
      },
      context,
    );
    for await (const receivements of changedSince(pages, modifiedFrom)) {
      yield receivements.map((receivement) => ({ ...receivement, storeUid: receivement.storeUid ?? storeUid }));
    }
  }
}
