import { randomUUID } from 'node:crypto';
import { type Command } from 'commander';
import { purchaseOrderKind } from '../contracts/kinds/purchase-order';
import { webUiUrl } from '../temporal/order-directory';
import { type CommandOutput } from './command-output';
import { type OpsContext, publisherOf } from './context';
import { type CommandRunner } from './command-runner';
import { oneTenant } from './one-tenant';
import { EXIT, OpsError } from './ops-error';

/** Which purchase order, by Omnium's id. */
export interface PurchaseOrderChoice {
  readonly purchaseOrderId: string;
  readonly tenantUid: string | undefined;
}

const MAX_ID_LENGTH = 200;

/** `purchase-order resync`: what an operator does about one purchase order. */
export function addPurchaseOrderCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const purchaseOrder = program.command('purchase-order').description('purchase orders, from Omnium to Flow');
  withOptions(purchaseOrder.command('resync'), 'read a purchase order from Omnium and bring it to Flow again')
    .argument('<id>', 'Omnium’s id of the purchase order')
    .action((purchaseOrderId: string, { tenant, json }: { readonly tenant?: string; readonly json?: boolean }) =>
      run(json, (context) => resyncPurchaseOrder(context, { purchaseOrderId, tenantUid: tenant })),
    );
}

/** `purchase-order resync <id>`: the same as one more event of Omnium's, also for one that nobody told us about. */
async function resyncPurchaseOrder(context: OpsContext, choice: PurchaseOrderChoice): Promise<CommandOutput> {
  const purchaseOrderId = choice.purchaseOrderId.trim();
  if (purchaseOrderId === '' || purchaseOrderId.length > MAX_ID_LENGTH) {
    throw new OpsError(EXIT.usage, `The id of a purchase order has 1 to ${MAX_ID_LENGTH} characters.`);
  }
  const tenantUid = await oneTenant(context, {
    what: `Purchase order ${purchaseOrderId}`,
    tenantUid: choice.tenantUid,
    workflowIdIn: (tenant) => purchaseOrderKind.id({ tenantUid: tenant, purchaseOrderId }),
  });
  const { namespace } = context.temporal;
  const { api } = context.config;
  const subject = { tenantUid, purchaseOrderId };
  await publisherOf(context).publish(purchaseOrderKind, subject, {
    ...{ eventId: `operator:${randomUUID()}`, source: 'operator', what: 'resync' },
  });
  const workflowId = purchaseOrderKind.id(subject);
  const url = webUiUrl({ namespace, temporalWebUiUrl: api.temporalWebUiUrl }, { workflowId });
  return {
    text: `Purchase order ${purchaseOrderId} (${tenantUid}) will be read from Omnium and brought to Flow again.\n${url}`,
    json: { done: true, purchaseOrder: { tenantUid, purchaseOrderId, workflowId, webUiUrl: url } },
  };
}
