import type { OmniumOrder } from '../../../clients/omnium/schemas';
import { routeOrder } from '../../../mapping/order-routing';
import { lookAtOrder } from '../look-at-order';
import { known, type StreamDocument, type StreamRead, type StreamReader } from '../stream';
import { walkChanges } from './walk-changes';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** Orders of the tenant's markets that have changed in Omnium: web orders, and the tills' own that we made there. */
export const readOmniumOrders: StreamReader = async function* (read) {
  const { tenant, attempt, window } = read;
  const selectedMarkets = tenant.config.markets.map(({ marketId }) => marketId);
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly OmniumOrder[]> =>
      (await tenant.omnium.searchOrders({ modifiedFrom, selectedMarkets, page, take: PAGE }, attempt)).result,
    idOf: ({ id }: OmniumOrder): string => id,
    modifiedOf: ({ modified }: OmniumOrder): string | undefined => modified,
    take: PAGE,
  };
  const bounds = { from: window.from, until: new Date(), cursor: read.cursor };
  for await (const { documents, cursor } of walkChanges(changes, bounds)) {
    yield { documents: documents.map((order) => omniumOrderDocument(read, order)), cursor };
  }
};

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
