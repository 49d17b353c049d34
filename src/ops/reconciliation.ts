import { nameOfTarget, type SweepTarget } from '../contracts/sweep-messages';

/**
 * How the two systems stand about a document.
 * - `missing`: one system has it and the other has not, and nobody is working on it
 * - `late`: its own workflow has been at it for longer than a quarter of an hour
 * - `differing`: both have it, with differences, and nobody is working on it
 * - `extra`: it says that it came from the other system, which does not know it
 * - `inProgress`: its own workflow is at it
 */
export const STANDS = ['inSync', 'missing', 'late', 'differing', 'extra', 'inProgress', 'notOurs'] as const;
export type Stand = (typeof STANDS)[number];

/** What was found about one document. */
export interface Finding {
  readonly is: Stand;
  readonly target: SweepTarget;
  readonly storeUid: string | undefined;
}

/** Documents by stand. */
export type Counts = Readonly<Record<Stand, number>>;

/** One store's part of the report. */
export interface StoreReport {
  /** `(unknown)` for documents that lead to no store. */
  readonly storeUid: string;
  readonly orders: Counts;
  /** Receipts whose invoices are missing in Omnium. */
  readonly receiptsMissing: number;
}

/** One document that a person may want to look at. */
export interface NamedFinding {
  readonly name: string;
  readonly storeUid: string;
  readonly kind: 'orders' | 'receipts';
  readonly is: Stand;
}

const NO_STORE = '(unknown)';
/** A report is for people; beyond this many the numbers say enough. */
const MOST_NAMES = 1_000;
const QUIET: readonly Stand[] = ['inSync', 'notOurs', 'inProgress'];

const none = (): Record<Stand, number> => ({
  ...{ inSync: 0, missing: 0, late: 0, differing: 0, extra: 0, inProgress: 0, notOurs: 0 },
});

/** Gathers what was found, store by store. Holds names and numbers, never a document. */
export class Reconciliation {
  private readonly stores = new Map<string, { orders: Record<Stand, number>; receiptsMissing: number }>();
  private readonly known = new Set<string>();
  private readonly names: NamedFinding[] = [];

  constructor(private readonly onlyStoreUid: string | undefined) {}

  /** Whether the order was found from the other side already. */
  isKnown(kind: 'orders' | 'receipts', target: SweepTarget): boolean {
    return kind === 'orders' && this.known.has(nameOfTarget(target));
  }

  note(kind: 'orders' | 'receipts', { is, target, storeUid = NO_STORE }: Finding): void {
    const name = nameOfTarget(target);
    if (this.onlyStoreUid !== undefined && storeUid !== this.onlyStoreUid) return;
    if (kind === 'orders' && this.known.has(name)) return;
    if (kind === 'orders') this.known.add(name);
    const store = this.stores.get(storeUid) ?? { orders: none(), receiptsMissing: 0 };
    this.stores.set(storeUid, store);
    if (kind === 'orders') store.orders[is] += 1;
    else if (is === 'missing' || is === 'late') store.receiptsMissing += 1;
    if (!QUIET.includes(is) && this.names.length < MOST_NAMES) this.names.push({ name, storeUid, kind, is });
  }

  /** Whether nothing is left for a person to look at. */
  isClean(): boolean {
    return this.names.length === 0;
  }

  report(): {
    readonly stores: readonly StoreReport[];
    readonly total: StoreReport;
    readonly names: readonly NamedFinding[];
  } {
    const stores = [...this.stores]
      .map(([storeUid, { orders, receiptsMissing }]) => ({ storeUid, orders, receiptsMissing }))
      // Documents of no store and none of ours say nothing about a store.
      .filter(
        ({ storeUid, orders }) => storeUid !== NO_STORE || STANDS.some((is) => is !== 'notOurs' && orders[is] > 0),
      )
      .sort((a, b) => a.storeUid.localeCompare(b.storeUid));
    const orders = none();
    for (const store of this.stores.values()) for (const is of STANDS) orders[is] += store.orders[is];
    const receiptsMissing = stores.reduce((sum, store) => sum + store.receiptsMissing, 0);
    return { stores, total: { storeUid: 'all', orders, receiptsMissing }, names: this.names };
  }
}
