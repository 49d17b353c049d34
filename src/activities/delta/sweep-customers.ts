import type { FlowCustomer } from '../../clients/flow/customers';
import { marketIdsOf } from '../../config/connector';
import type { SweepTarget } from '../../contracts/sweeps';
import { customerKeyOf } from '../../temporal/sealed-reference';
import { sealReference, type CustomerReference } from '../../temporal/sealed-reference';
import { inspectCustomer } from '../customers/decide-customer';
import type { OmniumCustomer } from '../customers/mapping/customer-fields';
import { CUSTOMER_KINDS, omniumCustomers as customersOf } from '../customers/match-customers';
import type { Tenant } from '../tenants';
import type { Comparison, DeltaSweep, SweepContext, SweepDocument } from './stream';
import { walkChanges, walkNewestFirst } from './walks';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** Customers of the tenant's markets that have changed in Omnium: private ones, then businesses. */
export const omniumCustomers: DeltaSweep<CustomerReference> = {
  async *pages(context) {
    const { tenant, window } = context;
    const marketIds = marketIdsOf(tenant.config);
    const { kind: begun, ...place } = context.cursor ?? {};
    const first = CUSTOMER_KINDS.findIndex((kind) => kind === begun);
    for (const kind of CUSTOMER_KINDS.slice(Math.max(first, 0))) {
      const changes = {
        search: async (modifiedFrom: string, page: number): Promise<readonly OmniumCustomer[]> =>
          (await customersOf(context, kind).search({ modifiedFrom, marketIds, page, take: PAGE }, context)).result,
        // Ids of customers can be personal, and cursors are readable in the history.
        idOf: ({ customerId }: OmniumCustomer): string => keyIn(tenant, customerId),
        modifiedOf: ({ modified }: OmniumCustomer): string | undefined => modified,
        take: PAGE,
      };
      const cursor = kind === begun ? place : undefined;
      for await (const batch of walkChanges(changes, { from: window.from, until: new Date(), cursor })) {
        const documents = batch.documents.map(({ customerId, modified }) =>
          customerDocument(tenant, { side: 'omnium', kind, id: customerId }, modified),
        );
        yield { documents, cursor: { ...batch.cursor, kind } };
      }
    }
  },
  compare: compareCustomer,
};

/** Customers that have changed in Flow. */
export const flowCustomers: DeltaSweep<CustomerReference> = {
  async *pages(context) {
    const { tenant, window, cursor } = context;
    const list = {
      pages: tenant.flow.customers.listModifiedSince(window.from, context),
      idOf: ({ customerUid }: FlowCustomer): string => keyIn(tenant, customerUid),
      modifiedOf: ({ lastModifiedAt }: FlowCustomer): string | undefined => lastModifiedAt,
    };
    for await (const batch of walkNewestFirst(list, cursor)) {
      const documents = batch.documents.map(({ customerUid, lastModifiedAt }) =>
        customerDocument(tenant, { side: 'flow', id: customerUid }, lastModifiedAt),
      );
      yield { documents, cursor: batch.cursor };
    }
  },
  compare: compareCustomer,
};

function keyIn({ config }: Tenant, id: string): string {
  return customerKeyOf(id, config.settings.OMNIUM_CLIENT_SECRET);
}

function customerDocument(
  tenant: Tenant,
  data: CustomerReference,
  modifiedAt: string | undefined,
): SweepDocument<CustomerReference> {
  const reference = sealReference(data, tenant.config.settings.OMNIUM_CLIENT_SECRET);
  const target: SweepTarget = { kind: 'customer', customerKey: keyIn(tenant, data.id), change: 'changed', reference };
  return { target, modifiedAt, data };
}

async function compareCustomer(context: SweepContext, { data }: SweepDocument<CustomerReference>): Promise<Comparison> {
  const answer = data && (await inspectCustomer(context, data));
  if (answer === 'in-sync') return { verdict: 'inSync' };
  return { verdict: answer === 'differs' ? 'differs' : 'notOurs' };
}
