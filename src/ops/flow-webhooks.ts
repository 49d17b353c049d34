import { chosenTenants, type CommandOutput, EXIT, OpsError } from './context';
import type { Command } from 'commander';
import { createOrGet } from '../activities/shared/create-or-get';
import { FlowClient } from '../clients/flow/client';
import type { FlowHttpTransportUpdate, FlowWebhook } from '../clients/flow/webhooks';
import { httpUrl } from '../config/field-types';
import { stockMasterOf } from '../config/stock-master';
import type { IntegrationConfig, TenantConfig, WebhookScheme } from '../config/types';
import { textTable } from './tables';

/**
 * Sets up in Flow what it reports to us, through Flow's own API: one transport of ours per tenant (where to, and with which
 * secret) and one webhook per action. What belongs to another transport is not ours and is not touched.
 */

/** Uid of our transport: the only thing by which ours is recognised. */
const TRANSPORT_UID = 'omnium-integration';

/**
 * What Flow is asked to report. It sends nothing for orders that are created, parked or cancelled and for part receipts:
 * the sweeps find those.
 */
export const WEBHOOK_ACTIONS = [
  'ORDER_SETTLED',
  'ORDER_RECEIPT_SETTLED',
  'ORDER_DELIVERED',
  'ORDER_HANDLING_STATE_CHANGED',
  'CUSTOMER_CREATE',
  'CUSTOMER_UPDATE',
  'CUSTOMER_DELETE',
  'PURCHASE_RECEIVED',
  'STOCK_CHANGE',
] as const;

/** What our transport has to look like, and what is reported to it. Holds a secret: never printed. */
interface DesiredWebhooks {
  readonly actions: readonly string[];
  readonly url: string;
  readonly security: Pick<FlowHttpTransportUpdate, 'headers' | 'securityType' | 'username' | 'password' | 'token'>;
}

/** What `register` and `remove` did. Names of actions only. */
interface WebhookChanges {
  readonly transport: 'created' | 'updated' | 'kept' | 'none';
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** How a command answers, given by the program: prints, with `--json` as JSON. */
type Print = (json: boolean | undefined, output: CommandOutput) => void;

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly url?: string;
}

/** `flow webhooks …`: needs Flow and the configuration, not Temporal. */
export function addFlowWebhookCommands(
  program: Command,
  withOptions: (command: Command, description: string) => Command,
  loadConfig: () => IntegrationConfig,
  print: Print,
): void {
  const webhooks = program
    .command('flow')
    .description('what Flow reports to us')
    .command('webhooks')
    .description('Flow’s webhooks to this service');
  const url = ['--url <publicUrl>', 'address under which Flow reaches the intake (default: api.publicUrl)'] as const;
  withOptions(webhooks.command('register'), 'set up transport and webhooks in Flow; safe to repeat')
    .option(...url)
    .action(async (options: Options) => print(options.json, await flowWebhooksRegister(loadConfig(), options)));
  withOptions(webhooks.command('check'), 'say which webhooks are there; exit code 1 when something is missing')
    .option(...url)
    .action(async (options: Options) => {
      const { complaint, ...output } = await checkFlowWebhooks(loadConfig(), options);
      // With --json there is one object either way: that of the refusal holds what was found.
      if (complaint === undefined || !options.json) print(options.json, output);
      if (complaint !== undefined) throw new OpsError(EXIT.refused, complaint, output.json);
    });
  withOptions(webhooks.command('remove'), 'take our webhooks out of Flow').action(async ({ tenant, json }: Options) =>
    print(json, await removeFlowWebhooks(loadConfig(), tenant)),
  );
}

/** `flow webhooks register`: sets up transports and webhooks; safe to repeat. */
export async function flowWebhooksRegister(config: IntegrationConfig, options: Options = {}): Promise<CommandOutput> {
  const publicUrl = publicUrlOf(config, options.url);
  const desired = chosenTenants({ config }, options.tenant).map(
    (tenant) => [tenant, desiredWebhooks(tenant, publicUrl)] as const,
  );
  const changes: [string, WebhookChanges][] = [];
  // All is checked before anything is written; then one tenant after the other.
  for (const [tenant, wanted] of desired)
    changes.push([tenant.tenantUid, await withFlow(tenant, (flow) => registerWebhooks(flow, wanted))]);
  return describeChanges(changes, `Flow sends its webhooks to ${publicUrl}/webhooks/flow/<tenant>.`);
}

/** `flow webhooks remove`: removes our webhooks; those of others stay. */
async function removeFlowWebhooks(config: IntegrationConfig, tenantUid: string | undefined): Promise<CommandOutput> {
  const changes: [string, WebhookChanges][] = [];
  for (const tenant of chosenTenants({ config }, tenantUid)) {
    const change = await withFlow(tenant, async (flow): Promise<WebhookChanges> => {
      const ours = (await flow.webhooks.list()).filter(isOurs);
      for (const { webhookUid } of ours) await flow.webhooks.delete(webhookUid);
      // The transport stays, unused: Flow's API is not known to remove one.
      const transport = (await findTransport(flow)) === undefined ? 'none' : 'kept';
      return { transport, created: [], updated: [], unchanged: [], removed: ours.map(nameOf) };
    });
    changes.push([tenant.tenantUid, change]);
  }
  return describeChanges(changes, 'Flow sends us nothing any more. What happens meanwhile is left to the sweeps.');
}

