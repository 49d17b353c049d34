import { VendorHttpError } from '../clients/errors';
import type { FlowClient } from '../clients/flow/client';
import type { FlowHttpTransport, FlowHttpTransportUpdate, FlowWebhook } from '../clients/flow/webhooks';
import { stockMasterOf } from '../config/stock-master';
import { type TenantConfig, type WebhookScheme } from '../config/types';
import { EXIT, OpsError } from './ops-error';

/**
 * Sets up in Flow what it tells us of, through Flow's own API: one transport of ours per tenant (where to, and with which
 * secret) and one webhook per action. Whatever belongs to another transport is somebody else's and is not touched.
 */

/** Uid of our transport: the only thing by which ours is known again. */
export const TRANSPORT_UID = 'omnium-integration';
const TRANSPORT_NAME = 'Omnium integration';

/**
 * What Flow is asked to tell of. It sends nothing for orders that are created, parked or cancelled and for part receipts:
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

/** One of {@link WEBHOOK_ACTIONS}. */
export type WebhookAction = (typeof WEBHOOK_ACTIONS)[number];

/** The calls that are needed. */
export type FlowWebhookApi = Pick<FlowClient, 'webhooks'>;

/** What our transport has to look like, and what it is told of. Holds a secret: never printed. */
export interface WantedWebhooks {
  readonly actions: readonly WebhookAction[];
  readonly url: string;
  readonly security: Pick<FlowHttpTransportUpdate, 'headers' | 'securityType' | 'username' | 'password' | 'token'>;
}

