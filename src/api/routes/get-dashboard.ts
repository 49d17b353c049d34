import { createHash } from 'node:crypto';
import { type RequestHandler } from 'express';
import { type TenantConfig } from '../../config/types';
import { SYNC_STATES, type SyncState } from '../../contracts/search-attributes';
import { FAILING, type FailingSync } from '../../temporal/entity-directory';
import { type Overview, type OverviewCache, type OverviewReading, runningTotal } from '../overview';

/** What the status page needs. */
export interface DashboardDependencies {
  readonly tenants: readonly TenantConfig[];
  readonly overview: OverviewCache;
  readonly temporalWebUiUrl: string;
  readonly namespace: string;
}

/**
 * `GET /`, `GET /?tenant={tenantUid}`: one page that answers "is everything all right, and if not, which order?".
 * Plain HTML that renews itself every ten seconds, without JavaScript; order numbers and stores, no personal data.
 */
export function getDashboard(dependencies: DashboardDependencies): RequestHandler {
  const { tenants, overview } = dependencies;
  return async (request, response) => {
    const asked = request.query.tenant;
    const tenant = tenants.find(({ tenantUid }) => tenantUid === asked);
    if (asked !== undefined && tenant === undefined) {
      response.status(404).type('text/plain').send('No such tenant is configured.\n');
      return;
    }
    const reading = await overview.read(tenant?.tenantUid);
    response.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    response.set('Cache-Control', 'no-store');
    response.type('html').send(page(dependencies, tenant, reading));
  };
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
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function page(dependencies: DashboardDependencies, tenant: TenantConfig | undefined, reading: OverviewReading): string {
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
${reading.kind === 'unavailable' ? unavailable() : orders(dependencies, reading.overview, reading.stale)}
${tenantTable(dependencies.tenants)}
<p class="quiet">Every order and its history: <a href="${escape(listUrl(dependencies))}">Temporal Web UI</a>.
One order from the command line: <code>npm run ops -- where &lt;order&gt;</code></p>
</body>
</html>
`;
}

function unavailable(): string {
  return `<p class="verdict bad">Temporal cannot be reached.</p>
<p>Webhooks are answered 503 until it is back; the senders repeat them. Nothing that was recorded is lost.</p>`;
}

function orders(dependencies: DashboardDependencies, overview: Overview, stale: boolean): string {
  const { counts, failing, takenAt, failingBeside } = overview;
  const waiting = counts.Retrying.running;
  const verdict =
    waiting === 0
      ? '<p class="verdict good">No order is failing.</p>'
      : `<p class="verdict bad">${waiting} ${waiting === 1 ? 'order is' : 'orders are'} failing and will be tried again.</p>`;
  const rows = SYNC_STATES.map(
    (
      state,
    ) => `<tr><td><a href="${escape(listUrl(dependencies, `SyncState = "${state}"`))}">${state}</a></td><td>${STATE_WORDS[state]}</td>
<td class="number">${counts[state].running}</td><td class="number">${counts[state].finished}</td></tr>`,
  ).join('\n');
  return `${verdict}
${failingBeside === 0 ? '' : besideOrders(dependencies, failingBeside)}<p class="quiet"><small>As of ${takenAt.toISOString()}${stale ? ' (older than usual: Temporal did not answer)' : ''}. ${runningTotal(counts)} in work now.</small></p>
<table>
<thead><tr><th>State</th><th>Meaning</th><th class="number">In work now</th><th class="number">Finished runs</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
<p class="quiet"><small>An order that changed three times has three finished runs, for as long as Temporal keeps them.</small></p>
${failing.length === 0 ? '' : failingTable(failing, waiting, failingBeside)}`;
}

/** What fails and is no order (customers, goods, stock, stores, sweeps): told in one line, with the list a click away. */
function besideOrders(dependencies: DashboardDependencies, count: number): string {
  const what = count === 1 ? '1 other sync is' : `${count} other syncs are`;
  return `<p class="bad"><a href="${escape(listUrl(dependencies, FAILING.others))}">${what} failing</a> and will be tried again: customers, products, goods, stock, stores, exports or sweeps.</p>
`;
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

function listUrl({ temporalWebUiUrl, namespace }: DashboardDependencies, query?: string): string {
  const page = `${temporalWebUiUrl}/namespaces/${namespace}/workflows`;
  return query === undefined ? page : `${page}?query=${encodeURIComponent(query)}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
