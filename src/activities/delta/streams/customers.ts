import type { FlowCustomer } from '../../../clients/flow/customers';
import { marketIdsOf } from '../../../config/connector';
import type { SweepTarget } from '../../../contracts/sweep-messages';
import { customerKeyOf } from '../../../temporal/sealed-reference';
import { sealReference, type CustomerReference } from '../../../temporal/sealed-reference';
import type { CustomerKind, OmniumCustomer } from '../../customers/mapping/customer-fields';
import type { Attempt } from '../../shared/sync-context';
import { inspectCustomer } from '../../customers/decide-customer';
import { CUSTOMER_KINDS, omniumCustomers } from '../../customers/match-customers';
import type { Tenant } from '../../tenants';
import type { Look, StreamDocument, StreamPage, StreamRead, StreamReader } from '../sweep-stream';
import { walkChanges } from './walk-changes';
import { walkNewestFirst } from './walk-newest-first';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** Customers of the tenant's markets that have changed in Omnium: private ones, then businesses. */
export const readOmniumCustomers: StreamReader = async function* (read) {
  const { kind: begun, ...place } = read.cursor ?? {};
  for (const kind of CUSTOMER_KINDS) {
    if (begun !== undefined && CUSTOMER_KINDS.indexOf(kind) < CUSTOMER_KINDS.findIndex((known) => known === begun))
      continue;
    yield* readKind(read, kind, kind === begun ? place : undefined);
  }
};

async function* readKind(
  { tenant, attempt, window }: StreamRead,
  kind: CustomerKind,
  cursor: StreamRead['cursor'],
): AsyncGenerator<StreamPage, void, undefined> {
  const marketIds = marketIdsOf(tenant.config);
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly OmniumCustomer[]> =>
      (await omniumCustomers({ tenant }, kind).search({ modifiedFrom, marketIds, page, take: PAGE }, attempt)).result,
    // Ids of customers can be personal, and cursors are readable in the history.
    idOf: ({ customerId }: OmniumCustomer): string => keyIn(tenant, customerId),
    modifiedOf: ({ modified }: OmniumCustomer): string | undefined => modified,
    take: PAGE,
  };
  const bounds = { from: window.from, until: new Date(), cursor };
  for await (const batch of walkChanges(changes, bounds)) {
    const documents = batch.documents.map(({ customerId, modified }) =>
      customerDocument(tenant, { side: 'omnium', kind, id: customerId }, modified),
    );
    yield { documents, cursor: { ...batch.cursor, kind } };
  }
}

/** Customers that have changed in Flow. */
export const readFlowCustomers: StreamReader = async function* ({ tenant, attempt, window, cursor }) {
  const list = {
    pages: tenant.flow.customers.listModifiedSince(window.from, attempt),
    idOf: ({ customerUid }: FlowCustomer): string => keyIn(tenant, customerUid),
    modifiedOf: ({ lastModifiedAt }: FlowCustomer): string | undefined => lastModifiedAt,
  };
  for await (const batch of walkNewestFirst(list, cursor)) {
    const documents = batch.documents.map(({ customerUid, lastModifiedAt }) =>
      customerDocument(tenant, { side: 'flow', id: customerUid }, lastModifiedAt),
    );
    yield { documents, cursor: batch.cursor };
  }
};

function keyIn({ config }: Tenant, id: string): string {
  return customerKeyOf(id, config.settings.OMNIUM_CLIENT_SECRET);
}

function customerDocument(
  tenant: Tenant,
  reference: CustomerReference,
  modifiedAt: string | undefined,
): StreamDocument {
  const target: SweepTarget = {
    ...{ kind: 'customer', customerKey: keyIn(tenant, reference.id), change: 'changed' },
    reference: sealReference(reference, tenant.config.settings.OMNIUM_CLIENT_SECRET),
  };
  const look = async (attempt: Attempt): Promise<Look> => {
    const verdict = await inspectCustomer({ ...attempt, tenant }, reference);
    if (verdict === 'in-sync') return { verdict: 'inSync' };
    return verdict === 'not-synced' ? { verdict: 'notOurs' } : { verdict: 'differs', target };
  };
  return { target, modifiedAt, look };
}
