import type { RecordedCall } from '../vendors/recording-proxy';

/** A call that is made again. */
export interface BareCall extends Omit<RecordedCall, 'number' | 'scrollId'> {
  /** Its path ends in the scroll of the row's call before it. */
  readonly goesOn?: true;
}

/** Calls that have to be made one after the other: all for one product with its variants, one scroll, or a single call. */
export type BareRow = readonly BareCall[];

/**
 * The calls of an export, to be made again by a loop that knows them all beforehand. Rows of a phase may be made at the
 * same time, in their order; a phase begins when the one before is over.
 */
export type BareScript = readonly (readonly BareRow[])[];

/** The one row of all that products share. */
const SHARED = 'shared';

/** What a call is about, as far as order matters. */
interface Subject {
  readonly row: string;
  readonly phase: Phase;
}

/** Brands, suppliers, properties and lists come before whatever names them; packages after their parts. */
const PHASES = ['shared', 'rows', 'packages'] as const;
type Phase = (typeof PHASES)[number];

/**
 * Makes a script of recorded calls.
 *
 * @param calls in any order
 * @param rootOf the product that another belongs to, by uid: variants are made with their style
 */
export function bareScript(calls: readonly RecordedCall[], rootOf: ReadonlyMap<string, string>): BareScript {
  const rows = new Map<string, { phase: Phase; calls: BareCall[] }>();
  const scrolls = new Map<string, string>();
  for (const call of [...calls].sort((one, other) => one.number - other.number)) {
    const goesOn = scrolls.get(lastSegment(call.path));
    const { row, phase } = goesOn === undefined ? subjectOf(call, rootOf) : { row: goesOn, phase: 'rows' as const };
    const known = rows.get(row) ?? { phase, calls: [] };
    rows.set(row, known);
    if (phase === 'packages') known.phase = phase;
    if (call.scrollId !== undefined) scrolls.set(call.scrollId, row);
    known.calls.push(bareCall(call, goesOn !== undefined));
  }
  rows.get(SHARED)?.calls.sort((one, other) => turnOf(one) - turnOf(other));
  return PHASES.map((phase) => [...rows.values()].filter((row) => row.phase === phase).map((row) => row.calls));
}

/** How many calls a script has. */
export function callsOf(script: BareScript): number {
  return script.flat().reduce((total, row) => total + row.length, 0);
}

/** The same calls for another tenant: texts that name the one are replaced by those that name the other. */
export function retargeted(script: BareScript, names: readonly (readonly [from: string, to: string])[]): BareScript {
  const renamed = (text: string): string => names.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  const forOther = (call: BareCall): BareCall => {
    if (call.vendor === 'omnium') return call;
    const { authorization } = call.headers;
    const headers = { ...call.headers, ...(authorization !== undefined && { authorization: renamed(authorization) }) };
    const body = call.body === undefined ? {} : { body: renamed(call.body) };
    return { ...call, path: renamed(call.path), headers, ...body };
  };
  return script.map((phase) => phase.map((row) => row.map(forOther)));
}

function subjectOf(call: RecordedCall, rootOf: ReadonlyMap<string, string>): Subject {
  const alone = { row: `${call.vendor} ${call.number}`, phase: 'rows' } as const;
  if (call.vendor === 'omnium') return alone;
  const [path = ''] = call.path.split('?');
  const [, , , , resource, uid, part] = path.split('/');
  if (resource === 'products') {
    const productUid = uid === undefined && call.method === 'POST' ? productUidOf(call.body) : uid;
    if (productUid === undefined || /^(search|stock)$/.test(productUid)) return alone;
    return {
      row: `product ${rootOf.get(productUid) ?? productUid}`,
      phase: part === 'packages' ? 'packages' : 'rows',
    };
  }
  // What was not there yet is looked for before it is made.
  const isRead = (call.method === 'GET' || uid === 'search') && call.status !== 404;
  if (isRead || part === 'prices') return alone;
  return { row: SHARED, phase: 'shared' };
}

/** What is not there is looked for before it is made; several that make it at once are refused but for the first. */
function turnOf({ status }: BareCall): number {
  return status === 404 ? 0 : status === 409 ? 2 : 1;
}

function productUidOf(body = '{}'): string | undefined {
  const { productUid } = JSON.parse(body) as { readonly productUid?: string };
  return productUid;
}

function bareCall({ vendor, method, path, headers, body, status }: RecordedCall, goesOn: boolean): BareCall {
  return {
    ...{ vendor, method, headers, status },
    path: goesOn ? path.slice(0, path.length - lastSegment(path).length) : path,
    ...(body !== undefined && { body }),
    ...(goesOn && { goesOn }),
  };
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
