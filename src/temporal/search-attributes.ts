import { type Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { searchAttributes } from '../contracts/search-attributes';
import { GRPC, grpcCodeOf } from './grpc-errors';

/** The namespace lacks search attributes and we may not add them; the message says who can, and how. */
export class SearchAttributesMissingError extends Error {
  override readonly name = 'SearchAttributesMissingError';
}

const DEADLINE_MS = 10_000;

type Wanted = (typeof searchAttributes)[keyof typeof searchAttributes];

/** `KEYWORD` → `Keyword`, as the Temporal CLI spells types. */
const cliType = ({ type }: Wanted): string => type.charAt(0) + type.slice(1).toLowerCase();

/**
 * Adds the search attributes of `src/contracts/search-attributes.ts` that the namespace lacks. Safe to call from several
 * processes at once and on every start.
 *
 * @returns the names that were added
 * @throws SearchAttributesMissingError where it is not permitted (Temporal Cloud, a locked-down cluster) or a name is
 *   taken by another type
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const within = <T>(call: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + DEADLINE_MS, call);
  const wanted: Wanted[] = Object.values(searchAttributes);
  let missing = wanted;
  try {
    const { customAttributes } = await within(() => connection.operatorService.listSearchAttributes({ namespace }));
    const known = customAttributes ?? {};
    refuseOtherTypes(wanted, known);
    missing = wanted.filter(({ name }) => known[name] === undefined);
    if (missing.length === 0) return [];
    const toAdd = Object.fromEntries(
      missing.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type) ?? 0]),
    );
    await within(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes: toAdd }));
    return missing.map(({ name }) => name);
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code === GRPC.ALREADY_EXISTS) return []; // another process of ours was first
    if (code === GRPC.PERMISSION_DENIED || code === GRPC.UNAUTHENTICATED || code === GRPC.UNIMPLEMENTED) {
      throw new SearchAttributesMissingError(notPermitted(missing, namespace), { cause: error });
    }
    throw error;
  }
}

function refuseOtherTypes(wanted: readonly Wanted[], known: Readonly<Record<string, number>>): void {
  const clashing = wanted.filter(({ name, type }) => {
    const existing = known[name];
    return existing !== undefined && existing !== Number(encodeSearchAttributeIndexedValueType(type));
  });
  if (clashing.length === 0) return;
  const names = clashing.map((key) => `${key.name} (must be ${cliType(key)})`).join(', ');
  throw new SearchAttributesMissingError(`The namespace has search attributes of another type: ${names}`);
}

function notPermitted(missing: readonly Wanted[], namespace: string): string {
  const options = missing.map((key) => `--name ${key.name} --type ${cliType(key)}`).join(' ');
  return (
    `Search attributes could not be checked or added in namespace "${namespace}": not permitted here. ` +
    `Have an administrator make sure that these exist: ` +
    `temporal operator search-attribute create --namespace ${namespace} ${options} ` +
    `(Temporal Cloud: the namespace's settings page, or tcld namespace search-attributes add)`
  );
}
