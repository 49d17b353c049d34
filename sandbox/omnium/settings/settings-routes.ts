import { type Router } from 'express';

import { type Document } from '../documents';
import { type OmniumEvent } from '../events/event-stream';
import { sendDocument, sendDocuments, sendPage } from '../http';
import { notFound } from '../problem';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, when } from '../state/filters';
import { type PageRequest, queryFlag, requiredQueryValue, searchRange } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';
import { buildMarketGroups, type Store } from './seed-settings';

interface StoreSearch extends CommonSearch, PageRequest {
  readonly storeIds?: readonly string[];
  readonly marketIds?: readonly string[];
  readonly isWarehouse?: boolean;
  readonly isInactive?: boolean;
  readonly includeInactive?: boolean;
  readonly searchText?: string;
}

interface SupplierSearch extends CommonSearch, PageRequest {
  readonly supplierId?: string;
  readonly searchText?: string;
}

interface EventLogSearch extends PageRequest {
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly eventLogItemId?: string;
  readonly eventLogModel?: string;
  readonly eventLogType?: string;
  readonly marketIds?: readonly string[];
  readonly storeIds?: readonly string[];
  readonly objectId?: string;
  readonly status?: string;
  readonly user?: string;
}

const storeSearchModel = model<StoreSearch>('StoreSearchRequest');
const supplierSearchModel = model<SupplierSearch>('SupplierSearchRequest');
const eventLogModel = model<EventLogSearch>('EventLogSearchRequest');
const common = ['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'sortOrder', 'take', 'page', 'searchText'];
const offeredForStores = new Set([...common, 'storeIds', 'marketIds', 'isWarehouse', 'isInactive', 'includeInactive']);
const offeredForSuppliers = new Set([...common, 'externalIds', 'supplierId', 'properties']);

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

const addStores = (router: Router, { stores }: World): void => {
  router.get('/api/Stores', (req, res) => {
    const visibleOnly = queryFlag(req, 'filterPublicVisible') === true;
    const all = [...stores.values()].filter((store) => !visibleOnly || store['isPublicVisible'] === true);
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
    const search = readBody(storeSearchModel, req.body ?? {});
    refuseUnoffered(search, offeredForStores);
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

const addSupplierSearch = (router: Router, { suppliers }: World): void => {
  router.post('/api/Suppliers/Search', (req, res) => {
    const search = readBody(supplierSearchModel, req.body ?? {});
    refuseUnoffered(search, offeredForSuppliers);
    const range = searchRange(search);
    const hits = findHits<Document>(suppliers, search, [
      ...when<string, Document>(search.supplierId, (id) => (supplier) => supplier['id'] === id),
      ...textIn<Document>(search.searchText, (supplier) => [supplier['id'], supplier['name']]),
    ]);
    sendPage(res, hits, range);
  });
};

const eventTests = (search: EventLogSearch): Test<OmniumEvent>[] => {
  const markets = search.marketIds?.map((id) => id.toLowerCase());
  return [
    ...when<string, OmniumEvent>(
      search.createdFrom,
      (from) =>
        ({ timestamp = '' }) =>
          timestamp >= from,
    ),
    ...when<string, OmniumEvent>(
      search.createdTo,
      (to) =>
        ({ timestamp = '' }) =>
          timestamp <= to,
    ),
    ...when<string, OmniumEvent>(search.eventLogItemId, (id) => (event) => event.id === id),
    ...when<string, OmniumEvent>(
      search.eventLogModel,
      (name) =>
        ({ className }) =>
          className === name,
    ),
    ...when<string, OmniumEvent>(
      search.eventLogType,
      (type) =>
        ({ category }) =>
          category === type,
    ),
    ...anyOf<OmniumEvent>(markets, ({ market }) => market),
    ...anyOf<OmniumEvent>(search.storeIds, ({ storeId }) => storeId),
    ...when<string, OmniumEvent>(
      search.objectId,
      (id) =>
        ({ objectId }) =>
          objectId === id,
    ),
    ...when<string, OmniumEvent>(
      search.status,
      (wanted) =>
        ({ status }) =>
          status === wanted,
    ),
    ...when<string, OmniumEvent>(
      search.user,
      (user) =>
        ({ userId }) =>
          userId === user,
    ),
  ];
};

/** The members have other names here than in webhooks (contract §4). */
const logItemOf = (event: OmniumEvent): Document => ({
  id: event.id,
  eventLogModel: event.className,
  eventLogType: event.category,
  objectId: event.objectId,
  market: event.market,
  storeId: event.storeId,
  status: event.status,
  timestamp: event.timestamp,
  userId: event.userId,
  userName: event.userId,
});

const addEventLog = (router: Router, { events }: World): void => {
  router.post('/api/EventLog/Search', (req, res) => {
    const search = readBody(eventLogModel, req.body ?? {});
    const range = searchRange(search);
    const tests = eventTests(search);
    const hits = events.log().filter((event) => tests.every((test) => test(event)));
    sendPage(res, hits.map(logItemOf).reverse(), range);
  });
};

/** Stores, markets, order types, suppliers' search, the event log and health (contract §3.1, §4, §9.4, §10). */
export const addSettingsRoutes = (router: Router, world: World): void => {
  addStores(router, world);
  addSupplierSearch(router, world);
  addEventLog(router, world);
  router.get('/api/Markets', (_req, res) => {
    res.json([...world.directory.markets.values()]);
  });
  router.get('/api/Markets/GetMarketGroups', (_req, res) => {
    res.json(buildMarketGroups([...world.directory.markets.values()]));
  });
  router.get('/api/Settings/OrderTypes', (_req, res) => {
    res.json([...world.directory.orderTypes.values()]);
  });
  router.get('/api/Health', (_req, res) => {
    res.type('text/plain').send('Healthy');
  });
};
