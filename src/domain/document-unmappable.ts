/**
 * A document that cannot be carried over because it contradicts itself or lacks what the other system needs.
 * `field` is the document's own path; the message never quotes a value of a person.
 */
export class DocumentUnmappableError extends Error {
  override readonly name = 'DocumentUnmappableError';

  constructor(
    readonly field: string,
    problem: string,
    /** Whose document it is. */
    readonly vendor: 'omnium' | 'flow' = 'omnium',
  ) {
    super(`${field}: ${problem}`);
  }
}
