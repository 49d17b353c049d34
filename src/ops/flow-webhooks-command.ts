import { FlowClient } from '../clients/flow/client';
import { httpUrl } from '../config/field-types';
import { type IntegrationConfig, type TenantConfig } from '../config/types';
import { type CommandOutput } from './command-output';
import { chosenTenants } from './find-order';
import {
  type ActionCheck,
  checkWebhooks,
  type FlowWebhookApi,
  registerWebhooks,
  removeWebhooks,
  wantedWebhooks,
  type WebhookChanges,
  type WebhookCheck,
} from './flow-webhooks';
import { EXIT, OpsError } from './ops-error';
import { textTable } from './text-table';

/** Which tenants, and where Flow is to send to. */
export interface FlowWebhookChoice {
  readonly tenantUid: string | undefined;
  /** In place of `api.publicUrl`. */
  readonly url: string | undefined;
}

/** `flow webhooks register`: sets up transports and webhooks; safe to repeat. */
export async function flowWebhooksRegister(
  config: IntegrationConfig,
  choice: FlowWebhookChoice,
): Promise<CommandOutput> {
  const publicUrl = publicUrlOf(config, choice);
  const jobs = chosenTenants({ config }, choice.tenantUid).map((tenant) => ({
    tenant,
    wanted: wantedWebhooks(tenant, publicUrl),
  }));
  const changes = new Map<string, WebhookChanges>();
  // All is checked before anything is written; then one tenant after the other.
  for (const { tenant, wanted } of jobs) {
    changes.set(tenant.tenantUid, await withFlow(tenant, (flow) => registerWebhooks(flow, wanted)));
  }
  return tellChanges(changes, `Flow sends its webhooks to ${publicUrl}/webhooks/flow/<tenant>.`);
}

/** `flow webhooks remove`: takes the webhooks of ours away; those of others stay. */
export async function flowWebhooksRemove(
  config: IntegrationConfig,
  tenantUid: string | undefined,
): Promise<CommandOutput> {
  const changes = new Map<string, WebhookChanges>();
  for (const tenant of chosenTenants({ config }, tenantUid)) {
    changes.set(tenant.tenantUid, await withFlow(tenant, removeWebhooks));
  }
  return tellChanges(changes, 'Flow sends us nothing any more. What happens meanwhile is left to the sweeps.');
}

/** What `flow webhooks check` found; `complaint` when something is not as it should be. */
export interface FlowWebhookCheckOutput extends CommandOutput {
  readonly complaint?: string;
}

/** `flow webhooks check`: compares and changes nothing. */
export async function flowWebhooksCheck(
  config: IntegrationConfig,
  choice: FlowWebhookChoice,
): Promise<FlowWebhookCheckOutput> {
  const publicUrl = publicUrlOf(config, choice);
  const checks: { readonly tenantUid: string; readonly check: WebhookCheck }[] = [];
  for (const tenant of chosenTenants({ config }, choice.tenantUid)) {
    const wanted = wantedWebhooks(tenant, publicUrl);
    checks.push({ tenantUid: tenant.tenantUid, check: await withFlow(tenant, (flow) => checkWebhooks(flow, wanted)) });
  }
  const complaint = complaintOf(checks);
  return {
    text: checks.map(({ tenantUid, check }) => checkTable(tenantUid, check)).join('\n\n'),
    json: {
      complete: complaint === undefined,
      publicUrl,
      tenants: checks.map(({ tenantUid, check }) => ({ tenantUid, ...check })),
    },
    ...(complaint === undefined ? {} : { complaint }),
  };
}

function publicUrlOf({ api }: IntegrationConfig, { url }: FlowWebhookChoice): string {
  const given = url ?? api.publicUrl;
  if (given === undefined) {
    throw new OpsError(EXIT.usage, 'Where does Flow reach the intake? Set api.publicUrl, or say it with --url.');
  }
  const { data, error } = httpUrl().safeParse(given);
  if (data === undefined) throw new OpsError(EXIT.usage, `--url ${error?.issues[0]?.message ?? 'is not an address'}.`);
  return data;
}

async function withFlow<T>({ tenantUid, flow }: TenantConfig, run: (client: FlowWebhookApi) => Promise<T>): Promise<T> {
  const client = new FlowClient({ ...flow, tenantUid });
  try {
    return await run(client);
  } catch (error) {
    if (error instanceof OpsError || !(error instanceof Error)) throw error;
    throw new OpsError(EXIT.refused, `Tenant ${tenantUid}: ${error.message}`, { tenantUid });
  } finally {
    await client.close();
  }
}

function tellChanges(changes: ReadonlyMap<string, WebhookChanges>, summary: string): CommandOutput {
  const rows = [...changes].map(([tenantUid, { transport, created, updated, unchanged, removed }]) => [
    tenantUid,
    transport,
    ...[created, updated, unchanged, removed].map((actions) => String(actions.length)),
  ]);
  const header = ['TENANT', 'TRANSPORT', 'CREATED', 'UPDATED', 'UNCHANGED', 'REMOVED'];
  return {
    text: `${textTable([header, ...rows])}\n\n${summary}`,
    json: { done: true, tenants: [...changes].map(([tenantUid, change]) => ({ tenantUid, ...change })) },
  };
}

function checkTable(tenantUid: string, { actions, authenticationRight, extra }: WebhookCheck): string {
  const header = ['ACTION', 'REGISTERED', 'ACTIVE', 'URL RIGHT'];
  const rows = actions.map((row) => [row.action, ...[row.registered, row.active, row.urlRight].map(yesNo)]);
  const lines = [
    `Tenant ${tenantUid}`,
    textTable([header, ...rows]),
    `Authentication as configured: ${yesNo(authenticationRight)} (the secret itself cannot be checked: Flow does not show it)`,
    ...(extra.length === 0 ? [] : [`Not asked for, and removed by register: ${extra.join(', ')}`]),
  ];
  return lines.join('\n');
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

function complaintOf(
  checks: readonly { readonly tenantUid: string; readonly check: WebhookCheck }[],
): string | undefined {
  const wrong = checks.filter(({ check }) => !check.complete);
  if (wrong.length === 0) return undefined;
  const isRight = ({ active, urlRight }: ActionCheck): boolean => active && urlRight;
  const tenants = wrong.map(({ tenantUid, check }) => {
    const missing = check.actions.filter((action) => !isRight(action)).length;
    return `${tenantUid} (${missing > 0 ? `${missing} of ${check.actions.length} webhooks` : 'authentication'})`;
  });
  return `Not as it should be: ${tenants.join(', ')}. To mend it: npm run ops -- flow webhooks register`;
}
