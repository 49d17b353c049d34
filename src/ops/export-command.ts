import { type Command, Argument, InvalidArgumentError, Option } from 'commander';
import { EXPORT_STREAMS, EXPORT_TASKS, streamOfTask, type ExportAsk } from '../contracts/export-messages';
import { chosenKeys, exportDryRun, exportNow } from './export';
import { exportCancel } from './export-cancel';
import { type CommandRunner, EXIT, OpsError } from './context';
import { parseSince } from './reconcile';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly market?: string;
  readonly full?: boolean;
  readonly since?: Date;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly cancel?: boolean;
}

/** `export <task>`: one of the vendor's scheduled tasks, now. */
export function addExportCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const tasks = EXPORT_STREAMS.map((stream) => EXPORT_TASKS[stream]);
  withOptions(program.command('export'), 'run a scheduled task now: what changed in Omnium goes to Flow')
    .addArgument(new Argument('<task>', 'the scheduled task, under the vendor’s name').choices(tasks))
    .option('--market <id>', 'only this market, or market group')
    .addOption(new Option('--full', 'everything, and not only what has changed').conflicts('since'))
    .option('--since <time>', 'what has changed since: an ISO date or time, or e.g. 24h, 7d', parseTime)
    .addOption(new Option('--dry-run', 'only say what would be written').conflicts('cancel'))
    .option('--wait', 'wait for the end and show the report')
    .addOption(
      new Option('--cancel', 'end the runs at work; the next begins where they did').conflicts(['full', 'since']),
    )
    .action((task: string, options: Options) =>
      run(options.json, (context) => {
        const stream = streamOfTask(task);
        if (!stream) throw new OpsError(EXIT.usage, `There is no export ${task}. There are: ${tasks.join(', ')}.`);
        const { tenant: tenantUid, market, wait = false, dryRun = false } = options;
        const choice = { stream, tenantUid, market, wait, ask: askOf(options) };
        if (options.cancel) return exportCancel(context, chosenKeys(context, choice), choice);
        return dryRun ? exportDryRun(context, choice) : exportNow(context, choice);
      }),
    );
}

function askOf({ full, since }: Options): ExportAsk | undefined {
  if (full) return { kind: 'everything' };
  return since && { kind: 'since', since: since.toISOString() };
}

function parseTime(text: string): Date {
  const since = parseSince(text, new Date());
  if (!since)
    throw new InvalidArgumentError('It must be a past date or time (2026-03-01T06:00Z), or e.g. 90m, 24h, 7d.');
  return since;
}
