import { type Command, Argument, InvalidArgumentError } from 'commander';
import { SWEEP_STREAMS, type SweepStream } from '../contracts/streams';
import { type CommandRunner } from './context';
import { diff } from './diff';
import { parseSince, reconcile } from './reconcile';
import { schedules } from './schedules';
import { sweep } from './sweeps';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
}

/** The commands about what was missed: `sweep`, `schedules`, `diff` and `reconcile`. */
export function addGapCommands(program: Command, { withOptions, run }: CommandRunner): void {
  withOptions(program.command('sweep'), 'look now for what no webhook told of, and have it synced')
    .addArgument(new Argument('[stream]', 'what to look through; all of it without one').choices(SWEEP_STREAMS))
    .option('--wait', 'wait for the end and show the report')
    .action((stream: SweepStream | undefined, { tenant, json, wait }: Options & { readonly wait?: boolean }) =>
      run(json, (context) => sweep(context, stream, tenant, wait === true)),
    );
  withOptions(
    program.command('schedules'),
    'sweeps and exports: last and next run, what they did, what was skipped',
  ).action(({ tenant, json }: Options) => run(json, (context) => schedules(context, tenant)));
  withOptions(program.command('diff'), 'what a sync of an order would write now, field by field; writes nothing')
    .argument('<order>', 'order number, or Flow’s uid of an order or return')
    .action((order: string, { tenant, json }: Options) =>
      run(json, (context) => diff(context, { order, tenantUid: tenant })),
    );
  withOptions(program.command('reconcile'), 'compare both systems store by store; writes nothing')
    .requiredOption('--since <time>', 'what has changed since: an ISO date or time, or e.g. 24h, 7d', parseTime)
    .option('--store <uid>', 'only this Flow store')
    .action(({ tenant, json, since, store }: Options & { readonly since: Date; readonly store?: string }) =>
      run(json, (context) => reconcile(context, tenant, since, store)),
    );
}

function parseTime(text: string): Date {
  const since = parseSince(text, new Date());
  if (!since)
    throw new InvalidArgumentError('It must be a past date or time (2026-03-01T06:00Z), or e.g. 90m, 24h, 7d.');
  return since;
}
