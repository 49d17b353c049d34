import type { OmniumOrder } from '../../../clients/omnium/orders';
import { marketIdsOf } from '../../../config/connector';
import { routeOrder } from '../../orders/mapping/omnium-order-to-flow';
import { lookAtOrder } from '../look-at-order';
import type { SweepWindow } from '../../../contracts/sweep-messages';
import { known, type StreamDocument, type StreamPage, type StreamRead, type StreamReader } from '../sweep-stream';
import { walkChanges } from './walk-changes';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** How far back open orders are looked for whose pick-up deadline has passed. */
const OLDEST_OPEN_ORDER_DAYS = 90;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The cursor's mark of the second part. */
const EXPIRED = 'expired';

/**
 * Orders of the tenant's markets that have changed in Omnium: web orders, and the tills' own that we made there. Once an
 * hour also the open ones whose pick-up deadline has passed: Flow deletes what has expired and tells nobody (flow-api.md
 * §3.7), so neither side's changes show it.
 */
export const readOmniumOrders: StreamReader = async function* (read) {
  const { window, cursor } = read;
  const { part, ...place } = cursor ?? {};
  if (part !== EXPIRED) yield* readChanged(read, { from: window.from, cursor });
  if (!isFirstOfItsHour(window)) return;
  const from = new Date(Date.parse(window.to) - OLDEST_OPEN_ORDER_DAYS * DAY_MS).toISOString();
  const { handedOverStatus, cancelledStatus, expiredStatus } = read.tenant.config.orders.till;
  const open = { from, cursor: part === EXPIRED ? place : undefined };
  const excludedStatuses = [...new Set([handedOverStatus, cancelledStatus, expiredStatus])];
  for await (const page of readChanged(read, open, { excludedStatuses, isWanted: hasExpired })) {
    yield { ...page, cursor: { ...page.cursor, part: EXPIRED } };
  }
};

interface Only {
  readonly excludedStatuses?: readonly string[];
  readonly isWanted?: (order: OmniumOrder) => boolean;
}

async function* readChanged(
  read: StreamRead,
  { from, cursor }: { readonly from: string; readonly cursor: StreamRead['cursor'] },
  { excludedStatuses, isWanted = () => true }: Only = {},
): AsyncGenerator<StreamPage, void, undefined> {
  const { tenant, attempt } = read;
  const selectedMarkets = marketIdsOf(tenant.config);
  const filters = { selectedMarkets, ...(excludedStatuses && { excludedStatuses }), take: PAGE };
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly OmniumOrder[]> =>
      (await tenant.omnium.orders.search({ modifiedFrom, page, ...filters }, attempt)).result,
    idOf: ({ id }: OmniumOrder): string => id,
    modifiedOf: ({ modified }: OmniumOrder): string | undefined => modified,
    take: PAGE,
  };
  for await (const batch of walkChanges(changes, { from, until: new Date(), cursor })) {
    const wanted = batch.documents.filter((order) => isWanted(order));
    yield { documents: wanted.map((order) => omniumOrderDocument(read, order)), cursor: batch.cursor };
  }
}

function hasExpired({ customerPickupDeadline }: OmniumOrder): boolean {
  return customerPickupDeadline !== undefined && Date.parse(customerPickupDeadline) < Date.now();
}

/** The sweep in which an hour has passed since the one before; the first sweep of all, too. */
function isFirstOfItsHour({ watermark, to }: SweepWindow): boolean {
  return Math.floor(Date.parse(watermark) / HOUR_MS) !== Math.floor(Date.parse(to) / HOUR_MS);
}

/** An order of Omnium as a document to look at. One that is neither routed to a till nor from one needs no look. */
export function omniumOrderDocument({ tenant }: Pick<StreamRead, 'tenant'>, order: OmniumOrder): StreamDocument {
  const flowOrderUid = tillOrderUidOf(order, tenant.config.settings.OMNIUM_PROPERTY_PREFIX);
  const target = {
    ...{ kind: 'order' as const, orderNumber: order.orderNumber, omniumOrderId: order.id },
    ...(flowOrderUid && { flowOrderUid }),
  };
  if (!flowOrderUid && 'skip' in routeOrder(order, tenant.config)) return known(target, 'notOurs');
  return { target, modifiedAt: order.modified, look: (attempt) => lookAtOrder(tenant, target, attempt) };
}

/** Flow's uid of a sale that we made in Omnium. */
export function tillOrderUidOf({ properties }: OmniumOrder, propertyPrefix: string): string | undefined {
  return properties.find(({ key }) => key === `${propertyPrefix}.orderUid`)?.value;
}
