import { Command, InvalidArgumentError } from 'commander';
import { FLOW_MANNERS } from '../../sandbox/flow/manners';
import { unknownManners } from '../../sandbox/kit/manners';
import { OMNIUM_MANNERS } from '../../sandbox/omnium/manners';

/** What `npm start` was asked to do. */
export interface StartOptions {
  /** Port of the integration's API. */
  readonly port: number;
  readonly temporalPort: number;
  /** Port of Temporal's Web UI. */
  readonly uiPort: number;
  readonly omniumPort: number;
  readonly flowPort: number;
  /** Folder of everything that survives a restart. */
  readonly state: string;
  /** Trading log to replay instead of the made-up trading day. */
  readonly trades?: string;
  /** False with `--no-day`: start everything and play nothing. */
  readonly day: boolean;
  /** Forget the saved state first. */
  readonly fresh: boolean;
  /** What the vendors' contracts leave open and the sandboxes do the other way (docs/assumptions.md). */
  readonly manners: readonly string[];
}

/** Reads the arguments of `npm start -- …`; prints help or the mistake and ends the process as commander does. */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  return new Command()
    .name('npm start --')
    .description('Starts Temporal, both vendor sandboxes, the API and the workers, and plays a short trading day.')
    .option('--port <port>', 'port of the API', toPort, 4000)
    .option('--temporal-port <port>', 'port of the Temporal server', toPort, 7233)
    .option('--ui-port <port>', 'port of the Temporal Web UI', toPort, 8233)
    .option('--omnium-port <port>', 'port of the Omnium sandbox', toPort, 4010)
    .option('--flow-port <port>', 'port of the Flow sandbox', toPort, 4020)
    .option('--state <folder>', 'folder that keeps the state over a restart', '.state')
    .option('--trades <file>', 'replay this trading log (CSV) instead of the made-up day')
    .option('--no-day', 'start everything and play nothing')
    .option('--fresh', 'forget the saved state first', false)
    .option(
      '--manners <names>',
      "what the vendors' contracts leave open, done the other way; with commas",
      toManners,
      [],
    )
    .allowExcessArguments(false)
    .parse([...argv], { from: 'user' })
    .opts<StartOptions>();
}

function toManners(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const problem = unknownManners({ ...OMNIUM_MANNERS, ...FLOW_MANNERS }, names);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return names;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  }
  return port;
}
