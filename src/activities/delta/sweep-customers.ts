import type { FlowCustomerRef } from '../../clients/flow/customers';
import type { OmniumCustomerRef } from '../../clients/omnium/customers';
import { marketIdsOf } from '../../config/connector';
import type { SweepTarget } from '../../contracts/sweeps';
import { customerKeyOf } from '../../temporal/sealed-reference';
import { sealReference, type CustomerReference } from '../../temporal/sealed-reference';
import { inspectCustomer } from '../customers/decide-customer';
import { customerRules, type OmniumCustomer } from '../customers/mapping/customer-fields';
import { isAnonymousInOmnium, tieOf } from '../customers/mapping/map-customer';
import { CUSTOMER_KINDS, omniumCustomers as customersOf } from '../customers/match-customers';
import { SyncError } from '../shared/failures';
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
        search: async (modifiedFrom: string, page: number): Promise<readonly OmniumCustomerRef[]> =>
          (await customersOf(context, kind).searchRefs({ modifiedFrom, marketIds, page, take: PAGE }, context)).result,
        // Ids of customers can be personal, and cursors are readable in the history.
        idOf: ({ customerId }: OmniumCustomerRef): string => keyIn(tenant, customerId),
        modifiedOf: ({ modified }: OmniumCustomerRef): string | undefined => modified,
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
      idOf: ({ customerUid }: FlowCustomerRef): string => keyIn(tenant, customerUid),
      modifiedOf: ({ lastModifiedAt }: FlowCustomerRef): string | undefined => lastModifiedAt,
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

/** A list from its beginning. */
const EVER = '1970-01-01T00:00:00.000Z';

/** So many of the tied customers, and this share of them, are not gone in a day by people's doing. */
const MOST_ERASURES = 10;
const LARGEST_SHARE = 0.1;

/**
 * Customers that Flow has deleted: no list of changes shows what is gone. Those that Omnium's customers are tied to are
 * looked for among all that Flow lists, and asked for by themselves. A list that lacks a good part of them is not taken at
 * its word, unless somebody has asked for this look. Those of other markets are tied to other Flow tenants.
 */
export const flowErasures: DeltaSweep<CustomerReference> = {
  async *pages(context) {
    const { tenant, window, cursor } = context;
    const { customers, settings } = tenant.config;
    if (customers.onDeletedInFlow === 'keep') return;
    const listed = new Set<string>();
    for await (const page of tenant.flow.customers.listModifiedSince(EVER, context))
      for (const { customerUid } of page) listed.add(customerUid);
    const marketIds = marketIdsOf(tenant.config);
    const gone = new Map<string, string>();
    let tied = 0;
    for (const kind of CUSTOMER_KINDS) {
      const changes = {
        search: async (modifiedFrom: string, page: number): Promise<readonly OmniumCustomer[]> =>
          (await customersOf(context, kind).search({ modifiedFrom, marketIds, page, take: PAGE }, context)).result,
        idOf: ({ customerId }: OmniumCustomer): string => customerId,
        modifiedOf: ({ modified }: OmniumCustomer): string | undefined => modified,
        take: PAGE,
      };
      for await (const { documents } of walkChanges(changes, { from: EVER, until: new Date(), cursor: undefined })) {
        for (const customer of documents) {
          const tie = tieOf(customer, customerRules(tenant.config));
          const { customerUid } = tie;
          // Another tenant's customers are in Omnium as well, and are in no list of this one's.
          const isOurs = tie.tenantUid === tenant.config.tenantUid;
          if (customerUid === undefined || !isOurs || isAnonymousInOmnium(customer)) continue;
          tied += 1;
          if (!listed.has(customerUid)) gone.set(keyIn(tenant, customerUid), customerUid);
        }
      }
    }
    if (gone.size > MOST_ERASURES && gone.size > tied * LARGEST_SHARE && !window.isAsked) {
      throw new SyncError(
        'FlowResponseInvalid',
        `Flow lists ${listed.size} customers, and ${gone.size} of the ${tied} that Omnium is tied to are not among them: ` +
          'too many to be taken for erasures. If they were deleted, ask for a sweep of flow-erasures',
      );
    }
    const after = String(cursor?.after ?? '');
    const keys = [...gone.keys()].filter((key) => key > after).sort();
    for (let from = 0; from < keys.length; from += PAGE) {
      const page = keys.slice(from, from + PAGE);
      const documents = page.map((customerKey): SweepDocument<CustomerReference> => {
        const data = { side: 'flow', id: gone.get(customerKey) ?? '' } as const;
        const reference = sealReference(data, settings.OMNIUM_CLIENT_SECRET);
        return { target: { kind: 'customer', customerKey, change: 'deleted', reference }, data };
      });
      yield { documents, cursor: { after: page.at(-1) ?? after } };
    }
  },
  // The customer itself is asked for: a list can lack what was changed while it was read.
  compare: async (context, { data }) => {
    const isThere = data === undefined || (await context.tenant.flow.customers.get(data.id, context)) !== undefined;
    return { verdict: isThere ? 'inSync' : 'differs' };
  },
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
