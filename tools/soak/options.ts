import { Command, InvalidArgumentError } from 'commander';

/** What `npm run soak` was asked to do. */
export interface SoakOptions {
  /** Orders and visits to the tills to be played; played in whole rounds. */
  readonly orders: number;
  /** Worker processes, of which one at a time is killed. */
  readonly workers: number;
  /** Seconds between two kills. */
  readonly killEvery: number;
  /** Seconds over which the orders of one round are spread. */
  readonly over: number;
}

/** Reads the arguments; prints help or the mistake and ends the process as commander does. */
export function parseSoakOptions(argv: readonly string[]): SoakOptions {
  return new Command()
    .name('npm run soak --')
    .description('Plays orders while worker processes are killed with SIGKILL, and compares both systems afterwards.')
    .option('--orders <number>', 'orders, in rounds of about 1,000', toCount, 1_000)
    .option('--workers <number>', 'worker processes', toCount, 2)
    .option('--kill-every <seconds>', 'seconds between two kills', toCount, 5)
    .option('--over <seconds>', 'seconds that a round is spread over', toCount, 200)
    .allowExcessArguments(false)
    .parse([...argv], { from: 'user' })
    .opts<SoakOptions>();
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1.');
  return count;
}
