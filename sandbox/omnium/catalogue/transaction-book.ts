import { type SandboxClock } from '../../kit/clock';
import { type Document } from '../documents';
import { formatDateTime } from '../wire/schema';
import { type Directory } from './directory';

/** One change of stock. */
export interface InventoryTransaction extends Document {
  readonly id: string;
  readonly variant: string;
  readonly warehouseCode: string;
  readonly inventoryChange: number;
  readonly newInventory: number;
  readonly transactionDate: string;
  readonly transactionType: string;
  readonly userId: string;
  readonly reason?: string;
  readonly orderId?: string;
  readonly purchaseOrderId?: string;
  readonly goodsReceptionId?: string;
}

/** What to look for; all given members must match. */
export interface TransactionSearch {
  readonly skuId?: string;
  readonly productId?: string;
  readonly orderId?: string;
  readonly purchaseOrderId?: string;
  readonly userId?: string;
  readonly searchText?: string;
  readonly warehouseCodes?: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

const keptTransactions = 100_000;

/**
 * The log of stock changes, oldest first. It is cut when it grows long, but never what belongs to a purchase order: a
 * goods reception id counts as used for ever.
 */
export class TransactionBook {
  readonly #clock: SandboxClock;
  readonly #directory: Directory;
  readonly #indexLagMs: number;
  readonly #byPurchaseOrder = new Map<string, InventoryTransaction[]>();
  readonly #goodsReceptionIds = new Set<string>();
  #log: InventoryTransaction[] = [];

  constructor(given: { clock: SandboxClock; directory: Directory; indexLagMs: number }) {
    this.#clock = given.clock;
    this.#directory = given.directory;
    this.#indexLagMs = given.indexLagMs;
  }

  add(transaction: InventoryTransaction): void {
    this.#log.push(transaction);
    this.#remember(transaction);
    if (this.#log.length > keptTransactions * 1.25) {
      const firstKept = this.#log.length - keptTransactions;
      this.#log = this.#log.filter((each, index) => index >= firstKept || each.purchaseOrderId !== undefined);
    }
  }

  /** Whether a goods reception with this id was processed. Never lags. */
  isProcessed(goodsReceptionId: string): boolean {
    return this.#goodsReceptionIds.has(goodsReceptionId);
  }

  /** The hits, oldest first; like every search it lags behind the writes. */
  search(search: TransactionSearch): InventoryTransaction[] {
    const { purchaseOrderId } = search;
    const source = purchaseOrderId === undefined ? this.#log : (this.#byPurchaseOrder.get(purchaseOrderId) ?? []);
    const visibleTo = formatDateTime(this.#clock.nowMs() - this.#indexLagMs);
    const warehouses = (search.warehouseCodes ?? []).length === 0 ? undefined : new Set(search.warehouseCodes);
    const needle = search.searchText?.toLowerCase();
    return source.filter(
      (each) =>
        each.transactionDate <= visibleTo &&
        (search.skuId === undefined || each.variant === search.skuId) &&
        (search.orderId === undefined || each.orderId === search.orderId) &&
        (search.userId === undefined || each.userId === search.userId) &&
        (search.from === undefined || each.transactionDate >= search.from) &&
        (search.to === undefined || each.transactionDate <= search.to) &&
        (warehouses?.has(each.warehouseCode) ?? true) &&
        (search.productId === undefined || this.#productOf(each.variant) === search.productId) &&
        (needle === undefined || this.#texts(each).some((text) => text.toLowerCase().includes(needle))),
    );
  }

  clear(): void {
    this.restore([]);
  }

  capture(): InventoryTransaction[] {
    return this.#log;
  }

  restore(log: readonly InventoryTransaction[]): void {
    this.#log = [...log];
    this.#byPurchaseOrder.clear();
    this.#goodsReceptionIds.clear();
    for (const transaction of this.#log) {
      this.#remember(transaction);
    }
  }

  #remember(transaction: InventoryTransaction): void {
    const { purchaseOrderId, goodsReceptionId } = transaction;
    if (purchaseOrderId !== undefined) {
      const known = this.#byPurchaseOrder.get(purchaseOrderId) ?? [];
      known.push(transaction);
      this.#byPurchaseOrder.set(purchaseOrderId, known);
    }
    if (goodsReceptionId !== undefined) {
      this.#goodsReceptionIds.add(goodsReceptionId);
    }
  }

  #productOf(sku: string): string | undefined {
    return this.#directory.product(sku)?.productId;
  }

  #texts({ variant, reason, orderId, purchaseOrderId, goodsReceptionId }: InventoryTransaction): string[] {
    return [variant, reason, orderId, purchaseOrderId, goodsReceptionId].filter((text) => text !== undefined);
  }
}
