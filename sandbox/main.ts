import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Command, InvalidArgumentError, Option } from 'commander';

import { buildChain } from './chain/build-chain';
import { type Chain } from './chain/types';
import { FLOW_MANNERS } from './flow/manners';
import { startFlowSandbox } from './flow/server';
import { CATALOGUE_STATES, type CatalogueState } from './flow/store/seed-catalogue';
import { type RunningSandbox } from './kit/server';
import { type Manners, unknownManners } from './kit/manners';
import { OMNIUM_MANNERS } from './omnium/manners';
import { startOmniumSandbox } from './omnium/server';

interface SandboxArguments {
  readonly seed: number;
  readonly products: number;
  readonly stores: number;
  readonly storePrices: number;
  readonly variety: boolean;
  readonly omniumPort: number;
  readonly flowPort: number;
  readonly flowCatalogue: CatalogueState;
  readonly host: string;
  readonly state?: string;
  readonly timeScale: number;
  readonly indexLagMs: number;
  readonly manners: readonly string[];
}

const ALL_MANNERS: Manners = { ...OMNIUM_MANNERS, ...FLOW_MANNERS };
/** Exit status when a port is taken. */
const EXIT_PORT_BUSY = 3;
/** A stop that takes longer is cut off. */
const STOP_WITHIN_MS = 1_900;

function parseArguments(argv: readonly string[]): SandboxArguments {
  return new Command()
    .name('npm run sandbox --')
    .description('Starts the Omnium and the Flow sandbox, two servers seeded from the same made-up chain.')
    .option('--seed <number>', 'the same seed makes the same chain', wholeNumber(0), 1)
    .option('--products <number>', 'SKUs in the catalogue', wholeNumber(1), 3_000)
    .option('--stores <number>', 'stores, spread over four markets', wholeNumber(1), 12)
    .option('--store-prices <number>', 'stores with a price of their own for every SKU', wholeNumber(0), 0)
    .option('--variety', "everything rare that catalogues hold, in Omnium's", false)
    .option('--omnium-port <port>', 'port of the Omnium sandbox, 0 for any', port, 4010)
    .option('--flow-port <port>', 'port of the Flow sandbox, 0 for any', port, 4020)
    .addOption(
      new Option('--flow-catalogue <state>', "what the tills' catalogue is at the start")
        .choices(CATALOGUE_STATES)
        .default('seeded'),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--state <folder>', 'keep the state in this folder over a restart')
    .option('--time-scale <factor>', 'multiplies the delays between webhook tries', positiveNumber, 1)
    .option('--index-lag-ms <ms>', "delay until Omnium's searches find what was written", wholeNumber(0), 300)
    .option(
      '--manners <names>',
      'what the contract leaves open done the other way, separated by commas',
      mannerNames,
      [],
    )
    .allowExcessArguments(false)
    .parse([...argv], { from: 'user' })
    .opts<SandboxArguments>();
}

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  const { products, stores, storePrices, variety } = options;
  const chain = buildChain({ seed: options.seed, products, stores, storePrices, variety });
  if (options.state !== undefined) mkdirSync(options.state, { recursive: true });
  const running: RunningSandbox[] = [];
  stopOnSignals(running);
  const { seed, host, timeScale, indexLagMs } = options;
  const shared = { chain, seed, host, timeScale };
  const omnium = await startOrExplain('Omnium', options.omniumPort, () =>
    startOmniumSandbox({
      ...shared,
      ...stateFile(options, 'omnium'),
      manners: mannersOf(OMNIUM_MANNERS, options),
      port: options.omniumPort,
      indexLagMs,
    }),
  );
  if (omnium) running.push(omnium);
  const { flowPort, flowCatalogue: catalogue } = options;
  const flow =
    omnium &&
    (await startOrExplain('Flow', flowPort, () =>
      startFlowSandbox({
        ...shared,
        ...stateFile(options, 'flow'),
        manners: mannersOf(FLOW_MANNERS, options),
        port: flowPort,
        catalogue,
      }),
    ));
  if (!omnium || !flow) {
    await Promise.all(running.map((sandbox) => sandbox.stop()));
    process.exitCode = EXIT_PORT_BUSY;
    return;
  }
  running.push(flow);
  console.log(describe(chain, omnium, flow, options.manners));
}

function stateFile({ state }: SandboxArguments, vendor: string): { stateFile?: string } {
  return state === undefined ? {} : { stateFile: join(state, `${vendor}.json`) };
}

/** The manners of the command line that are a vendor's; a name that both have is switched on in both. */
function mannersOf(manners: Manners, { manners: names }: SandboxArguments): string[] {
  return names.filter((name) => name in manners);
}

/** Starts a server; says so and gives nothing when its port is taken. */
async function startOrExplain(
  vendor: 'Omnium' | 'Flow',
  wantedPort: number,
  start: () => Promise<RunningSandbox>,
): Promise<RunningSandbox | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const option = `--${vendor.toLowerCase()}-port`;
    console.error(
      `Port ${wantedPort} for the ${vendor} sandbox is in use. Stop what uses it, or choose another: ${option} <port>`,
    );
    return undefined;
  }
}

function stopOnSignals(running: readonly RunningSandbox[]): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    void Promise.allSettled(running.map((sandbox) => sandbox.stop())).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function describe(chain: Chain, omnium: RunningSandbox, flow: RunningSandbox, on: readonly string[]): string {
  const { clientId, clientSecret } = chain.omniumApiUser;
  const skus = chain.products.reduce((sum, product) => sum + product.skus.length, 0);
  return [
    `${chain.name}: ${chain.stores.length} stores, ${skus} SKUs, ${chain.customers.length} customers (seed ${chain.seed})`,
    '',
    `Omnium  ${omnium.url}/api`,
    `        client id ${clientId}, client secret ${clientSecret}`,
    `        fault switches and logs: ${omnium.url}/_sandbox`,
    `Flow    ${flow.url}/v2`,
    ...chain.markets.map(
      ({ tenantUid, integrationToken, name }) => `        ${name}: tenant ${tenantUid}, token ${integrationToken}`,
    ),
    `        tills: ${flow.url}/_sim/tenants/{tenantUid}/stores/{storeUid}`,
    `        what is in them: ${flow.url}/_sim/tenants/{tenantUid}/catalogue`,
    `        fault switches and logs: ${flow.url}/_sandbox`,
    '',
    `Manners (what the contract leaves open, done the other way): ${mannersLine(on)}`,
    '',
    'Switch a fault on:',
    `  curl -X POST ${flow.url}/_sandbox/faults -H 'content-type: application/json' \\`,
    `    -d '{"kind":"error","status":503,"path":"/orders","share":0.5,"forMs":30000}'`,
    'Ctrl-C stops both.',
  ].join('\n');
}

function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min) throw new InvalidArgumentError(`It must be a whole number from ${min}.`);
    return value;
  };
}

function mannerNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const problem = unknownManners(ALL_MANNERS, names);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return names;
}

function mannersLine(on: readonly string[]): string {
  const all = Object.keys(ALL_MANNERS).length;
  return `${on.length > 0 ? on.join(', ') : 'none'} of ${all} on; GET and PUT {"on": […]} /_sandbox/manners`;
}

function port(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 65_535) throw new InvalidArgumentError('A port is at most 65535.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
