import { type EXIT } from './ops-error';

/** What a command found or did: for people, and for `--json`. */
export interface CommandOutput {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Only those that compare (`diff`, `stock diff`, `catalogue diff`, `reconcile`) end with another one than 0 although they have done what they were asked. */
  readonly exitCode?: typeof EXIT.differs;
}
