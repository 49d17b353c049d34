/** One field that is wrong, named as in the request: `items[3].sku`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer other than success, in Flow's words: `{code, message, errors?}` (flow-api.md §2, assumed). */
export class FlowProblem extends Error {
  override readonly name = 'FlowProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: { readonly message: string; readonly errors?: readonly FieldError[] },
  ) {
    super(detail.message);
  }

  /** The answer's body. */
  toBody(): { code: string; message: string; errors?: readonly FieldError[] } {
    const { message, errors } = this.detail;
    return { code: this.code, message, ...(errors ? { errors } : {}) };
  }
}

/** 404 for a uid that nothing has. */
export function notFound(entity: string): FlowProblem {
  return new FlowProblem(404, 'NOT_FOUND', { message: `There is no such ${entity}.` });
}

/** 409: the request is well formed but the document's present state forbids it. */
export function conflict(code: string, message: string): FlowProblem {
  return new FlowProblem(409, code, { message });
}

/** 409 for a create with a uid that is taken. */
export function duplicateUid(entity: string, uidField: string): FlowProblem {
  const message = `A ${entity} with this uid exists already.`;
  return new FlowProblem(409, 'DUPLICATE_UID', { message, errors: [{ field: uidField, message: 'is taken' }] });
}

/** 422 naming every wrong field. */
export function invalid(errors: readonly FieldError[]): FlowProblem {
  const message = `The request is not valid: ${errors.map(({ field }) => field).join(', ')}.`;
  return new FlowProblem(422, 'VALIDATION_FAILED', { message, errors });
}

/** 422 for one field. */
export function invalidField(field: string, message: string): FlowProblem {
  return invalid([{ field, message }]);
}

/** Throws 422 if there are errors. */
export function refuseIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(errors);
}
