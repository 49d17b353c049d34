import type { FailedAttemptReport } from './entity-sync';

/**
 * The streams: documents or records of one kind that one system has changed. A stream is read from a watermark on, each
 * record is compared with the other system, and what differs is written: by an export to Flow itself, by a sweep as an
 * event to the workflow that owns the document. How each is read, compared and written: src/activities/delta/streams.ts.
 */

/** What an export brings from Omnium to Flow, one of the vendor's scheduled tasks each. */
interface ExportTexts {
  /** The vendor's scheduled task; operators and configurations know exports by this name. */
  readonly task: string;
  /** What must be among the connector's implementations for the stream to be exported. */
  readonly implementation: 'IProductExporter' | 'IInventoryExporter';
  /** How late a tick may be made up for after an outage of Temporal. */
  readonly catchupHours: number;
  readonly what: string;
  readonly records: string;
  readonly partition: string;
  readonly partitions: string;
}

/**
 * - A tick that Temporal missed is made up for within a day, so that a task of every night is not left out because of an
 *   hour's maintenance: of all ticks that are late one run starts and one more waits for it.
 * - Categories are read as a whole by every run, so half a day is enough.
 */
export const EXPORTS = {
  products: {
    task: 'FlowProductScheduledTask',
    implementation: 'IProductExporter',
    catchupHours: 24,
    what: 'products that changed in Omnium, with their brands, variants, images and packages',
    records: 'products',
    partition: 'part',
    partitions: 'parts',
  },
  categories: {
    task: 'FlowCategoryScheduledTask',
    implementation: 'IProductExporter',
    catchupHours: 12,
    what: 'the categories and product groups of Omnium',
    records: 'categories',
    partition: 'tree',
    partitions: 'trees',
  },
  prices: {
    task: 'FlowPriceScheduledTask',
    implementation: 'IProductExporter',
    catchupHours: 24,
    what: 'selling and recommended prices that changed, started or ended in Omnium',
    records: 'prices',
    partition: 'price list',
    partitions: 'price lists',
  },
  'cost-prices': {
    task: 'FlowCostPriceScheduledTask',
    implementation: 'IProductExporter',
    catchupHours: 24,
    what: 'cost prices that changed, started or ended in Omnium',
    records: 'cost prices',
    partition: 'part',
    partitions: 'parts',
  },
  'soa-prices': {
    task: 'FlowSoaScheduledTask',
    implementation: 'IProductExporter',
    catchupHours: 24,
    what: 'SOA prices that changed, started or ended in Omnium',
    records: 'SOA prices',
    partition: 'price list',
    partitions: 'price lists',
  },
  inventory: {
    task: 'FlowInventoryScheduledTask',
    implementation: 'IInventoryExporter',
    catchupHours: 24,
    what: 'stock levels that changed in Omnium, for stores whose stock master is Omnium',
    records: 'levels',
    partition: 'warehouse',
    partitions: 'warehouses',
  },
} as const satisfies Readonly<Record<string, ExportTexts>>;

export type ExportStream = keyof typeof EXPORTS;
export const EXPORT_STREAMS = Object.keys(EXPORTS) as readonly ExportStream[];

/** The stream of a scheduled task; undefined for a task that is no export. */
export function streamOfTask(task: string): ExportStream | undefined {
  return EXPORT_STREAMS.find((stream) => EXPORTS[stream].task === task);
}

/** What a sweep finds, and the member of the tenant's `sweeps` settings that says how often it looks. */
export const SWEEPS = {
  'omnium-orders': { finds: 'orders that changed in Omnium', every: 'omniumOrdersEverySeconds' },
  'omnium-customers': { finds: 'customers that changed in Omnium', every: 'omniumCustomersEverySeconds' },
  'flow-orders': { finds: 'orders that changed at the tills', every: 'flowOrdersEverySeconds' },
  'flow-receipts': {
    finds: 'receipts of the tills without an invoice in Omnium',
    every: 'flowReceiptsEverySeconds',
  },
  'flow-customers': { finds: 'customers that changed in Flow', every: 'flowCustomersEverySeconds' },
  'flow-erasures': { finds: 'customers that were deleted in Flow', every: 'flowErasuresEverySeconds' },
  'flow-receivements': {
    finds: 'goods receptions in Flow that Omnium does not know of',
    every: 'flowReceivementsEverySeconds',
  },
  'flow-stock': {
    finds: 'stock that changed in Flow, where Flow is the stock master',
    every: 'flowStockEverySeconds',
  },
  'omnium-purchase-orders': {
    finds: 'purchase orders and deliveries that changed in Omnium',
    every: 'omniumPurchaseOrdersEverySeconds',
  },
} as const satisfies Readonly<Record<string, { readonly finds: string; readonly every: string }>>;

export type SweepStream = keyof typeof SWEEPS;
export const SWEEP_STREAMS = Object.keys(SWEEPS) as readonly SweepStream[];

/** Longest wait between two attempts: after an outage the till must be right within minutes, not hours. */
export const LONGEST_DELTA_DELAY_MS = 5 * 60_000;

/** Sums of counters, member by member. */
export function addCounts<Counts extends Readonly<Record<keyof Counts, number>>>(
  one: Counts,
  other: Partial<Counts>,
): Counts {
  const names = Object.keys(one) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + (other[name] ?? 0)])) as Counts;
}

/** Records that were compared: each is counted once, beside the calls. */
export function comparedIn<Counts extends { readonly calls: number }>(counts: Counts): number {
  return Object.values<number>(counts as unknown as Record<string, number>).reduce((a, b) => a + b, 0) - counts.calls;
}

/** How a running activity says that an attempt has failed; the one signal of an export and of a sweep. */
export interface AttemptFailedSignal {
  readonly kind: 'attemptFailed';
  /** With the time of the next attempt, ISO-8601. */
  readonly report: FailedAttemptReport & { readonly nextAttemptAt: string };
}
