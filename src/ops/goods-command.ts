import { type Command } from 'commander';
import { type CommandRunner } from './command-runner';
import { goodsResend } from './goods-resend';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly store: string;
  readonly purchaseOrder?: boolean;
}

/** `goods resend`: a goods reception once more from Flow to Omnium. */
export function addGoodsCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const goods = program.command('goods').description('goods receptions');
  withOptions(goods.command('resend'), 'look at a goods reception again and tell Omnium what it does not know of it')
    .argument('<receivementUid>', 'Flow’s uid of the receivement')
    .requiredOption('--store <uid>', 'Flow store in which the goods were received')
    .option('--purchase-order', 'the uid is of a purchase order: look at all its receivements')
    .action((uid: string, { tenant, json, store, purchaseOrder }: Options) =>
      run(json, (context) =>
        goodsResend(context, {
          ...{ tenantUid: tenant, storeUid: store, uid },
          subject: purchaseOrder ? 'purchase-order' : 'receivement',
        }),
      ),
    );
}
