/**
 * A request that is answered with something else than 202, for a reason the sender may know. Each status has one
 * meaning for the senders' retry rules (docs/architecture.md, "Intake"): 4xx is final for them, 503 is sent again.
 */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(
    readonly status: 400 | 401 | 413 | 503,
    /** For the sender: no secrets, nothing of the body. */
    readonly reason: string,
  ) {
    super(reason);
  }
}