/** `flow webhooks check`: compares and changes nothing; `complaint` when something is not as it should be. */
async function checkFlowWebhooks(
  config: IntegrationConfig,
  options: Options,
): Promise<CommandOutput & { readonly complaint?: string }> {
  const publicUrl = publicUrlOf(config, options.url);
  const texts: string[] = [];
  const tenants: object[] = [];
  const complaints: string[] = [];
  for (const tenant of chosenTenants({ config }, options.tenant)) {
    const { tenantUid } = tenant;
    const check = await withFlow(tenant, (flow) => checkWebhooks(flow, desiredWebhooks(tenant, publicUrl)));
    const { actions, authenticationRight, extra, complete } = check;
    tenants.push({ tenantUid, ...check });
    texts.push(
      [
        `Tenant ${tenantUid}`,
        textTable([
          ['ACTION', 'REGISTERED', 'ACTIVE', 'URL RIGHT'],
          ...actions.map((row) => [row.action, ...[row.registered, row.active, row.urlRight].map(yesNo)]),
        ]),
        `Authentication as configured: ${yesNo(authenticationRight)} (the secret itself cannot be checked: Flow does not show it)`,
        ...(extra.length === 0 ? [] : [`Not asked for, and removed by register: ${extra.join(', ')}`]),
      ].join('\n'),
    );
    const wrong = actions.filter(({ active, urlRight }) => !active || !urlRight).length;
    if (!complete)
      complaints.push(`${tenantUid} (${wrong > 0 ? `${wrong} of ${actions.length} webhooks` : 'authentication'})`);
  }
  const complete = complaints.length === 0;
  const complaint = `Not as it should be: ${complaints.join(', ')}. To mend it: npm run ops -- flow webhooks register`;
  return { text: texts.join('\n\n'), json: { complete, publicUrl, tenants }, ...(!complete && { complaint }) };
}

function publicUrlOf({ api }: IntegrationConfig, url: string | undefined): string {
  const given = url ?? api.publicUrl;
  if (given === undefined)
    throw new OpsError(EXIT.usage, 'Where does Flow reach the intake? Set api.publicUrl, or say it with --url.');
  const { data, error } = httpUrl().safeParse(given);
  if (data === undefined) throw new OpsError(EXIT.usage, `--url ${error?.issues[0]?.message ?? 'is not an address'}.`);
  return data;
}

