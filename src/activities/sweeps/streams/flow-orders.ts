import type { FlowOrderSummary } from '../../../clients/flow/schemas';
import { lookAtOrder } from '../look-at-order';
import type { StreamDocument, StreamRead, StreamReader } from '../stream';
import { walkNewestFirst } from './walk-newest-first';

/** Orders that have changed at the tills, store by store: there is no list of a whole tenant's orders. */
export const readFlowOrders: StreamReader = async function* (read) {
  const { tenant, attempt, window } = read;
  const storeUids = (await tenant.flow.listStores(attempt)).map(({ storeUid }) => storeUid).sort();
  const { storeUid: begunStoreUid = '', ...place } = read.cursor ?? {};
  for (const storeUid of storeUids) {
    if (storeUid < String(begunStoreUid)) continue;
    const list = {
      pages: tenant.flow.listStoreOrders(storeUid, { modifiedFrom: window.from }, attempt),
      idOf: ({ orderUid }: FlowOrderSummary): string => orderUid,
      modifiedOf: ({ lastModifiedAt }: FlowOrderSummary): string | undefined => lastModifiedAt,
    };
    const cursor = storeUid === begunStoreUid ? place : undefined;
    for await (const batch of walkNewestFirst(list, cursor)) {
      const documents = batch.documents.map((order) => flowOrderDocument(read, order));
      yield { documents, cursor: { ...batch.cursor, storeUid } };
    }
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
