import { createHash } from 'node:crypto';
import escape from 'escape-html';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { TenantConfig } from '../config/types';
import { SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import { type EntityDirectory, FAILING, type FailingSync, type RunCounts } from '../temporal/entity-directory';

/** What the status page shows: the orders by state, and every sync that fails. */
interface Overview {
  readonly takenAt: Date;
  readonly counts: Readonly<Record<SyncState, RunCounts>>;
  /** Orders first, the latest of each. */
  readonly failing: readonly FailingSync[];
  /** What waits to be tried again and is no order: customers, goods, stock, stores, sweeps. */
  readonly failingBeside: number;
}

/** An overview, or the reason why there is none right now. `stale` says that it is an older one. */
type OverviewReading =
  | { readonly kind: 'overview'; readonly overview: Overview; readonly stale: boolean }
  | { readonly kind: 'unavailable' };

/** Failing orders, and failing other syncs, on the page; the rest is a click away in the Web UI or in `ops failing`. */
const FAILING_SHOWN = 25;

const FRESH_FOR_MS = 2_000;
/** Gap between two readings of any kind: one reading is nine questions, and the server allows about ten a second. */
const READING_GAP_MS = 1_000;

/** Reads the overview at most as often as the server's index bears, however many people look at the page. */
export class OverviewCache {
  private readonly kept = new Map<string, Overview>();
  private readonly reading = new Map<string, Promise<Overview>>();
  private lastReadingAtMs = 0;

  constructor(private readonly directory: Pick<EntityDirectory, 'countByState' | 'listFailing' | 'countFailing'>) {}

  /** @param tenantUid a configured tenant, or none for all: callers check, as every tenant asked for is kept */
  async read(tenantUid?: string): Promise<OverviewReading> {
    const key = tenantUid ?? '';
    const kept = this.kept.get(key);
    const now = Date.now();
    if (kept && now - kept.takenAt.getTime() < FRESH_FOR_MS) return { kind: 'overview', overview: kept, stale: false };
    if (kept && now - this.lastReadingAtMs < READING_GAP_MS) return { kind: 'overview', overview: kept, stale: true };
    try {
      return { kind: 'overview', overview: await this.readOnce(key, tenantUid), stale: false };
    } catch {
      return kept ? { kind: 'overview', overview: kept, stale: true } : { kind: 'unavailable' };
    }
  }

  private readOnce(key: string, tenantUid: string | undefined): Promise<Overview> {
    const running = this.reading.get(key);
    if (running) return running;
    this.lastReadingAtMs = Date.now();
    const reading = Promise.all([
      this.directory.countByState(tenantUid),
      this.directory.listFailing('orders', FAILING_SHOWN, tenantUid),
      this.directory.listFailing('others', FAILING_SHOWN, tenantUid),
      this.directory.countFailing('others', tenantUid),
    ])
      .then(([counts, orders, others, failingBeside]) => {
        const overview = { takenAt: new Date(), counts, failing: [...orders, ...others], failingBeside };
        this.kept.set(key, overview);
        return overview;
      })
      .finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    return reading;
  }
}

/** What the status page needs. */
interface DashboardContext {
  readonly tenants: readonly TenantConfig[];
  readonly overview: OverviewCache;
  readonly temporalWebUiUrl: string;
  readonly namespace: string;
}

/**
 * `GET /`, `GET /?tenant={tenantUid}`: one page that answers "is everything all right, and if not, which order?".
 * Plain HTML that renews itself every ten seconds, without JavaScript; order numbers and stores, no personal data.
 */
export function getDashboard(context: DashboardContext): RequestHandler[] {
  const { tenants, overview } = context;
  const show: RequestHandler = async (request, response) => {
    const asked = request.query.tenant;
    const tenant = tenants.find(({ tenantUid }) => tenantUid === asked);
    if (asked !== undefined && tenant === undefined) {
      response.status(404).type('text/plain').send('No such tenant is configured.\n');
      return;
    }
    const reading = await overview.read(tenant?.tenantUid);
    response.set('Cache-Control', 'no-store');
    response.type('html').send(page(context, tenant, reading));
  };
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether the page is only ever asked by TLS is for the proxy that ends TLS to say.
    strictTransportSecurity: false,
  });
  return [headers, show];
}

const STATE_WORDS: Readonly<Record<SyncState, string>> = {
  Syncing: 'being synced',
  Retrying: 'waiting to be tried again',
  Synced: 'in step',
  Differs: 'synced, with a difference left',
  Ignored: 'ignored on purpose',
  GivenUp: 'given up by an operator',
};

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --good: #1b7f3b; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd99a; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-size: 1.25rem; font-weight: 600; margin: 1rem 0; } .bad { color: var(--bad); } .good { color: var(--good); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
small, .quiet { opacity: .75; } code { font-size: .95em; } a { color: inherit; }
`;

const UNAVAILABLE = `<p class="verdict bad">Temporal cannot be reached.</p>
<p>Webhooks are answered 503 until it is back; the senders repeat them. Nothing that was recorded is lost.</p>`;

function page(context: DashboardContext, tenant: TenantConfig | undefined, reading: OverviewReading): string {
  const title = tenant === undefined ? 'Flow Retail – Omnium' : `Flow Retail – Omnium · ${tenant.tenantUid}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p class="quiet">Orders between Omnium and the tills. ${tenant === undefined ? '' : '<a href="/">All tenants</a>'}</p>
