import { type EXIT } from './ops-error';

/** What a command found or did: for people, and for `--json`. */
export interface CommandOutput {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Only `diff` and `reconcile` end with another one than 0 although they have done what they were asked. */
  readonly exitCode?: typeof EXIT.differs;
}