async function withFlow<T>({ tenantUid, flow }: TenantConfig, run: (client: FlowClient) => Promise<T>): Promise<T> {
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

/**
 * The transport and its webhooks as the configuration has them. Every sale changes stock, so STOCK_CHANGE is only asked
 * for where it is used: in a tenant with a store whose stock master is Flow.
 *
 * @throws OpsError when Flow cannot authenticate in the way that is configured
 */
function desiredWebhooks(tenant: TenantConfig, publicUrl: string): DesiredWebhooks {
  const { tenantUid, webhooks, stores } = tenant;
  const [scheme] = webhooks.flow.schemes;
  if (scheme === undefined)
    throw new OpsError(
      EXIT.usage,
      `Tenant ${tenantUid} has no webhooks.flow.schemes: every webhook would be answered 401. Configure one first.`,
    );
  const isFlowMasterSomewhere = stores.some(({ storeUid }) => stockMasterOf(tenant, storeUid) === 'flow');
  const actions = WEBHOOK_ACTIONS.filter((action) => action !== 'STOCK_CHANGE' || isFlowMasterSomewhere);
  return { actions, url: `${publicUrl}/webhooks/flow/${tenantUid}`, security: securityOf(scheme, tenantUid) };
}

function securityOf(scheme: WebhookScheme, tenantUid: string): DesiredWebhooks['security'] {
  switch (scheme.type) {
    case 'bearer':
      return { securityType: 'BEARER', token: scheme.token, headers: [] };
    case 'basic':
      return { securityType: 'BASIC_AUTH', username: scheme.username, password: scheme.password, headers: [] };
    case 'header':
      return { securityType: 'NONE', headers: [{ key: scheme.name, value: scheme.value }] };
    case 'standard-webhooks':
      throw new OpsError(
        EXIT.usage,
        `Tenant ${tenantUid}: Flow cannot sign webhooks, so the first of webhooks.flow.schemes must be bearer, basic or header.`,
      );
  }
}

/**
 * Makes Flow report the desired actions, and nothing else through our transport. Safe to repeat. The transport is written
 * each time, because Flow does not show whether the secret it has is still the right one.
 *
 * @throws VendorError when Flow refuses or cannot be reached
 */
export async function registerWebhooks(
  { webhooks }: Pick<FlowClient, 'webhooks'>,
  { actions, url, security }: DesiredWebhooks,
): Promise<WebhookChanges> {
  const members = { name: 'Omnium integration', url, ...security };
  const updateTransport = (): Promise<'updated'> =>
    webhooks.updateTransport(TRANSPORT_UID, members).then(() => 'updated' as const);
  const createTransport = (): Promise<'created'> =>
    webhooks.createTransport({ httpTransportUid: TRANSPORT_UID, ...members }).then(() => 'created' as const);
  const existing = await findTransport({ webhooks });
  const transport = existing
    ? await updateTransport()
    : await createOrGet<'created' | 'updated'>(createTransport, updateTransport);

  const { byAction, leftovers } = sortWebhooks(await webhooks.list(), actions);
  const done = { created: [] as string[], updated: [] as string[], unchanged: [] as string[] };
  for (const action of actions) {
    const webhook = byAction.get(action);
    if (webhook === undefined) {
      // The uid is made from the action, so that two that register at once make one webhook.
      const webhookUid = `${TRANSPORT_UID}-${action}`;
      const binding = { httpTransportUid: TRANSPORT_UID, active: true };
      await createOrGet<unknown>(
        () => webhooks.create({ webhookUid, action, ...binding }),
        async () => (await webhooks.update(webhookUid, binding), action),
      );
      done.created.push(action);
    } else if (webhook.active === false) {
      await webhooks.update(webhook.webhookUid, { active: true });
      done.updated.push(action);
    } else done.unchanged.push(action);
  }
  for (const { webhookUid } of leftovers) await webhooks.delete(webhookUid);
  return { transport, ...done, removed: leftovers.map(nameOf) };
}

/** How a tenant's webhooks are set up in Flow. The secret itself cannot be checked: Flow never shows it. */
async function checkWebhooks(
  flow: FlowClient,
  desired: DesiredWebhooks,
): Promise<{
  readonly actions: readonly { action: string; registered: boolean; active: boolean; urlRight: boolean }[];
  readonly authenticationRight: boolean;
  readonly extra: readonly string[];
  readonly complete: boolean;
}> {
  const transport = await findTransport(flow);
  const { byAction, leftovers } = sortWebhooks(await flow.webhooks.list(), desired.actions);
  const actions = desired.actions.map((action) => {
    const webhook = byAction.get(action);
    const registered = webhook !== undefined && transport !== undefined;
    const active = registered && webhook.active !== false;
    return { action, registered, active, urlRight: registered && transport.url === desired.url };
  });
  // As far as Flow shows it: kinds and names, and values of headers where it gives them back.
  const { securityType, username, headers = [] } = desired.security;
  const authenticationRight =
    transport !== undefined &&
    (transport.securityType ?? 'NONE') === securityType &&
    (username === undefined || transport.username === username) &&
    headers.every(({ key, value }) =>
      transport.headers.some(
        (header) => header.key.toLowerCase() === key && (header.value === undefined || header.value === value),
      ),
    );
  const complete = authenticationRight && actions.every(({ active, urlRight }) => active && urlRight);
  const extra = leftovers.map(nameOf).filter((action) => !byAction.has(action));
  return { actions, authenticationRight, extra, complete };
}

async function findTransport({ webhooks }: Pick<FlowClient, 'webhooks'>) {
  return (await webhooks.listTransports()).find(({ httpTransportUid }) => httpTransportUid === TRANSPORT_UID);
}

/** Our webhooks: one for each desired action, and what is left over, be it a second one or of another action. */
function sortWebhooks(
  webhooks: readonly FlowWebhook[],
  desired: readonly string[],
): { readonly byAction: ReadonlyMap<string, FlowWebhook>; readonly leftovers: readonly FlowWebhook[] } {
  const byAction = new Map<string, FlowWebhook>();
  const leftovers: FlowWebhook[] = [];
  for (const webhook of webhooks.filter(isOurs)) {
    const { action } = webhook;
    if (action === undefined || !desired.includes(action) || byAction.has(action)) leftovers.push(webhook);
    else byAction.set(action, webhook);
  }
  return { byAction, leftovers };
}

function isOurs({ httpTransportUid }: FlowWebhook): boolean {
  return httpTransportUid === TRANSPORT_UID;
}

function nameOf({ action, webhookUid }: FlowWebhook): string {
  return action ?? webhookUid;
}

function describeChanges(changes: readonly [tenantUid: string, WebhookChanges][], summary: string): CommandOutput {
  const rows = changes.map(([tenantUid, { transport, created, updated, unchanged, removed }]) => [
    tenantUid,
    transport,
    ...[created, updated, unchanged, removed].map((actions) => String(actions.length)),
  ]);
  const header = ['TENANT', 'TRANSPORT', 'CREATED', 'UPDATED', 'UNCHANGED', 'REMOVED'];
  return {
    text: `${textTable([header, ...rows])}\n\n${summary}`,
    json: { done: true, tenants: changes.map(([tenantUid, change]) => ({ tenantUid, ...change })) },
  };
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
