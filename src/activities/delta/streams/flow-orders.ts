import type { FlowOrderSummary } from '../../../clients/flow/orders';
import { lookAtOrder } from '../look-at-order';
import type { StreamDocument, StreamRead, StreamReader } from '../sweep-stream';
import { storeByStore } from './store-by-store';

/** Orders that have changed at the tills, store by store: there is no list of a whole tenant's orders. */
export const readFlowOrders: StreamReader = async function* (read) {
  const { tenant, attempt, window } = read;
  const batches = storeByStore(read, (storeUid) => ({
    pages: tenant.flow.orders.list(storeUid, { modifiedFrom: window.from }, attempt),
    idOf: ({ orderUid }: FlowOrderSummary): string => orderUid,
    modifiedOf: ({ lastModifiedAt }: FlowOrderSummary): string | undefined => lastModifiedAt,
  }));
  for await (const { documents, cursor } of batches) {
    yield { documents: documents.map((order) => flowOrderDocument(read, order)), cursor };
  }
};

/** An order of Flow as a document to look at. */
export function flowOrderDocument({ tenant }: Pick<StreamRead, 'tenant'>, order: FlowOrderSummary): StreamDocument {
  const { orderUid, externalOrderNumber, lastModifiedAt } = order;
  const target = {
    ...{ kind: 'order' as const, orderNumber: externalOrderNumber ?? orderUid, flowOrderUid: orderUid },
  };
  return { target, modifiedAt: lastModifiedAt, look: (attempt) => lookAtOrder(tenant, target, attempt) };
}
