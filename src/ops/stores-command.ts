import { type Command } from 'commander';
import { type CommandRunner } from './command-runner';
import { storesExport } from './stores-export';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly wait?: boolean;
}

/** `stores export`: all stores of a tenant from Omnium to Flow. */
export function addStoresCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const stores = program.command('stores').description('stores and warehouses');
  withOptions(stores.command('export'), 'bring all stores and warehouses from Omnium to Flow')
    .option('--wait', 'wait for the end and say what was done')
    .action(({ tenant, json, wait }: Options) =>
      run(json, (context) => storesExport(context, { tenantUid: tenant, wait: wait === true })),
    );
}
