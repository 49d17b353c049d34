import { Standings } from '../activities/delta/standings';
import { ownAttempt, type StreamDocument } from '../activities/delta/sweep-stream';
import { readFlowOrders } from '../activities/delta/streams/flow-orders';
import { readFlowReceipts } from '../activities/delta/streams/flow-receipts';
import { readOmniumOrders } from '../activities/delta/streams/omnium-orders';
import { type Tenant } from '../activities/tenants';
import { type SweepTarget, type SweepWindow } from '../contracts/sweep-messages';
import { stripToUid } from '../domain/uid';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';
import { EXIT } from './ops-error';
import { Reconciliation, type Finding } from './reconciliation';
import { describeReconciliation } from './reconcile-text';
import { type OpenTenant, withTenants } from './with-tenants';

/** What is to be compared. */
export interface ReconcileChoice {
  readonly tenantUid: string | undefined;
  readonly since: Date;
  /** Only this Flow store. */
  readonly storeUid: string | undefined;
}

/** Looks at the same time; an operator's question must not take the vendors' places from the orders. */
const LOOKS_AT_ONCE = 4;
/** What its own workflow has not finished within this time is late. */
export const LATE_AFTER_MS = 15 * 60_000;

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A past moment: an ISO date or time, or so long ago (`90m`, `24h`, `7d`). `undefined` for anything else. */
export function parseSince(text: string, now: Date): Date | undefined {
  const ago = /^(\d{1,5})([mhd])$/.exec(text.trim());
  const unit = ago?.[2] === 'm' || ago?.[2] === 'h' || ago?.[2] === 'd' ? UNITS_MS[ago[2]] : undefined;
  const isIso = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text.trim());
  const sinceMs = unit !== undefined ? now.getTime() - Number(ago?.[1]) * unit : isIso ? Date.parse(text.trim()) : NaN;
  return sinceMs <= now.getTime() ? new Date(sinceMs) : undefined;
}

/**
 * `reconcile --since`: every order and receipt that has changed in either system since then is compared with the other
 * one, and counted by store. Reads both systems, writes nothing, signals nobody.
 *
 * Exit code 0: nothing is missing, late, differing or extra; 4: something is.
 */
export async function reconcile(context: OpsContext, choice: ReconcileChoice): Promise<CommandOutput> {
  const now = new Date();
  const window: SweepWindow = {
    ...{ watermark: choice.since.toISOString(), from: choice.since.toISOString(), to: now.toISOString() },
    since: 'last-sweep',
  };
  const tenants = await withTenants(context, choice.tenantUid, async (opened) => {
    const reports: { readonly tenantUid: string; readonly reconciliation: Reconciliation }[] = [];
    for (const open of opened) {
      reports.push({
        tenantUid: open.tenant.config.tenantUid,
        reconciliation: await reconcileTenant(context, open, { window, storeUid: choice.storeUid }),
      });
    }
    return reports;
  });
  const isClean = tenants.every(({ reconciliation }) => reconciliation.isClean());
  const { from, to } = window;
  return {
    text: describeReconciliation(tenants, { from, to }),
    json: {
      ...{ isClean, from, to },
      tenants: tenants.map(({ tenantUid, reconciliation }) => ({ tenantUid, ...reconciliation.report() })),
    },
    ...(!isClean && { exitCode: EXIT.differs }),
  };
}

async function reconcileTenant(
  { temporal }: OpsContext,
  { tenant, attempt }: OpenTenant,
  { window, storeUid }: { readonly window: SweepWindow; readonly storeUid: string | undefined },
): Promise<Reconciliation> {
  const read = { tenant, attempt, window, cursor: undefined };
  const reconciliation = new Reconciliation(storeUid);
  const judge = new Judge(tenant, new Standings(temporal.client, tenant.config.tenantUid));
  const streams = [
    { kind: 'orders' as const, pages: readOmniumOrders(read) },
    { kind: 'orders' as const, pages: readFlowOrders(read) },
    { kind: 'receipts' as const, pages: readFlowReceipts(read) },
  ];
  for (const { kind, pages } of streams) {
    for await (const { documents } of pages) {
      const waiting = documents.values();
      const lookers = Array.from({ length: LOOKS_AT_ONCE }, async () => {
        for (const document of waiting) {
          if (reconciliation.isKnown(kind, document.target)) continue;
          reconciliation.note(kind, await judge.judge(kind, document, ownAttempt(attempt)));
        }
      });
      await Promise.all(lookers);
    }
  }
  return reconciliation;
}

/** Says of one document how the two systems stand about it. */
class Judge {
  constructor(
    private readonly tenant: Tenant,
    private readonly standings: Standings,
  ) {}

  async judge(kind: 'orders' | 'receipts', document: StreamDocument, attempt: OpenTenant['attempt']): Promise<Finding> {
    const look = await document.look(attempt);
    const { storeUid } = look;
    const asked = document.target;
    if (look.verdict !== 'differs') {
      const isOrphan = look.verdict === 'notOurs' && kind === 'orders' && (await this.isOrphan(asked, attempt));
      return { is: isOrphan ? 'extra' : look.verdict, target: asked, storeUid };
    }
    const { target } = look;
    const standing = await this.standings.of(target);
    if (standing.is === 'running') return { is: isLate(document) ? 'late' : 'inProgress', target, storeUid };
    return { is: kind === 'receipts' ? 'missing' : await this.compare(target, attempt), target, storeUid };
  }

  /** A sale in Omnium that says it is from a till which knows nothing of it. */
  private async isOrphan(target: SweepTarget, attempt: OpenTenant['attempt']): Promise<boolean> {
    if (target.kind !== 'order' || !target.omniumOrderId || !target.flowOrderUid) return false;
    return (await this.tenant.flow.orders.get(target.flowOrderUid, attempt)) === undefined;
  }

  private async compare(target: SweepTarget, attempt: OpenTenant['attempt']): Promise<Finding['is']> {
    if (target.kind !== 'order') return 'differing';
    const { orderNumber, omniumOrderId = orderNumber, flowOrderUid } = target;
    const inOmnium = await this.tenant.omnium.orders.get(omniumOrderId, attempt);
    const inFlow =
      (flowOrderUid !== undefined && (await this.tenant.flow.orders.get(flowOrderUid, attempt))) ||
      (await this.tenant.flow.orders.get(stripToUid(omniumOrderId), attempt));
    if (!inOmnium) return inFlow && inFlow.externalOrderNumber ? 'extra' : 'missing';
    return inFlow ? 'differing' : 'missing';
  }
}

function isLate({ modifiedAt }: StreamDocument): boolean {
  return modifiedAt !== undefined && Date.parse(modifiedAt) < Date.now() - LATE_AFTER_MS;
}
