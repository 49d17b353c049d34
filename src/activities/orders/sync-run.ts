import type { FieldChange } from '../../contracts/order-inspection';
import type { OrderOutcome } from '../../contracts/messages';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** One look at an order: for real, or only to say what it would write. */
export interface SyncRun {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  /** Collects what would be written. When it is there, nothing is written. */
  readonly dryRun?: FieldChange[];
}

/** At most this many names of written fields go into the history; an order of 600 lines would fill a page. */
const NAMES_SHOWN = 20;

export function shorten(names: readonly string[]): string[] {
  if (names.length <= NAMES_SHOWN) return [...names];
  return [...names.slice(0, NAMES_SHOWN), `and ${names.length - NAMES_SHOWN} more`];
}

/** Adds what a later step of the same pass has done; the step that wrote says what the pass did. */
export function addStep(first: OrderOutcome | undefined, second: OrderOutcome): OrderOutcome {
  if (!first) return second;
  const isQuiet = second.action === 'unchanged' || second.action === 'skipped';
  const leading = isQuiet ? first : second;
  const changedFields = shorten([...(first.changedFields ?? []), ...(second.changedFields ?? [])]);
  const differences = shorten([...(first.differences ?? []), ...(second.differences ?? [])]);
  return {
    ...first,
    ...second,
    direction: leading.direction,
    action: leading.action,
    ...(changedFields.length > 0 && { changedFields }),
    ...(differences.length > 0 && { differences }),
  };
}
