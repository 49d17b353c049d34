import { type Router } from 'express';

import { type Document } from '../documents';
import { type OmniumEvent } from '../events/event-stream';
import { sendPage } from '../http';
import { anyOf, type Test, when } from '../state/filters';
import { type PageRequest, searchRange } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';
import { buildMarketGroups } from './seed-settings';

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

const eventLogModel = model<EventLogSearch>('EventLogSearchRequest');
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

/** Markets, order types, the event log and health (contract §3.1, §4, §9.4, §10). */
export const addSettingsRoutes = (router: Router, world: World): void => {
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
