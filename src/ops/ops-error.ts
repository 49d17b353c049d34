/** Exit codes of the operator's tool; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Not found, or refused with a reason. */
  refused: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** Temporal, or the vendor that was to be asked, cannot be reached. */
  unreachable: 3,
  /** `diff`, `stock diff`, `catalogue diff` and `reconcile`: the two systems are not the same. Nothing went wrong with the command. */
  differs: 4,
} as const;

/** A command that ends here, with words for the person who typed it. */
export class OpsError extends Error {
  override readonly name = 'OpsError';

  constructor(
    readonly exitCode: (typeof EXIT)['refused' | 'usage' | 'unreachable'],
    message: string,
    /** More for `--json`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
