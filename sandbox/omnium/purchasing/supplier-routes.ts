import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { type Router } from 'express';

import { type EventCause } from '../events/event-stream';
import { causeOf, sendDocument, sendPage } from '../http';
import { invalidFields, notFound } from '../problem';
import { type CommonSearch, findHits, refuseUnoffered, textIn, when } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type Supplier } from './purchase-documents';

interface SupplierSearch extends CommonSearch, PageRequest {
  readonly supplierId?: string;
  readonly searchText?: string;
  readonly storeIds?: readonly string[];
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'take', 'page', 'searchText'],
  ...['externalIds', 'supplierId', 'properties', 'storeIds'],
]);

const searchModel = model<SupplierSearch>('SupplierSearchRequest');
const supplierModel = model<Partial<Supplier>>('Supplier');

/** Creates or overwrites; nothing happens when nothing changed. */
const put = (world: World, input: Partial<Supplier>, cause: EventCause): Supplier => {
  const { id = '' } = input;
  const before = world.suppliers.get(id);
  const now = world.now();
  const bare = { ...input, id, created: before?.created ?? input.created ?? now };
  if (before !== undefined) {
    const { modified: _modified, versionId: _version, previousVersionId: _previous, ...known } = before;
    if (isDeepStrictEqual(known, bare)) {
      return before;
    }
  }
  const supplier: Supplier = {
    ...bare,
    modified: now,
    versionId: randomUUID(),
    ...(before?.versionId === undefined ? {} : { previousVersionId: before.versionId }),
  };
  world.suppliers.put(id, supplier);
  world.context.markDirty();
  world.events.raise('apiUpdateSupplier', { className: 'Supplier', objectId: id }, cause);
  return supplier;
};

const requireIds = (suppliers: readonly Partial<Supplier>[], fieldOf: (index: number) => string): void => {
  const issues = suppliers.flatMap(({ id = '' }, index) =>
    id === '' ? [{ field: fieldOf(index), message: 'is required' }] : [],
  );
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
};

/** Suppliers (contract §7.1). */
export const addSupplierRoutes = (router: Router, world: World): void => {
  const { suppliers } = world;
  router.post('/api/Suppliers/Search', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const range = searchRange(search);
    const hits = findHits<Supplier>(suppliers, search, [
      ...when<string, Supplier>(search.supplierId, (id) => (supplier) => supplier.id === id),
      ...when<readonly string[], Supplier>(
        search.storeIds,
        (ids) => (supplier) => ids.length === 0 || (supplier.storeIds ?? []).some((id) => ids.includes(id)),
      ),
      ...textIn<Supplier>(search.searchText, ({ id, name }) => [id, name]),
    ]);
    sendPage(res, hits, range);
  });
  router.put('/api/Suppliers', (req, res) => {
    const input = readBody(supplierModel, req.body);
    requireIds([input], () => 'id');
    sendDocument(res, put(world, input, causeOf(req, res)));
  });
  router.put('/api/Suppliers/UpdateMany', (req, res) => {
    const batch = readList(supplierModel, req.body, 1000);
    requireIds(batch, (index) => `[${index}].id`);
    const cause = causeOf(req, res);
    for (const input of batch) {
      put(world, input, cause);
    }
    res.status(200).end();
  });
  router.get('/api/Suppliers/:supplierId', (req, res) => {
    const supplier = suppliers.get(req.params.supplierId);
    if (supplier === undefined) {
      throw notFound('The supplier');
    }
    sendDocument(res, supplier);
  });
};
