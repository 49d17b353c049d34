import { z } from 'zod';

import { compact } from '../../domain/compact';
import { path, type CallContext } from '../http';
import { optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { FLOW_FILTERS } from './assumed';
import { FlowResource } from './connection';

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
const flowReceivementItemSchema = z.object({ ...receivementItemMembers, product: receivedProductSchema });

/** Goods that came in at one time. It never changes once made. */
const flowReceivementSchema = z.object({
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

export type FlowReceivement = z.infer<typeof flowReceivementSchema> & { readonly storeUid: string };

/** Goods that came into a store (flow-api.md §3.8). */
export class FlowReceivements extends FlowResource {
  /** The receivement. `GET S/receivements/{receivementUid}`: assumed (flow-api.md §3.8). */
  async get(storeUid: string, receivementUid: string, context?: CallContext): Promise<FlowReceivement | undefined> {
    const request = {
      operation: 'GET receivement',
      path: path`/stores/${storeUid}/receivements/${receivementUid}`,
    } as const;
    const receivement = await this.flow.readIfFound(request, flowReceivementSchema, context);
    return receivement && { ...receivement, storeUid: receivement.storeUid ?? storeUid };
  }

  /**
   * Receivements of a store, newest first, in batches, none of them empty; with `modifiedFrom` (ISO-8601) only those of then or
   * later, and no page beyond that is asked for. Each comes once. `GET S/receivements`: API:receivement, path assumed.
   */
  async *list(
    storeUid: string,
    filter: { readonly modifiedFrom?: string; readonly purchaseOrderUid?: string; readonly productUid?: string } = {},
    context?: CallContext,
  ): AsyncGenerator<FlowReceivement[], void, undefined> {
    const list = {
      operation: 'GET receivements',
      path: path`/stores/${storeUid}/receivements`,
      query: compact({
        [FLOW_FILTERS.receivementByPurchaseOrder]: filter.purchaseOrderUid,
        [FLOW_FILTERS.receivementByProduct]: filter.productUid,
      }),
      item: flowReceivementSchema,
      uidOf: ({ receivementUid }: { readonly receivementUid: string }) => receivementUid,
    } as const;
    for await (const batch of this.flow.changedSince(list, filter.modifiedFrom, context)) {
      yield batch.map((receivement) => ({ ...receivement, storeUid: receivement.storeUid ?? storeUid }));
    }
  }
}
