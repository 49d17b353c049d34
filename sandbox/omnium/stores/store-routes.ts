import { type Router } from 'express';

import { causeOf, notFoundResult, patchResult, sendDocument, sendDocuments, sendPage } from '../http';
import { conflict, notFound } from '../problem';
import { type Store } from '../settings/seed-settings';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, when } from '../state/filters';
import { type PageRequest, queryFlag, requiredQueryValue, searchRange } from '../state/paging';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { patched, putStore, putStores, type StoreInput, type StorePatch } from './store-book';

interface StoreSearch extends CommonSearch, PageRequest {
  readonly storeIds?: readonly string[];
  readonly marketIds?: readonly string[];
  readonly isWarehouse?: boolean;
  readonly isInactive?: boolean;
  readonly includeInactive?: boolean;
  readonly searchText?: string;
}

const offered = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'sortOrder', 'take', 'page', 'searchText'],
  ...['storeIds', 'marketIds', 'isWarehouse', 'isInactive', 'includeInactive'],
]);

const searchModel = model<StoreSearch>('StoreSearchRequest');
const storeModel = model<StoreInput>('Store');
const patchModel = model<StorePatch>('StorePatch');

const storeTests = (search: StoreSearch): Test<Store>[] => [
  ...anyOf<Store>(search.storeIds, ({ id }) => id),
  ...when<readonly string[], Store>(
    search.marketIds,
    (ids) => (store) => store.availableOnMarkets.some((id) => ids.includes(id)),
  ),
  ...when<boolean, Store>(search.isWarehouse, (wanted) => (store) => store.isWarehouse === wanted),
  ...when<boolean, Store>(search.isInactive, (wanted) => (store) => store.isInactive === wanted),
  ...(search.includeInactive === true || search.isInactive === true ? [] : [(store: Store) => !store.isInactive]),
  ...textIn<Store>(search.searchText, ({ id, name }) => [id, name]),
];

const addReads = (router: Router, { stores, context: { manners } }: World): void => {
  router.get('/api/Stores', (req, res) => {
    const visibleOnly = queryFlag(req, 'filterPublicVisible') === true;
    const leavesOut = manners.has('inactive-stores-left-out');
    const all = [...stores.values()].filter(
      (store) => (!visibleOnly || store['isPublicVisible'] === true) && !(leavesOut && store.isInactive),
    );
    sendDocuments(res, all, { totalHits: all.length });
  });
  router.get('/api/Stores/GetByExternalId', (req, res) => {
    const wanted = requiredQueryValue(req, 'id');
    const hits = [...stores.values()].filter((store) => {
      const ids: unknown = store['externalIds'];
      return Array.isArray(ids) && ids.includes(wanted);
    });
    if (hits.length === 0) {
      throw notFound('The store');
    }
    sendDocuments(res, hits, { totalHits: hits.length });
  });
  router.post('/api/Stores/SearchStores', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const range = searchRange(search);
    sendPage(res, findHits(stores, search, storeTests(search)), range);
  });
  router.get('/api/Stores/:storeId', (req, res) => {
    const store = stores.get(req.params.storeId);
    if (store === undefined) {
      throw notFound('The store');
    }
    sendDocument(res, store);
  });
};

const addWrites = (router: Router, world: World): void => {
  const { stores } = world;
  router.post('/api/Stores', (req, res) => {
    const input = readBody(storeModel, req.body);
    if (stores.get(input.id ?? '') !== undefined) {
      throw conflict('A store with this id exists already.');
    }
    putStore(world, input, { operation: 'apiAddStore', cause: causeOf(req, res) });
    res.status(200).end();
  });
  router.put('/api/Stores', (req, res) => {
    const input = readBody(storeModel, req.body);
    putStore(world, input, { operation: 'apiUpdateStore', cause: causeOf(req, res) });
    res.status(200).end();
  });
  router.post('/api/Stores/Update', (req, res) => {
    const input = readBody(storeModel, req.body);
    if (stores.get(input.id ?? '') === undefined) {
      throw notFound('The store');
    }
    sendDocument(res, putStore(world, input, { operation: 'apiUpdateStore', cause: causeOf(req, res) }).store);
  });
  // Adds to what is known: members that are not sent stay.
  router.post('/api/Stores/Enrich', (req, res) => {
    const input = readBody(storeModel, req.body);
    const before = stores.get(input.id ?? '');
    const next = before === undefined ? input : { ...before, ...input };
    putStore(world, next, { operation: 'apiEnrichStore', cause: causeOf(req, res) });
    res.status(before === undefined ? 201 : 200).end();
  });
  router.patch('/api/Stores/PatchStore', (req, res) => {
    const patch = readBody(patchModel, req.body);
    const store = stores.get(patch.id ?? '');
    if (store === undefined) {
      res.json(notFoundResult(patch.id ?? ''));
      return;
    }
    const told = { operation: 'apiPatchStore', cause: causeOf(req, res) } as const;
    res.json(patchResult(putStore(world, patched(store, patch), told).changed));
  });
  router.post('/api/Stores/AddMany', (req, res) => {
    const batch = readList(storeModel, req.body, 1000);
    putStores(world, batch, { operation: 'apiAddManyStores', cause: causeOf(req, res) });
    res.status(200).end();
  });
};

/** Stores and warehouses (contract §9.4). */
export const addStoreRoutes = (router: Router, world: World): void => {
  addReads(router, world);
  addWrites(router, world);
};
