import { Pool } from 'undici';
import { syncOrder } from '../../src/activities/orders/sync-order';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { configText, type VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type RecordedCall, startRecordingProxy } from './recording-proxy';
import { ORDER_KINDS, type OrderKind, type PlacedOrder, TENANT_UID, type WebShop } from './web-shop';

/** The vendor calls that the sync made for one order, to be made again for another order of the same kind. */
export interface CallScript {
  readonly orderNumber: string;
  readonly calls: readonly RecordedCall[];
}

export type CallScripts = Readonly<Record<OrderKind, CallScript>>;

/**
 * Runs the real order sync once for each kind of order, through recording proxies and without Temporal, and returns the
 * calls it made. A first order of each kind goes ahead: the recorded ones find stores, payment methods, customer and token
 * known, as all but the first order of a day do.
 */
export async function recordCalls(stops: Stops, vendors: VendorUrls, shop: WebShop): Promise<CallScripts> {
  return await stops.within(async (inner) => {
    const calls: RecordedCall[] = [];
    const omniumUrl = await startRecordingProxy(inner, { vendor: 'omnium', target: vendors.omniumUrl, calls });
    const flowUrl = await startRecordingProxy(inner, { vendor: 'flow', target: vendors.flowUrl, calls });
    const config = parseConfig(configText({ omniumUrl, flowUrl }), {});
    const tenants = new TenantRegistry(config.tenants);
    inner.add(() => tenants.close());
    const record = async (kind: OrderKind): Promise<CallScript> => {
      const [first, second] = await shop.place(2, kind);
      if (!first || !second) throw new Error('no orders were placed');
      await syncOnce(tenants, first);
      calls.length = 0;
      await syncOnce(tenants, second);
      return { orderNumber: second.orderNumber, calls: [...calls] };
    };
    const scripts: [OrderKind, CallScript][] = [];
    for (const kind of ORDER_KINDS) scripts.push([kind, await record(kind)]);
    // One entry for each kind has just been made.
    return Object.fromEntries(scripts) as Record<OrderKind, CallScript>;
  });
}

async function syncOnce(tenants: TenantRegistry, { orderNumber }: PlacedOrder): Promise<void> {
  const attempt = { signal: new AbortController().signal, onCall: () => undefined, calls: 0 };
  const run = { tenant: tenants.get(TENANT_UID), attempt };
  const outcome = await syncOrder(run, { orderNumber, omniumOrderId: orderNumber }, async () => undefined);
  if (outcome.action !== 'created' || outcome.differences?.length) {
    throw new Error(`the order to record was not simply created: ${JSON.stringify(outcome)}`);
  }
}

/** Makes recorded calls again, one after the other, with the connection settings of the production clients. */
export class BareCaller {
  private readonly pools: Readonly<Record<RecordedCall['vendor'], Pool>>;

  constructor(
    vendors: VendorUrls,
    private readonly scripts: CallScripts,
  ) {
    // The settings of src/clients/http.ts with the default number of connections.
    const options = { connections: 16, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
    this.pools = { omnium: new Pool(vendors.omniumUrl, options), flow: new Pool(vendors.flowUrl, options) };
  }

  /** @throws Error when an answer has another status than the recorded one: then it is not the same work */
  async makeCalls({ orderNumber, kind }: PlacedOrder): Promise<void> {
    const script = this.scripts[kind];
    const renamed = (text: string): string => text.replaceAll(script.orderNumber, orderNumber);
    for (const { vendor, method, path, headers, body, status } of script.calls) {
      const answer = await this.pools[vendor].request({
        method: method as 'GET' | 'POST' | 'PUT' | 'DELETE',
        path: renamed(path),
        headers,
        ...(body !== undefined && { body: renamed(body) }),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== status) {
        throw new Error(
          `${method} ${vendor} answered ${answer.statusCode} instead of ${status}: ${text.slice(0, 200)}`,
        );
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((sockets) => sockets.close()));
  }
}

/** Calls of one order, on average over the kinds. */
export function callsPerOrder(scripts: CallScripts): number {
  return ORDER_KINDS.reduce((total, kind) => total + scripts[kind].calls.length, 0) / ORDER_KINDS.length;
}
