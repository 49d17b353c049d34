import { syncOrder } from '../../src/activities/orders/sync-order';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { configText, type VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import { CallPlayer, type CallScript } from './call-player';
import { startRecordingProxies } from './recording-proxy';
import { ORDER_KINDS, type OrderKind, type PlacedOrder, TENANT_UID, type WebShop } from './web-shop';

export type CallScripts = Readonly<Record<OrderKind, CallScript>>;

/**
 * Runs the real order sync once for each kind of order, through recording proxies and without Temporal, and returns the
 * calls it made. A first order of each kind goes ahead: the recorded ones find stores, payment methods, customer and token
 * known, as all but the first order of a day do.
 */
export async function recordCalls(stops: Stops, vendors: VendorUrls, shop: WebShop): Promise<CallScripts> {
  return await stops.within(async (inner) => {
    const { urls, calls } = await startRecordingProxies(inner, vendors);
    const config = parseConfig(configText(urls), {});
    const tenants = new TenantRegistry(config.tenants);
    inner.add(() => tenants.close());
    const record = async (kind: OrderKind): Promise<CallScript> => {
      const [first, second] = await shop.place(2, kind);
      if (!first || !second) throw new Error('no orders were placed');
      await syncOnce(tenants, first);
      calls.length = 0;
      await syncOnce(tenants, second);
      return { names: [second.orderNumber], calls: [...calls] };
    };
    const scripts: [OrderKind, CallScript][] = [];
    for (const kind of ORDER_KINDS) scripts.push([kind, await record(kind)]);
    // One entry for each kind has just been made.
    return Object.fromEntries(scripts) as Record<OrderKind, CallScript>;
  });
}

async function syncOnce(tenants: TenantRegistry, { orderNumber }: PlacedOrder): Promise<void> {
  const { signal } = new AbortController();
  const context = { tenant: tenants.get(TENANT_UID), signal, onCall: () => undefined, calls: 0 };
  const outcome = await syncOrder(context, { orderNumber, omniumOrderId: orderNumber }, () => Promise.resolve());
  if (outcome.action !== 'created' || outcome.differences?.length) {
    throw new Error(`the order to record was not simply created: ${JSON.stringify(outcome)}`);
  }
}

/** Makes the recorded calls of web orders again. */
export class BareCaller {
  private readonly player: CallPlayer;

  constructor(
    vendors: VendorUrls,
    private readonly scripts: CallScripts,
  ) {
    this.player = new CallPlayer(vendors);
  }

  /** @throws Error when an answer has another status than the recorded one: then it is not the same work */
  async makeCalls({ orderNumber, kind }: PlacedOrder): Promise<void> {
    await this.player.play(this.scripts[kind], [orderNumber]);
  }

  async close(): Promise<void> {
    await this.player.close();
  }
}

/** Calls of one order, on average over the kinds. */
export function callsPerOrder(scripts: CallScripts): number {
  return ORDER_KINDS.reduce((total, kind) => total + scripts[kind].calls.length, 0) / ORDER_KINDS.length;
}
