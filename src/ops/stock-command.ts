import { type Command } from 'commander';
import { type CommandRunner } from './context';
import { stockDiff } from './stock-diff';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly store?: string;
  readonly repair?: boolean;
}

/** `stock diff`: the drift report of a store's stock. */
export function addStockCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const stock = program.command('stock').description('stock in both systems');
  withOptions(stock.command('diff'), 'compare the stock of a store in both systems and say why it differs')
    .option('--store <uid>', 'only this Flow store; all without it')
    .option('--repair', 'write what differs towards the store’s stock master, and wait for it')
    .action(({ tenant, json, store, repair }: Options) =>
      run(json, (context) => stockDiff(context, { tenantUid: tenant, storeUid: store, repair: repair === true })),
    );
}
