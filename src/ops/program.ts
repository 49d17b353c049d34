import { Command, CommanderError } from 'commander';
import { ConfigurationError, loadConfig } from '../config/load';
import type { IntegrationConfig } from '../config/types';
import { loadServiceEnvironment } from '../config/service-environment';
import { openTemporal, temporalAddressOf } from '../temporal/connection';
import { grpcCodeOf, isTemporalUnreachable } from '../temporal/grpc-errors';
import { type CommandOutput, type CommandRunner, EXIT, type OpsContext, OpsError } from './context';
import { addCatalogueCommands } from './catalogue-command';
import { addEntityCommands } from './entity-program';
import { addExportCommands } from './exports';
import { addFlowWebhookCommands } from './flow-webhooks';
import { addGapCommands } from './gap-commands';
import { addStockCommands } from './stock-diff';

/** Where a run of the tool reads its settings from and writes to. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output and standard error. */
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/**
 * The operator's tool, from its arguments (without `node` and the program's path) to its exit code: 0 done, 1 not found
 * or refused, 2 the command line or the configuration cannot be used, 3 Temporal or a vendor cannot be reached, 4 (`diff`,
 * `stock diff`, `catalogue diff` and `reconcile` only) the two systems differ. With `--json` every answer, also a refusal, is
 * one JSON object on standard output.
 */
export async function runOps(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const ending = { exitCode: EXIT.ok as number };
  const noting: Noting = { ...surroundings, onExitCode: (exitCode) => (ending.exitCode = exitCode) };
  try {
    await createProgram(noting).parseAsync(args, { from: 'user' });
    return ending.exitCode;
  } catch (error) {
    return explain(error, args.includes('--json'), surroundings);
  }
}

/** Where a command says that it ends with another exit code than 0 although it has done what it was asked. */
interface Noting extends Surroundings {
  readonly onExitCode: (exitCode: number) => void;
}

interface CommonOptions {
  readonly json?: boolean;
  readonly tenant?: string;
}

const WIDTH = 100;

function createProgram(surroundings: Noting): Command {
  const program = new Command('ops')
    .usage('<command> [options]')
    .description('Where is an order, why, and what can be done about it. Needs CONFIG_FILE and TEMPORAL_*.')
    .exitOverride()
    .configureOutput({
      writeOut: surroundings.write,
      writeErr: surroundings.writeError,
      getOutHelpWidth: () => WIDTH,
      getErrHelpWidth: () => WIDTH,
    })
    .showHelpAfterError('(--help shows how)')
    .helpCommand(false);
  const runner: CommandRunner = { withOptions, run: (json, run) => inTemporal(surroundings, json, run) };
  addEntityCommands(program, runner);
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('check the whole configuration file and say everything that is wrong with it')
    .option('--json', 'answer with JSON')
    .action(({ json }: CommonOptions) =>
      print(surroundings, json, configCheck(loadConfig(undefined, surroundings.environment))),
    );
  addFlowWebhookCommands(
    program,
    withOptions,
    () => loadConfig(undefined, surroundings.environment),
    (json, output) => print(surroundings, json, output),
  );
  for (const addCommands of [addGapCommands, addCatalogueCommands, addExportCommands, addStockCommands])
    addCommands(program, runner);
  return program;
}

/** `config check`: the configuration in short; loading it has checked it. */
function configCheck({ retryLadder, api, tenants }: IntegrationConfig): CommandOutput {
  const lines = tenants.map(({ tenantUid, countryCode, currency, markets, stores, webhooks }) => {
    const schemes = webhooks.omnium.schemes.map(({ type }) => type).join(' + ');
    const marketIds = markets.map(({ marketId }) => marketId).join(', ');
    return `  ${tenantUid}: ${countryCode}, ${currency}; markets ${marketIds}; ${stores.length} ${stores.length === 1 ? 'store' : 'stores'} named; Omnium events by ${schemes}`;
  });
  const text = [
    `The configuration is in order: ${tenants.length} ${tenants.length === 1 ? 'tenant' : 'tenants'}, retry ladder "${retryLadder}", API on port ${api.port}.`,
    ...lines,
  ].join('\n');
  return { text, json: { valid: true, retryLadder, tenants: tenants.map(({ tenantUid }) => tenantUid) } };
}

function withOptions(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--tenant <uid>', 'only this Flow tenant')
    .option('--json', 'answer with JSON');
}

async function inTemporal(
  surroundings: Noting,
  json: boolean | undefined,
  run: (context: OpsContext) => Promise<CommandOutput>,
): Promise<void> {
  const { environment } = surroundings;
  const config = loadConfig(undefined, environment);
  const address = temporalAddressOf(loadServiceEnvironment(environment).temporal);
  const temporal = openTemporal(address);
  try {
    print(surroundings, json, await run({ config, temporal }));
  } catch (error) {
    if (isTemporalUnreachable(error)) {
      throw new OpsError(EXIT.unreachable, `Temporal cannot be reached at ${address.address}.`);
    }
    throw error;
  } finally {
    await temporal.close();
  }
}

function print({ write, onExitCode }: Noting, json: boolean | undefined, output: CommandOutput): void {
  write(json ? asJson(output.json) : `${output.text}\n`);
  if (output.exitCode !== undefined) onExitCode(output.exitCode);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Says what went wrong, to a person on standard error or to a machine on standard output; returns the exit code. */
function explain(error: unknown, json: boolean, { write, writeError }: Surroundings): number {
  // Commander has printed its own message; help asked for is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { exitCode, details } = classify(error);
  const message = error instanceof Error ? error.message : 'unknown error';
  if (json) write(asJson({ error: message, ...details }));
  else writeError(`${message.charAt(0).toUpperCase()}${message.slice(1)}\n`);
  return exitCode;
}

function classify(error: unknown): { exitCode: number; details: Readonly<Record<string, unknown>> } {
  if (error instanceof OpsError) return error;
  if (error instanceof ConfigurationError) return { exitCode: EXIT.usage, details: { issues: error.issues } };
  const code = grpcCodeOf(error);
  return { exitCode: EXIT.refused, details: code === undefined ? {} : { grpcCode: code } };
}
