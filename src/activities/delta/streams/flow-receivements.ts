import type { FlowReceivement } from '../../../clients/flow/purchase-orders';
import { lookAtReception } from '../look-at-reception';
import type { StreamDocument, StreamRead, StreamReader } from '../sweep-stream';
import { storeByStore } from './store-by-store';

/**
 * Goods receptions in Flow, store by store: those whose webhook was lost, and part receipts, which have none
 * (flow-api.md §1.9).
 */
export const readFlowReceivements: StreamReader = async function* (read) {
  const { tenant, attempt, window } = read;
  const batches = storeByStore(read, (storeUid) => ({
    pages: tenant.flow.receivements.list(storeUid, { modifiedFrom: window.from }, attempt),
    idOf: ({ receivementUid }: FlowReceivement): string => receivementUid,
    modifiedOf: madeAt,
  }));
  for await (const { storeUid, documents, cursor } of batches) {
    yield { documents: documents.map((receivement) => receivementDocument(read, storeUid, receivement)), cursor };
  }
};

/** A receivement never changes: once its own workflow has come to its end, there is nothing more to tell Omnium. */
function receivementDocument(
  { tenant }: Pick<StreamRead, 'tenant'>,
  storeUid: string,
  receivement: FlowReceivement,
): StreamDocument {
  const { receivementUid } = receivement;
  const target = { kind: 'goods-reception' as const, receivementUid, storeUid };
  return {
    target,
    modifiedAt: madeAt(receivement),
    isOverWithItsWorkflow: true,
    look: (attempt) => lookAtReception(tenant, { target, receivement }, attempt),
  };
}

function madeAt({ lastModifiedAt, createdAt }: FlowReceivement): string | undefined {
  return lastModifiedAt ?? createdAt;
}
