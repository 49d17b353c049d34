import { z } from 'zod';

import { referenceTo, referenceToUser } from '../events';
import { optionalText, optionalUid, phone, readBody, requiredText, uid } from '../fields';
import { type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import {
  type Customer,
  customerCreate,
  customerFields,
  customerSearch,
  displayNameOf,
} from '../store/customer-documents';
import { type TenantStore } from '../store/tenant-store';
import { changeOne, contains, createOne, type CrudDefinition, crudRoutes, deleteOne } from './crud';
import { unknownReference } from './references';
import { type Answer, type Call, type FlowRoute, listAnswer, noContent, ok, tenantRoute, tillRoute } from './route';

const customerUpdate = customerFields.partial();
const loyaltySearch = z.strictObject({ query: requiredText });
const loyaltyEnrol = z.strictObject({
  mobile: phone.min(1, 'must not be empty'),
  mobileCountryCode: optionalText,
  storeUid: uid,
  customerUid: optionalUid,
});

const newCustomer = customerCreate.superRefine(checkNames);

/** Orders and receipts keep the customer's name and address when the customer is deleted. */
const customers: CrudDefinition<Customer, typeof newCustomer, typeof customerUpdate> = {
  entity: 'customer',
  path: '/customers',
  uidField: 'customerUid',
  collection: (tenant) => tenant.customers,
  create: newCustomer,
  update: customerUpdate,
  createStatus: 201,
  deletable: true,
  uidOf: (doc) => doc.customerUid,
  build: (body, tenant): Customer => ({ ...body, customerUid: body.customerUid ?? tenant.newUid() }),
  check: (tenant, body): FieldError[] => unknownReference('pricelistUid', body.pricelistUid, tenant.pricelists),
  filters: { customerExternalId: { index: 'externalId' } },
  render: customerDocument,
  tells: { kind: 'customer', actions: ['CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'CUSTOMER_DELETE'] },
};

/** Customers and their place in the loyalty programme (§3.6). Customer groups: setup-routes. */
export function customerRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /customers/search', searchCustomers),
    tenantRoute('POST /customers/loyalty/search', searchLoyalty),
    tenantRoute('POST /customers/loyalty', enrol),
    tenantRoute('GET /customers/:uid/loyalty', (call) => {
      const customer = call.tenant.customers.get(call.param('uid'));
      if (!customer?.loyaltyId) throw notFound('loyalty member');
      return ok(loyaltyDocument(customer));
    }),
    ...crudRoutes(customers),
  ];
}

/** The same customers as the tills write them: made, changed (only what the body names) and deleted. */
export function tillCustomerRoutes(): FlowRoute[] {
  return [
    tillRoute('POST /customers', (call) => createOne(call, customers)),
    tillRoute('POST /customers/:uid', (call) => changeOne(call, customers)),
    tillRoute('POST /customers/:uid/delete', (call) => deleteOne(call, customers)),
  ];
}

/** A private person needs a first and a last name, a company its name, everybody a country (U-CUST). */
function checkNames(body: z.output<typeof customerCreate>, context: z.RefinementCtx): void {
  const needed: (keyof typeof body)[] =
    body.customerType === 'PERSON' ? ['firstname', 'lastname', 'countryCode'] : ['companyName', 'countryCode'];
  for (const field of needed) {
    if (!body[field]) context.addIssue({ code: 'custom', path: [field], message: 'is needed' });
  }
}

function customerDocument(customer: Audited<Customer>): object {
  return {
    ...customer,
    displayName: displayNameOf(customer),
    addresses: (customer.addresses ?? []).map((address) => ({ ...address, displayName: displayNameOf(address) })),
    contacts: (customer.contacts ?? []).map((contact) => ({ ...contact, displayName: displayNameOf(contact) })),
    extensions: [],
    consents: customer.consents ?? [],
  };
}

function searchCustomers(call: Call): Answer {
  const { query, mobile, email, vatNumber, exactMatch } = readBody(customerSearch, call.body);
  const { customers } = call.tenant;
  const narrowed: ReadonlySet<Audited<Customer>>[] = [];
  if (mobile) narrowed.push(new Set(customers.find('mobile', mobile)));
  if (email) narrowed.push(new Set(customers.find('email', email.toLowerCase())));
  if (vatNumber) narrowed.push(new Set(customers.find('vatNumber', vatNumber)));
  const [first, ...others] = narrowed;
  let found = first ? [...first].filter((customer) => others.every((set) => set.has(customer))) : undefined;
  if (query) {
    // A field that was asked for by itself is not searched by the query as well.
    const asked = { mobile, email, vatNumber };
    found = (found ?? [...customers.all()]).filter((customer) => matches(customer, query, { asked, exactMatch }));
  }
  return listAnswer(call, found ?? customers.all(), customerDocument);
}

function matches(
  customer: Customer,
  query: string,
  how: { asked: Readonly<Record<'mobile' | 'email' | 'vatNumber', unknown>>; exactMatch: boolean | null | undefined },
): boolean {
  const { firstname, lastname, city, postalCode, companyName } = customer;
  const texts = [firstname, lastname, city, postalCode, companyName];
  if (!how.asked.mobile) texts.push(customer.mobile);
  if (!how.asked.email) texts.push(customer.email);
  if (!how.asked.vatNumber) texts.push(customer.vatNumber);
  const wanted = query.toLowerCase();
  return texts.some((text) => (how.exactMatch ? text?.toLowerCase() === wanted : contains(text, wanted)));
}

/** By mobile first, by e-mail if that finds nobody; numbers without prefix are of the tenant's country. */
function searchLoyalty(call: Call): Answer {
  const { query } = readBody(loyaltySearch, call.body);
  const members = (found: Audited<Customer>[]): Audited<Customer>[] => found.filter(({ loyaltyId }) => loyaltyId);
  const { customers } = call.tenant;
  const byMobile = members(customers.find('mobile', withPrefix(call.tenant, query)));
  const found = byMobile.length > 0 ? byMobile : members(customers.find('email', query.toLowerCase()));
  return listAnswer(call, found, loyaltyDocument);
}

function enrol(call: Call): Answer {
  const { tenant, events } = call;
  const body = readBody(loyaltyEnrol, call.body);
  refuseIfAny(unknownReference('storeUid', body.storeUid, tenant.stores));
  const mobile = body.mobileCountryCode ? `${body.mobileCountryCode}${body.mobile}` : withPrefix(tenant, body.mobile);
  const customer = tenant.customers.find('mobile', mobile)[0];
  if (!customer) throw invalidField('mobile', 'belongs to no customer');
  customer.loyaltyId ??= tenant.newUid();
  tenant.touch(tenant.customers, customer);
  const reference = referenceTo(tenant.customers, customer.customerUid);
  events.emit(tenant, 'CUSTOMER_UPDATE', { customer: reference, tenantUser: referenceToUser(call) });
  return noContent;
}

function withPrefix(tenant: TenantStore, mobile: string): string {
  return mobile.startsWith('+') ? mobile : `${tenant.market.phonePrefix}${mobile}`;
}

function loyaltyDocument(customer: Customer): object {
  const { loyaltyId, firstname, lastname, address, postalCode, city, countryCode, email, mobile } = customer;
  return {
    loyaltyId,
    firstname,
    lastname,
    address,
    postalCode,
    city,
    countryCode,
    email,
    mobile,
    consents: customer.consents ?? [],
    customerUid: customer.customerUid,
    origin: customer.origin ?? 'FLOW',
  };
}