/** What `register` and `remove` did. Names of actions only. */
export interface WebhookChanges {
  readonly transport: 'created' | 'updated' | 'kept' | 'none';
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** How one action stands in Flow. */
export interface ActionCheck {
  readonly action: string;
  readonly registered: boolean;
  readonly active: boolean;
  readonly urlRight: boolean;
}

/** How a tenant's webhooks stand in Flow. The secret itself cannot be checked: Flow never shows it. */
export interface WebhookCheck {
  readonly actions: readonly ActionCheck[];
  /** Whether the kind of authentication, and what is shown of it, is as configured. */
  readonly authenticationRight: boolean;
  /** Actions that our transport is told of beyond what we ask for. */
  readonly extra: readonly string[];
  readonly complete: boolean;
}

/**
 * The transport and its webhooks as the configuration wants them. Every sale changes stock, so STOCK_CHANGE is only asked
 * for where somebody listens: in a tenant with a store whose stock master is Flow.
 *
 * @param publicUrl address under which Flow reaches the intake, without a trailing slash
 * @throws OpsError when Flow cannot authenticate in the way that is configured
 */
export function wantedWebhooks(tenant: TenantConfig, publicUrl: string): WantedWebhooks {
  const { tenantUid, webhooks, stores } = tenant;
  const [scheme] = webhooks.flow.schemes;
  if (scheme === undefined) {
    throw new OpsError(
      EXIT.usage,
      `Tenant ${tenantUid} has no webhooks.flow.schemes: every webhook would be answered 401. Configure one first.`,
    );
  }
  const isFlowMasterSomewhere = stores.some(({ storeUid }) => stockMasterOf(tenant, storeUid) === 'flow');
  const actions = WEBHOOK_ACTIONS.filter((action) => action !== 'STOCK_CHANGE' || isFlowMasterSomewhere);
  return { actions, url: `${publicUrl}/webhooks/flow/${tenantUid}`, security: securityOf(scheme, tenantUid) };
}

function securityOf(scheme: WebhookScheme, tenantUid: string): WantedWebhooks['security'] {
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
 * Makes Flow tell us of the wanted actions, and of nothing else through our transport. Safe to repeat. The transport
 * is written each time, because Flow does not show whether the secret it has is still the right one.
 *
 * @throws VendorError when Flow refuses or cannot be reached
 */
export async function registerWebhooks(flow: FlowWebhookApi, wanted: WantedWebhooks): Promise<WebhookChanges> {
  const transport = await writeTransport(flow, wanted);
  const { byAction, leftovers } = sort(await flow.webhooks.list(), wanted.actions);
  const created: string[] = [];
  const updated: string[] = [];
  const unchanged: string[] = [];
  for (const action of wanted.actions) {
    const existing = byAction.get(action);
    if (existing === undefined) {
      await bind(flow, action);
      created.push(action);
    } else if (existing.active === false) {
      await flow.webhooks.update(existing.webhookUid, { active: true });
      updated.push(action);
    } else unchanged.push(action);
  }
  for (const { webhookUid } of leftovers) await flow.webhooks.delete(webhookUid);
  return { transport, created, updated, unchanged, removed: namesOf(leftovers) };
}

/**
 * Makes Flow tell us nothing any more. The transport stays, unused: Flow's API is not known to remove one.
 *
 * @throws VendorError when Flow refuses or cannot be reached
 */
export async function removeWebhooks(flow: FlowWebhookApi): Promise<WebhookChanges> {
  const ours = (await flow.webhooks.list()).filter(isOurs);
  for (const { webhookUid } of ours) await flow.webhooks.delete(webhookUid);
  const transport = (await findTransport(flow)) === undefined ? 'none' : 'kept';
  return { transport, created: [], updated: [], unchanged: [], removed: namesOf(ours) };
}

/**
 * Compares, and changes nothing.
 *
 * @throws VendorError when Flow refuses or cannot be reached
 */
export async function checkWebhooks(flow: FlowWebhookApi, wanted: WantedWebhooks): Promise<WebhookCheck> {
  const transport = await findTransport(flow);
  const { byAction, leftovers } = sort(await flow.webhooks.list(), wanted.actions);
  const urlRight = transport?.url === wanted.url;
  const actions = wanted.actions.map((action): ActionCheck => {
    const webhook = byAction.get(action);
    const registered = webhook !== undefined && transport !== undefined;
    return { action, registered, active: registered && webhook.active !== false, urlRight: registered && urlRight };
  });
  const authenticationRight = transport !== undefined && isSecuredAs(transport, wanted.security);
  const complete = authenticationRight && actions.every(({ active, urlRight: right }) => active && right);
  const extra = namesOf(leftovers).filter((action) => !byAction.has(action));
  return { actions, authenticationRight, extra, complete };
}

async function findTransport(flow: FlowWebhookApi): Promise<FlowHttpTransport | undefined> {
  return (await flow.webhooks.listTransports()).find(({ httpTransportUid }) => httpTransportUid === TRANSPORT_UID);
}

async function writeTransport(flow: FlowWebhookApi, { url, security }: WantedWebhooks): Promise<'created' | 'updated'> {
  const members = { name: TRANSPORT_NAME, url, ...security };
  if ((await findTransport(flow)) === undefined) {
    try {
      await flow.webhooks.createTransport({ httpTransportUid: TRANSPORT_UID, ...members });
      return 'created';
    } catch (error) {
      // Somebody else was faster, or the list was cut: then it is there to be changed.
      if (!isConflict(error)) throw error;
    }
  }
  await flow.webhooks.updateTransport(TRANSPORT_UID, members);
  return 'updated';
}

/** The uid is made from the action, so that two who register at once make one webhook. */
async function bind(flow: FlowWebhookApi, action: string): Promise<void> {
  const webhookUid = `${TRANSPORT_UID}-${action}`;
  const binding = { httpTransportUid: TRANSPORT_UID, active: true };
  try {
    await flow.webhooks.create({ webhookUid, action, ...binding });
  } catch (error) {
    if (!isConflict(error)) throw error;
    await flow.webhooks.update(webhookUid, binding);
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof VendorHttpError && error.status === 409;
}

interface SortedWebhooks {
  /** One of ours for each action that we want. */
  readonly byAction: ReadonlyMap<string, FlowWebhook>;
  /** Ours too, but a second one for its action, or for an action that we do not want. */
  readonly leftovers: readonly FlowWebhook[];
}

function sort(webhooks: readonly FlowWebhook[], wanted: readonly WebhookAction[]): SortedWebhooks {
  const byAction = new Map<string, FlowWebhook>();
  const leftovers: FlowWebhook[] = [];
  for (const webhook of webhooks.filter(isOurs)) {
    const { action } = webhook;
    const isWanted = wanted.some((name) => name === action);
    if (action === undefined || !isWanted || byAction.has(action)) leftovers.push(webhook);
    else byAction.set(action, webhook);
  }
  return { byAction, leftovers };
}

function isOurs({ httpTransportUid }: FlowWebhook): boolean {
  return httpTransportUid === TRANSPORT_UID;
}

function namesOf(webhooks: readonly FlowWebhook[]): string[] {
  return webhooks.map(({ action, webhookUid }) => action ?? webhookUid);
}

/** As far as Flow shows it: kinds and names, and values of headers where it gives them back. */
function isSecuredAs(transport: FlowHttpTransport, wanted: WantedWebhooks['security']): boolean {
  if ((transport.securityType ?? 'NONE') !== wanted.securityType) return false;
  if (wanted.username !== undefined && transport.username !== wanted.username) return false;
  return (wanted.headers ?? []).every(({ key, value }) =>
    transport.headers.some(
      (header) => header.key.toLowerCase() === key && (header.value === undefined || header.value === value),
    ),
  );
}
