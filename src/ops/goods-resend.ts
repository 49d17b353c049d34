import { randomUUID } from 'node:crypto';
import { goodsReceptionKind, type ReceptionSubject } from '../contracts/kinds/goods-reception';
import { webUiUrl } from '../temporal/order-directory';
import { type CommandOutput } from './command-output';
import { type OpsContext, publisherOf } from './context';
import { EXIT, OpsError } from './ops-error';
import { type OpenTenant, withTenants } from './with-tenants';

/** Which goods are told of again. */
export interface GoodsChoice {
  readonly tenantUid: string | undefined;
  readonly storeUid: string;
  /** Of a receivement, or of a purchase order. */
  readonly uid: string;
  readonly subject: ReceptionSubject;
}

/** Flow's UID pattern: anything else can be no uid, and would name no workflow. */
const UID = /^[A-Za-z0-9_-]+$/;

/** `goods resend <uid> --store`: the same as one more event from Flow, also for goods nobody told us about. */
export async function goodsResend(context: OpsContext, choice: GoodsChoice): Promise<CommandOutput> {
  const { uid, storeUid, subject } = choice;
  if (!UID.test(uid) || !UID.test(storeUid)) {
    throw new OpsError(EXIT.usage, 'A uid of Flow’s has letters, digits, - and _ only.');
  }
  const tenantUid = await withTenants(context, choice.tenantUid, (tenants) => tenantOf(tenants, choice));
  const { namespace } = context.temporal;
  const { api } = context.config;
  const key = { tenantUid, receivementUid: uid };
  const event = { eventId: `operator:${randomUUID()}`, source: 'operator', what: 'resend' } as const;
  await publisherOf(context).publish(goodsReceptionKind, { ...key, storeUid, subject }, event);
  const workflowId = goodsReceptionKind.id(key);
  const url = webUiUrl({ namespace, temporalWebUiUrl: api.temporalWebUiUrl }, { workflowId });
  const what = subject === 'receivement' ? 'Goods reception' : 'All goods received on purchase order';
  return {
    text: `${what} ${uid} (${tenantUid}, ${storeUid}) will be read from Flow and told to Omnium again.\n${url}`,
    json: { done: true, goodsReception: { tenantUid, storeUid, uid, subject, workflowId, webUiUrl: url } },
  };
}

/** The tenant in whose Flow the goods are. A uid that nobody has is most likely mistyped. */
async function tenantOf(tenants: readonly OpenTenant[], { storeUid, uid, subject }: GoodsChoice): Promise<string> {
  for (const { tenant, attempt } of tenants) {
    const found =
      subject === 'receivement'
        ? await tenant.flow.receivements.get(storeUid, uid, attempt)
        : await tenant.flow.purchaseOrders.get(storeUid, uid, attempt);
    if (found) return tenant.config.tenantUid;
  }
  const what = subject === 'receivement' ? 'receivement' : 'purchase order';
  throw new OpsError(EXIT.refused, `Flow's store ${storeUid} has no ${what} ${uid}; see npm run ops -- goods --help`);
}
