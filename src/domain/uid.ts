import { type Branded } from '../contracts/brands';

/** An identifier of Flow's (`…Uid`): letters, digits, underscore; Flow's own may hold hyphens. */
export type FlowUid = Branded<string, 'FlowUid'>;

/** An identifier of Omnium's (`…Id`), exactly as Omnium writes it. */
export type OmniumId = Branded<string, 'OmniumId'>;

/** An id that cannot become a Flow uid, or text that is not one. The id is named: ids are not personal data. */
export class UidInvalidError extends Error {
  override readonly name = 'UidInvalidError';
  readonly id: string;

  constructor(id: string, problem: string) {
    super(`id ${JSON.stringify(id.slice(0, 100))} ${problem}`);
    this.id = id;
  }
}

/** Distinct Omnium ids that become the same Flow uid. They are reported and never merged. */
export interface UidCollision {
  readonly uid: FlowUid;
  /** In the order they were given, at least two. */
  readonly ids: readonly string[];
}

/**
 * Omnium id → Flow uid: every character outside `[A-Za-z0-9_]` is dropped (Omnium's Flow page, "UID Sanitization").
 * One-way: a stripped uid is never turned back, keep the pair where the way back is needed.
 *
 * @throws UidInvalidError when nothing is left
 */
export function stripToUid(id: string): FlowUid {
  const uid = strip(id);
  if (uid === '')
    throw new UidInvalidError(id, 'holds none of the characters A-Z, a-z, 0-9 and _ that a Flow uid is made of');
  return uid as FlowUid;
}

/** Like {@link stripToUid}; undefined when nothing is left. */
export function uidOf(id: string): FlowUid | undefined {
  return strip(id) === '' ? undefined : stripToUid(id);
}

/**
 * Brand name → Flow brand uid: lower case, blanks to `_`, then stripped: `Nike Air` → `nike_air`
 * (Flow, products page; for brands only).
 *
 * @throws UidInvalidError when nothing is left
 */
export function brandUid(brandName: string): FlowUid {
  const uid = strip(brandName.trim().toLowerCase().replace(/\s+/g, '_'));
  // A name of foreign letters only leaves nothing, or nothing but the blanks between its words.
  if (/^_*$/.test(uid)) throw new UidInvalidError(brandName, 'leaves no letter or digit for a Flow brand uid');
  return uid as FlowUid;
}

/**
 * Text that already is a Flow uid, e.g. from the configuration or Flow's answer.
 *
 * @throws UidInvalidError when it holds anything but letters, digits, `_` and `-`
 */
export function asFlowUid(text: string): FlowUid {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new UidInvalidError(text, 'is not a Flow uid');
  return text as FlowUid;
}

/** Marks text as an Omnium id; nothing is checked, Omnium allows any. */
export function asOmniumId(text: string): OmniumId {
  return text as OmniumId;
}

/**
 * Which of these ids would become one in Flow (`A-1` and `A1`). The same id twice is no collision, ids that leave
 * nothing are not looked at ({@link stripToUid} refuses them).
 *
 * @param toUid the stripping rule, {@link stripToUid}'s by default
 */
export function findUidCollisions(ids: Iterable<string>, toUid: (id: string) => string = strip): UidCollision[] {
  const idsByUid = new Map<string, Set<string>>();
  for (const id of ids) {
    const uid = toUid(id);
    if (uid === '') continue;
    const sameUid = idsByUid.get(uid);
    if (sameUid) sameUid.add(id);
    else idsByUid.set(uid, new Set([id]));
  }
  return [...idsByUid]
    .filter(([, sameUid]) => sameUid.size > 1)
    .map(([uid, sameUid]) => ({ uid: uid as FlowUid, ids: [...sameUid] }));
}

function strip(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, '');
}

/** Whether two ids or currencies of Omnium's are the same: letters' case aside. Not for SKUs. */
export function isSameId(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.toLowerCase() === other.toLowerCase());
}
