import { type Router } from 'express';

import { type Customer } from '../documents';
import { sendDocuments, sendPage } from '../http';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, textIs, when } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';
import { type CustomerKind } from './customer-rules';

interface CustomerSearch extends CommonSearch, PageRequest {
  readonly customerId?: string;
  readonly customerIds?: readonly string[];
  readonly customerNumbers?: readonly string[];
  readonly email?: string;
  readonly phone?: string;
  readonly taxId?: string;
  readonly query?: string;
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
  readonly isMarketGroupIdsRequired?: boolean;
  readonly storeIds?: readonly string[];
  readonly isInactive?: boolean;
  readonly isCustomerClubMember?: boolean;
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'externalIds', 'tags', 'excludedTags', 'properties'],
  ...['sortOrder', 'take', 'page', 'customerId', 'customerIds', 'customerNumbers', 'email', 'phone', 'taxId', 'query'],
  ...['marketIds', 'marketGroupIds', 'isMarketGroupIdsRequired', 'storeIds', 'isInactive', 'isCustomerClubMember'],
]);

const searchModel = model<CustomerSearch>('CustomerSearchRequest');

/** Without `isMarketGroupIdsRequired`, customers of no group are hits too. */
const inGroups = (search: CustomerSearch): Test<Customer>[] => {
  const groups = search.marketGroupIds ?? [];
  const required = search.isMarketGroupIdsRequired === true;
  return groups.length === 0
    ? []
    : [({ marketGroupId }) => (marketGroupId === undefined ? !required : groups.includes(marketGroupId))];
};

const testsOf = (search: CustomerSearch): Test<Customer>[] => [
  ...textIs<Customer>(search.customerId, ({ customerId }) => customerId),
  ...anyOf<Customer>(search.customerIds, ({ customerId }) => customerId),
  ...anyOf<Customer>(search.customerNumbers, ({ customerNumber }) => customerNumber),
  ...textIs<Customer>(search.email, ({ email }) => email),
  ...textIs<Customer>(search.phone, ({ phone }) => phone),
  ...textIs<Customer>(search.taxId, ({ taxId }) => taxId),
  ...textIn<Customer>(search.query, (customer) => [
    customer.fullName,
    customer.name,
    customer.email,
    customer.phone,
    customer.customerId,
    customer.customerNumber,
  ]),
  ...anyOf<Customer>(search.marketIds, ({ marketId }) => marketId),
  ...inGroups(search),
  ...(search.storeIds === undefined || search.storeIds.length === 0
    ? []
    : [({ storeIds = [] }: Customer) => storeIds.some((id) => search.storeIds?.includes(id))]),
  ...when<boolean, Customer>(
    search.isInactive,
    (wanted) =>
      ({ isInactive = false }) =>
        isInactive === wanted,
  ),
  ...when<boolean, Customer>(
    search.isCustomerClubMember,
    (wanted) => (customer) => (customer['isCustomerClubMember'] === true) === wanted,
  ),
];

/** Search and scroll of one kind of customers (contract §5.1). */
export const addCustomerSearch = (router: Router, given: { world: World; kind: CustomerKind; base: string }): void => {
  const { world, kind, base } = given;
  const size = world.settings.scrollBatchSize ?? 1000;
  const hitsOf = (body: unknown): { hits: Customer[]; search: CustomerSearch } => {
    const search = readBody(searchModel, body ?? {});
    refuseUnoffered(search, offered);
    const source = world.customers(kind).narrowedBy({
      customerId: search.customerId ?? search.customerIds,
      externalIds: search.externalIds,
      email: search.email,
      phone: search.phone,
      customerNumber: search.customerNumbers,
      taxId: search.taxId,
    });
    return { search, hits: findHits(source, search, testsOf(search)) };
  };
  router.post(`${base}/Search`, (req, res) => {
    const { search, hits } = hitsOf(req.body);
    sendPage(res, hits, searchRange(search));
  });
  router.post(`${base}/Scroll`, (req, res) => {
    const { result, ...rest } = world.scrolls.start(base, hitsOf(req.body).hits, { first: size, next: size });
    sendDocuments(res, result as Customer[], rest);
  });
  router.get(`${base}/Scroll/:id`, (req, res) => {
    const { result, ...rest } = world.scrolls.next(base, req.params.id);
    sendDocuments(res, result as Customer[], rest);
  });
};
