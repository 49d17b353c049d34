import { mergePasses, type EntityEvent, type EntityKey, type EntityKind, type EntityOutcome } from '../entity-sync';
import type { Fact, PassInput } from '../entity-sync';

/** The stores of a tenant, Omnium → Flow. All are read together: a hundred events about a hundred stores are one pass. */

export type StoresKey = EntityKey;
export type StoresEvent = EntityEvent;
export type ExportStoresInput = StoresKey & PassInput;

/** How many of a kind were made, changed and left alone. */
export interface ExportTally {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** What a pass over a tenant's stores did. */
export interface StoresOutcome extends EntityOutcome {
  readonly action: 'exported' | 'unchanged' | 'skipped';
  readonly organizations?: ExportTally;
  readonly stores?: ExportTally;
  readonly warehouses?: ExportTally;
  readonly priceLists?: ExportTally;
  /** What is right and good to know: whose a warehouse is that several stores list. */
  readonly notes?: readonly string[];
}

const TALLIES = [
  ['organizations', 'Organisations'],
  ['stores', 'Stores'],
  ['warehouses', 'Warehouses'],
  ['priceLists', 'Price lists'],
] as const;

export const storesKind: EntityKind<StoresKey, StoresEvent, StoresOutcome> = {
  name: 'stores',
  workflow: 'storesWorkflow',
  activity: 'exportStores',
  engine: 'exports',
  direction: 'inbound',
  route: 'Omnium → Flow',
  id: ({ tenantUid }) => `stores:${tenantUid}`,
  parseId: (workflowId) => {
    const [, tenantUid] = /^stores:([^:]+)$/.exec(workflowId) ?? [];
    return tenantUid ? { tenantUid } : undefined;
  },
  subject: ({ tenantUid }) => `Stores of ${tenantUid}`,
  merge: (before, latest) => {
    if (before.action !== 'exported') return latest;
    // What was written adds up; what is right was counted by the latest.
    const tallies = TALLIES.flatMap(([name]) => {
      const [one, other] = [before[name], latest[name]];
      if (!one || !other) return (one ?? other) ? [[name, other ?? one] as const] : [];
      const { unchanged } = other;
      return [
        [name, { created: one.created + other.created, updated: one.updated + other.updated, unchanged }] as const,
      ];
    });
    return { ...mergePasses(before, latest, before), ...Object.fromEntries(tallies) };
  },
  sentence: (subject, { action, reason, differences }) => {
    switch (action) {
      case 'exported':
        return `${subject}: brought up to date in Flow.`;
      case 'unchanged':
        return differences?.length ? `${subject}: nothing was written.` : `${subject}: already right in Flow.`;
      case 'skipped':
        return `${subject}: not exported: ${reason ?? 'no reason given'}.`;
    }
  },
  facts: (outcome) => [
    ...TALLIES.flatMap(([name, label]): Fact[] => {
      const tally = outcome[name];
      if (!tally) return [];
      return [[label, `${tally.created} created, ${tally.updated} changed, ${tally.unchanged} right already`]];
    }),
    ...(outcome.notes ?? []).map((note): Fact => ['Good to know', note]),
  ],
  resync: ({ tenantUid }) => `stores export --tenant ${tenantUid}`,
};
