import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRow } from '../report/report';
import { startWorkerProcess, writeConfigText, type VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import type { BenchTemporal } from '../rig/temporal';
import type { CallScript } from '../vendors/call-player';
import { type RecordedCall, startRecordingProxies } from '../vendors/recording-proxy';
import { CALL_CASES, type CallCase } from './call-rows';
import { outboundConfig } from './outbound-config';
import type { Telling } from './telling';
import { type Trade, type TradeKind, type Trades } from './trade';

/** Long enough for a call that an echo would cause. */
const ECHO_MS = 500;

/** What the integration did for one trade of each kind. */
export interface Recording {
  readonly rows: readonly CallRow[];
  readonly scripts: ReadonlyMap<TradeKind, CallScript>;
}

/** What a recording needs. */
export interface RecordingParts {
  readonly temporal: BenchTemporal;
  readonly vendors: VendorUrls;
  readonly trades: Trades;
  readonly telling: Telling;
}

/**
 * Lets the production worker do one trade of each case through recording proxies, and counts. A first trade of each kind
 * goes ahead: stores, payment methods and the token are known, as they are to all but the first order of a day.
 */
export async function recordTrades(stops: Stops, parts: RecordingParts): Promise<Recording> {
  return await stops.within(async (inner) => {
    const { temporal, vendors, trades, telling } = parts;
    const { urls, calls } = await startRecordingProxies(inner, vendors);
    const configFile = await writeConfigText(inner, outboundConfig(urls));
    await startWorkerProcess(inner, { configFile, temporal });
    for (const trade of new Set(CALL_CASES.map((each) => each.trade))) {
      await tell(telling, await trades.make(trade), trade === 'cancellation' ? 'by-sweep' : 'once');
    }
    const rows: CallRow[] = [];
    const scripts = new Map<TradeKind, CallScript>();
    for (const each of CALL_CASES) {
      const trade = await trades.make(each.trade);
      if (each.hearing === 'again' || each.hearing === 'as-echo') await tell(telling, trade, 'once');
      calls.length = 0;
      await tell(telling, trade, each.hearing);
      rows.push(rowOf(each, calls));
      if (each.hearing === 'once') scripts.set(each.trade, { names: trade.names, calls: [...calls] });
    }
    return { rows, scripts };
  });
}

async function tell(telling: Telling, trade: Trade, hearing: CallCase['hearing']): Promise<void> {
  if (hearing === 'as-echo') {
    await telling.asEcho(trade);
    await sleep(ECHO_MS);
    return;
  }
  if (hearing === 'by-sweep') await telling.bySweep(trade);
  else if (hearing === 'by-all-webhooks') await telling.byAllWebhooks(trade);
  else await telling.once(trade);
  await telling.untilDone(trade);
}

function rowOf({ name, minimum, why, added }: CallCase, calls: readonly RecordedCall[]): CallRow {
  return { name, minimum, ours: calls.length, why, added, calls: calls.map(shortened) };
}

/** A call without its tenant, ids and parameters, e.g. `Flow GET orders/…`. */
function shortened({ vendor, method, path }: RecordedCall): string {
  const [route = ''] = path.split('?');
  const below = route.replace(/^\/v2\/tenants\/[^/]+\//, '').replace(/^\/api\//, '');
  const words = below.split('/').map((part, index) => (index > 0 && /\d|@|%/.test(part) ? '…' : part));
  return `${vendor === 'flow' ? 'Flow' : 'Omnium'} ${method} ${words.join('/')}`;
}
