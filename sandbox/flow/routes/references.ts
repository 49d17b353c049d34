import { type FieldError } from '../problem';

/** Anything that knows which uids exist. */
interface Known {
  has(uid: string): boolean;
}

/** One error if a uid is given and nothing has it. */
export function unknownReference(field: string, uid: string | null | undefined, known: Known): FieldError[] {
  return uid && !known.has(uid) ? [{ field, message: 'names nothing that exists' }] : [];
}

/** Errors for every member of a list that nothing has, named `field[0]` or `field[0].member`. */
export function unknownReferences(
  field: string,
  uids: readonly string[] | null | undefined,
  { known, member }: { known: Known; member?: string },
): FieldError[] {
  const suffix = member === undefined ? '' : `.${member}`;
  return (uids ?? []).flatMap((uid, index) => unknownReference(`${field}[${index}]${suffix}`, uid, known));
}