${reading.kind === 'unavailable' ? UNAVAILABLE : orders(context, reading.overview, reading.stale)}
${tenantTable(context.tenants)}
<p class="quiet">Every order and its history: <a href="${escape(listUrl(context))}">Temporal Web UI</a>.
One order from the command line: <code>npm run ops -- where &lt;order&gt;</code></p>
</body>
</html>
`;
}

function orders(context: DashboardContext, overview: Overview, stale: boolean): string {
  const { counts, failing, takenAt, failingBeside } = overview;
  const waiting = counts.Retrying.running;
  const verdict =
    waiting === 0
      ? '<p class="verdict good">No order is failing.</p>'
      : `<p class="verdict bad">${waiting} ${waiting === 1 ? 'order is' : 'orders are'} failing and will be tried again.</p>`;
  const others = failingBeside === 1 ? '1 other sync is' : `${failingBeside} other syncs are`;
  // What fails and is no order: in one line, with the list a click away.
  const beside = `<p class="bad"><a href="${escape(listUrl(context, FAILING.others))}">${others} failing</a> and will be tried again: customers, products, goods, stock, stores, exports or sweeps.</p>
`;
  const rows = SYNC_STATES.map(
    (
      state,
    ) => `<tr><td><a href="${escape(listUrl(context, `SyncState = "${state}"`))}">${state}</a></td><td>${STATE_WORDS[state]}</td>
<td class="number">${counts[state].running}</td><td class="number">${counts[state].finished}</td></tr>`,
  ).join('\n');
  return `${verdict}
${failingBeside === 0 ? '' : beside}<p class="quiet"><small>As of ${takenAt.toISOString()}${stale ? ' (older than usual: Temporal did not answer)' : ''}. ${SYNC_STATES.reduce((sum, state) => sum + counts[state].running, 0)} in work now.</small></p>
<table>
<thead><tr><th>State</th><th>Meaning</th><th class="number">In work now</th><th class="number">Finished runs</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
<p class="quiet"><small>An order that changed three times has three finished runs, for as long as Temporal keeps them.</small></p>
${failing.length === 0 ? '' : failingTable(failing, waiting, failingBeside)}`;
}

function failingTable(failing: readonly FailingSync[], waiting: number, beside: number): string {
  const rows = failing
    .map(
      (
        sync,
      ) => `<tr><td><a href="${escape(sync.webUiUrl)}">${escape(sync.subject)}</a></td><td>${escape(sync.tenantUid ?? '–')}</td>
<td>${escape(sync.storeUid ?? '–')}</td><td>${escape(sync.failureType ?? '–')}</td><td>${sync.startedAt.toISOString().slice(0, 16).replace('T', ' ')}</td></tr>`,
    )
    .join('\n');
  const more = waiting + beside > failing.length ? ` (the newest ${failing.length} of ${waiting + beside})` : '';
  return `<h2>Failing${more}</h2>
<div class="scroll"><table>
<thead><tr><th>What</th><th>Tenant</th><th>Store</th><th>Failure</th><th>Since (UTC)</th></tr></thead>
<tbody>
${rows}
</tbody>
</table></div>
<p class="quiet"><small>What a failure means and what to do: docs/runbook.md, by the name in the column Failure. Which attempt
is next, and when: <code>npm run ops -- failing</code>.</small></p>`;
}

function tenantTable(tenants: readonly TenantConfig[]): string {
  const rows = tenants
    .map(
      ({ tenantUid, countryCode, currency, markets }) =>
        `<tr><td><a href="/?tenant=${escape(encodeURIComponent(tenantUid))}">${escape(tenantUid)}</a></td>
<td>${escape(countryCode)}, ${escape(currency)}</td><td>${escape(markets.map(({ marketId }) => marketId).join(', '))}</td>
<td><code>/webhooks/omnium/${escape(tenantUid)}</code></td><td><code>/webhooks/flow/${escape(tenantUid)}</code></td></tr>`,
    )
    .join('\n');
  return `<h2>Tenants</h2>
<div class="scroll"><table>
<thead><tr><th>Tenant</th><th>Country</th><th>Markets</th><th>Omnium sends events to</th><th>Flow sends webhooks to</th></tr></thead>
<tbody>
${rows}
</tbody>
</table></div>`;
}

function listUrl({ temporalWebUiUrl, namespace }: DashboardContext, query?: string): string {
  const page = `${temporalWebUiUrl}/namespaces/${namespace}/workflows`;
  return query === undefined ? page : `${page}?query=${encodeURIComponent(query)}`;
}
