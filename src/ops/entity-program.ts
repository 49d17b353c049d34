import type { Command } from 'commander';
import { MAX_ID_LENGTH, type EntityKey } from '../contracts/entity-sync';
import { goodsReceptionKind, type GoodsReceptionKey } from '../contracts/kinds/goods-reception';
import { productKind } from '../contracts/kinds/product';
import { purchaseOrderKind } from '../contracts/kinds/purchase-order';
import { storesKind } from '../contracts/kinds/stores';
import {
  chosenTenants,
  type CommandOutput,
  type CommandRunner,
  EXIT,
  type OpsContext,
  OpsError,
  parseLimit,
  withTenants,
} from './context';
import { entityToSync, failing, giveUp, resync, resyncAll, retryNow, where } from './entity-commands';
import type { Entity } from './entity-report';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
}

const DEFAULT_LIMIT = 50;

/** The commands about one order or other sync, and what is failing. */
export function addEntityCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const onEntity = (name: string, description: string): Command =>
    withOptions(program.command(name), description).argument(
      '<order>',
      'order number, as people quote it; for other syncs the name that `failing` shows',
    );
  onEntity('where', 'where an order (or sync) is, what was done, what failed, and when it goes on').action(
    (argument: string, { tenant, json }: Options) => run(json, (context) => where(context, argument, tenant)),
  );
  onEntity('retry-now', 'try a failing order (or sync) again now instead of waiting').action(
    (argument: string, { tenant, json }: Options) => run(json, (context) => retryNow(context, argument, tenant)),
  );
  onEntity('give-up', 'stop retrying a failing order (or sync)')
    .requiredOption('--reason <text>', 'why, shown on its page; no personal data')
    .action((argument: string, { tenant, json, reason }: Options & { readonly reason: string }) =>
      run(json, (context) => giveUp(context, argument, tenant, reason)),
    );
  onEntity('resync', 'read an order (or what another sync is about) and sync it again, known here or not')
    .option('--omnium-id <id>', 'Omnium’s id of the order, where it is not the number')
    .action((argument: string, { tenant, json, omniumId }: Options & { readonly omniumId?: string }) =>
      run(json, (context) =>
        resync(context, argument, tenant, omniumId === undefined ? {} : { omniumOrderId: omniumId }),
      ),
    );
  withOptions(program.command('failing'), 'what fails and waits to be tried again')
    .option('--limit <n>', 'how many to show', parseLimit, DEFAULT_LIMIT)
    .action(({ tenant, json, limit }: Options & { readonly limit: number }) =>
      run(json, (context) => failing(context, tenant, limit)),
    );
  addResyncCommands(program, { withOptions, run });
}

/** The commands that read an entity again by the words of its domain. */
function addResyncCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const product = program.command('product').description('products, from Omnium to the tills');
  withOptions(product.command('resync'), 'read a product from Omnium and bring it to the tills again')
    .argument('<id>', 'Omnium’s id of the product, or a SKU of it')
    .action((productId: string, { tenant, json }: Options) =>
      run(json, (context) =>
        resyncIn(context, productId, tenant, (tenantUid) => ({
          kind: productKind,
          id: { tenantUid, productId: productId.trim() } as EntityKey,
        })),
      ),
    );
  const purchaseOrder = program.command('purchase-order').description('purchase orders, from Omnium to Flow');
  withOptions(purchaseOrder.command('resync'), 'read a purchase order from Omnium and bring it to Flow again')
    .argument('<id>', 'Omnium’s id of the purchase order')
    .action((purchaseOrderId: string, { tenant, json }: Options) =>
      run(json, (context) =>
        resyncIn(context, purchaseOrderId, tenant, (tenantUid) => ({
          kind: purchaseOrderKind,
          id: { tenantUid, purchaseOrderId: purchaseOrderId.trim() } as EntityKey,
        })),
      ),
    );
  const goods = program.command('goods').description('goods receptions');
  withOptions(goods.command('resend'), 'look at a goods reception again and send Omnium what it does not know of it')
    .argument('<receivementUid>', 'Flow’s uid of the receivement')
    .requiredOption('--store <uid>', 'Flow store in which the goods were received')
    .option('--purchase-order', 'the uid is of a purchase order: look at all its receivements')
    .action((uid: string, { tenant, json, store, purchaseOrder: isOrder }: Options & GoodsOptions) =>
      run(json, (context) =>
        goodsResend(context, tenant, {
          ...{ receivementUid: uid, storeUid: store, subject: isOrder ? 'purchase-order' : 'receivement' },
        }),
      ),
    );
  const stores = program.command('stores').description('stores and warehouses');
  withOptions(stores.command('export'), 'bring all stores and warehouses from Omnium to Flow')
    .option('--wait', 'wait for the end and say what was done')
    .action(({ tenant, json, wait }: Options & { readonly wait?: boolean }) =>
      run(json, (context) => resyncAll(context, storesKind, tenant, wait === true)),
    );
}

interface GoodsOptions {
  readonly store: string;
  readonly purchaseOrder?: boolean;
}

/** Resyncs what is named by an id of Omnium's in the tenant that is named, is the only one, or knows it. */
async function resyncIn(
  context: OpsContext,
  omniumId: string,
  tenant: string | undefined,
  entityIn: (tenantUid: string) => Entity,
): Promise<CommandOutput> {
  if (omniumId.trim() === '' || omniumId.trim().length > MAX_ID_LENGTH)
    throw new OpsError(EXIT.usage, `An id of Omnium’s has 1 to ${MAX_ID_LENGTH} characters.`);
  const candidates = chosenTenants(context, tenant).map(({ tenantUid }) => entityIn(tenantUid));
  const { kind, id } = await entityToSync(context, omniumId, candidates);
  return await resync(context, kind.id(id), undefined);
}

/** Flow's UID pattern: anything else can be no uid, and would name no workflow. */
const UID = /^[A-Za-z0-9_-]+$/;

/** `goods resend <uid> --store`: in the tenant in whose Flow the goods are. A uid that none has is most likely mistyped. */
async function goodsResend(
  context: OpsContext,
  tenantUid: string | undefined,
  goods: Omit<GoodsReceptionKey, 'tenantUid'>,
): Promise<CommandOutput> {
  const { receivementUid: uid, storeUid, subject } = goods;
  if (!UID.test(uid) || !UID.test(storeUid))
    throw new OpsError(EXIT.usage, 'A uid of Flow’s has letters, digits, - and _ only.');
  const what = subject === 'receivement' ? 'receivement' : 'purchase order';
  const owner = await withTenants(context, tenantUid, async (tenants) => {
    for (const reading of tenants) {
      const { flow, config } = reading.tenant;
      const resource = subject === 'receivement' ? flow.receivements : flow.purchaseOrders;
      if (await resource.get(storeUid, uid, reading)) return config.tenantUid;
    }
    throw new OpsError(EXIT.refused, `Flow's store ${storeUid} has no ${what} ${uid}; see npm run ops -- goods --help`);
  });
  const workflowId = goodsReceptionKind.id({ tenantUid: owner, receivementUid: uid });
  return await resync(context, workflowId, undefined, { storeUid, subject });
}
