import { type Command } from 'commander';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';

/** How the program runs a command. */
export interface CommandRunner {
  readonly withOptions: (command: Command, description: string) => Command;
  readonly run: (json: boolean | undefined, work: (context: OpsContext) => Promise<CommandOutput>) => Promise<void>;
}
