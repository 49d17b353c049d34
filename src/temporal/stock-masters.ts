import { type Client } from '@temporalio/client';
import { stockMasterOf } from '../config/stock-master';
import { type TenantConfig } from '../config/types';
import { stockKind, type StockMaster, type StockSubject } from '../contracts/kinds/stock';
import { sweepScheduleId } from '../contracts/sweep-messages';
import { Publisher } from './publisher';
import { RunIndex } from './run-index';
import { type ProvisionOptions } from './schedules';

/** A store whose stock has another master than before. */
export interface SwitchedStore {
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly master: StockMaster;
}

/** Flow store → master of its stock, of all stores that the configuration names. */
export type StockMasters = Readonly<Record<string, StockMaster>>;

const CALL_TIMEOUT_MS = 10_000;

/** The masters as the configuration has them, in the order of the uids. */
export function stockMastersOf(tenant: TenantConfig): StockMasters {
  const storeUids = [...new Set(tenant.stores.map(({ storeUid }) => storeUid))].sort();
  return Object.fromEntries(storeUids.map((storeUid) => [storeUid, stockMasterOf(tenant, storeUid)]));
}

/**
 * Has the stock of every store aligned whose master is another one than when the workers started last: the owner of its
 * stock is told. What they were is kept with the Schedule of the tenant's sweep of Flow's stock, so this comes before the
 * sweeps' Schedules are provisioned: if the process dies in between, the next start tells the same owners the same again.
 *
 * Where nothing is kept (the first start, or no such sweep is configured) all stores that the configuration names are
 * aligned. A store that it no longer names has Omnium as its master.
 *
 * @returns the stores whose owners were told
 * @throws ServiceError of the Temporal client
 */
export async function recordMasterSwitches({ client, config, taskQueue }: ProvisionOptions): Promise<SwitchedStore[]> {
  const { retryLadder } = config;
  const publisher = new Publisher({ client: () => client, retryLadder, callTimeoutMs: CALL_TIMEOUT_MS, taskQueue });
  const switched: SwitchedStore[] = [];
  for (const tenant of config.tenants) {
    const kept = await keptMasters(client, tenant.tenantUid);
    for (const store of switchesOf(tenant, kept.masters)) {
      // The same for a repeated start, another one for a store that switches back and forth.
      const eventId = `switch:${store.storeUid}:${store.master}:${kept.version}`;
      const what = `Stock master: ${store.master}`;
      // Without a master before it there is no last word to be kept: the store is aligned.
      const subject: StockSubject = kept.masters
        ? { kind: 'switch', master: store.master, alignAgainAfterSeconds: tenant.goods.alignAgainAfterSeconds }
        : { kind: 'all' };
      await publisher.publish(
        stockKind,
        { tenantUid: store.tenantUid, storeUid: store.storeUid },
        { eventId, source: 'operator', what, subject },
      );
      switched.push(store);
    }
  }
  return switched;
}

function switchesOf(tenant: TenantConfig, kept: StockMasters | undefined): SwitchedStore[] {
  const { tenantUid } = tenant;
  const storeUids = new Set([...Object.keys(stockMastersOf(tenant)), ...Object.keys(kept ?? {})]);
  return [...storeUids]
    .map((storeUid) => ({ tenantUid, storeUid, master: stockMasterOf(tenant, storeUid) }))
    .filter(({ storeUid, master }) => !kept || (kept[storeUid] ?? 'omnium') !== master);
}

async function keptMasters(
  client: Client,
  tenantUid: string,
): Promise<{ readonly masters?: StockMasters; readonly version: string }> {
  const schedule = await new RunIndex(client).schedule(sweepScheduleId({ tenantUid, stream: 'flow-stock' }));
  const version = (schedule?.info.lastUpdatedAt ?? schedule?.info.createdAt)?.toISOString() ?? 'first';
  const input: unknown = schedule?.action.args?.[0];
  const masters =
    typeof input === 'object' && input !== null && 'stockMasters' in input ? input.stockMasters : undefined;
  return { version, ...(isMasters(masters) && { masters }) };
}

function isMasters(value: unknown): value is StockMasters {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((master) => master === 'flow' || master === 'omnium');
}
