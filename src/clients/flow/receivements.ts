import { type CallContext } from '../http';
import { FLOW_FILTERS, FLOW_NEWEST_CHANGE_FIRST } from './assumed';
import { type FlowConnection } from './connection';
import { changedSince } from './pages';
import { flowReceivementSchema, type FlowReceivement } from './schemas';
import { type FlowReceivementListFilter } from './writes';

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
