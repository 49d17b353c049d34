import { distinctNames } from '../../domain/distinct-names';
import { splitId } from '../entity-sync';
import type { EntityEvent, EntityKey, EntityKind, EntityOutcome, Fact, PassInput } from '../entity-sync';

/**
 * The stock of one Flow store, towards its master: levels that changed in Flow where Flow is the master, and full alignments
 * towards either master.
 */

/** Which system is right about the stock of a store (docs/adr/0011-one-stock-master.md). */
export type StockMaster = 'flow' | 'omnium';

/** What a pass looks at. */
export type StockSubject =
  /** One product in one warehouse. `receivementUid`: a goods reception with it that Omnium has just been sent. */
  | {
      readonly kind: 'level';
      readonly warehouseUid: string;
      readonly productUid: string;
      readonly receivementUid?: string;
    }
  /** Everything that changed in Flow after a moment, ISO-8601. */
  | { readonly kind: 'changes'; readonly since: string }
  /** Everything, towards the master that the configuration names when the pass begins. */
  | { readonly kind: 'all' }
  /** Everything, because the master has changed; once more when writes that were under way must have ended. */
  | { readonly kind: 'switch'; readonly master: StockMaster; readonly alignAgainAfterSeconds: number };

export interface StockKey extends EntityKey {
  readonly storeUid: string;
}

export interface StockEvent extends EntityEvent {
  readonly subject: StockSubject;
}

export type SyncStockInput = StockKey & PassInput & { readonly subjects: readonly StockSubject[] };

/** What a pass over a store's stock did. A level is one product in one warehouse. */
export interface StockOutcome extends EntityOutcome {
  readonly action: 'aligned' | 'unchanged' | 'skipped';
  readonly master: StockMaster;
  /** Levels that were compared. */
  readonly compared: number;
  /** Levels that were written to the system that is not the master. */
  readonly written: number;
  /** Left alone for the moment: their goods reception is under way and will ask again. */
  readonly inFlight: number;
  /** When the latest of the compared levels was read, ISO-8601. */
  readonly readAt?: string;
}

/**
 * What a pass looks at: each subject once, in the order of the first events; but every switch of masters, as one takes the
 * other back. A pass without events is the second alignment.
 */
function subjectsOf(events: readonly StockEvent[]): StockSubject[] {
  if (events.length === 0) return [{ kind: 'all' }];
  const subjects = new Map(
    events.map(({ eventId, subject }) => [subject.kind === 'switch' ? eventId : JSON.stringify(subject), subject]),
  );
  return [...subjects.values()];
}

const NAMES: Readonly<Record<StockMaster, string>> = { flow: 'Flow', omnium: 'Omnium' };

export const stockKind: EntityKind<StockKey, StockEvent, StockOutcome> = {
  name: 'stock',
  workflow: 'stockWorkflow',
  activity: 'syncStock',
  engine: 'receivement-sync',
  direction: 'outbound',
  route: 'towards its master',
  // A busy shop sells less in the time a pass takes.
  eventsPerPass: 500,
  isNothingWithoutEvents: true,
  id: ({ tenantUid, storeUid }) => `stock:${tenantUid}:${storeUid}`,
  parseId: (workflowId) => {
    const parts = splitId('stock', workflowId);
    return parts && { tenantUid: parts.tenantUid, storeUid: parts.rest };
  },
  subject: ({ storeUid }) => `Stock of ${storeUid}`,
  attributes: ({ storeUid }) => ({ storeUid }),
  passInput: (events) => ({ subjects: subjectsOf(events) }),
  merge: (before, latest, events) => {
    // A pass that saw only some levels says nothing of the others: what was left different stays until all is read again.
    const sawAll = subjectsOf(events).some(({ kind }) => kind === 'all' || kind === 'switch');
    const differences = distinctNames(sawAll ? [] : before.differences, latest.differences);
    const { differences: _latest, ...rest } = latest;
    const written = before.written + latest.written;
    return {
      ...rest,
      action: written > 0 ? 'aligned' : latest.action,
      compared: before.compared + latest.compared,
      written,
      ...(differences.length > 0 && { differences }),
      calls: (before.calls ?? 0) + (latest.calls ?? 0),
    };
  },
  sentence: (subject, { action, master, reason }) => {
    switch (action) {
      case 'aligned':
        return `${subject} was written to ${NAMES[master === 'flow' ? 'omnium' : 'flow']}; ${NAMES[master]} is its master.`;
      case 'unchanged':
        return `${subject} was the same in both systems; nothing was written.`;
      case 'skipped':
        return `${subject} was not written: ${reason ?? 'no reason given'}.`;
    }
  },
  facts: ({ compared, written, inFlight, readAt }) => [
    ['Levels', `${compared} compared, ${written} written`],
    ...(inFlight > 0 ? [['Under way', `${inFlight} left to their goods reception`] satisfies Fact] : []),
    ...(readAt ? [['Read at', readAt] satisfies Fact] : []),
  ],
  operatorEvent: () => ({ subject: { kind: 'all' } }),
  resync: (key) => `resync ${stockKind.id(key)}`,
};
