import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { Decimal } from 'decimal.js';

import { initialStockOf } from '../../chain/build-chain';
import { type Chain } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type FieldIssue, invalidFields } from '../problem';
import { seededAt } from '../settings/seed-settings';
import { Collection } from '../state/collection';
import { formatDateTime } from '../wire/schema';
import { type Directory } from './directory';
import {
  type InventoryFilter,
  type InventoryInput,
  type InventoryItem,
  type LevelWrite,
  type StockCause,
  type StockMovement,
} from './inventory-documents';
import { type InventoryTransaction, TransactionBook } from './transaction-book';

type Keyed = InventoryInput & { sku: string; warehouseCode: string };

const keyOf = (sku: string, warehouseCode: string): string => `${warehouseCode}\n${sku}`;
/** Most quantities are whole, and then the sum is exact as it is. */
const add = (a: number, b: number): number =>
  Number.isSafeInteger(a) && Number.isSafeInteger(b) ? a + b : new Decimal(a).plus(b).toNumber();

const isSame = (before: InventoryItem, after: InventoryItem): boolean => {
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => before[name] === after[name] || isDeepStrictEqual(before[name], after[name]))
  );
};

/** Stock by SKU and warehouse. What was never written is computed from the chain, so no table of all is kept. */
export class InventoryBook {
  readonly #chain: Chain;
  readonly #clock: SandboxClock;
  readonly #directory: Directory;
  readonly #written: Collection<InventoryItem>;
  /** Only these had stock from the start; a warehouse that comes later is empty. */
  readonly #seededWarehouses: ReadonlySet<string>;
  /** The same of products. */
  readonly #seededSkus: ReadonlySet<string>;
  readonly #removed = new Set<string>();
  readonly transactions: TransactionBook;

  constructor(given: { chain: Chain; clock: SandboxClock; directory: Directory; indexLagMs: number }) {
    this.#chain = given.chain;
    this.#clock = given.clock;
    this.#directory = given.directory;
    this.#written = new Collection(given.clock, given.indexLagMs);
    this.#seededWarehouses = new Set(
      [
        ...given.chain.stores.flatMap(({ warehouses }) => warehouses),
        ...given.chain.markets.map(({ webWarehouse }) => webWarehouse),
      ].map(({ warehouseId }) => warehouseId),
    );
    this.#seededSkus = new Set(given.chain.products.flatMap(({ skus }) => skus.map(({ sku }) => sku)));
    this.transactions = new TransactionBook(given);
  }

  /** The current item, `undefined` where nothing is or ever was in stock. */
  get(sku: string, warehouseCode: string): InventoryItem | undefined {
    return this.#written.get(keyOf(sku, warehouseCode)) ?? this.#seeded(sku, warehouseCode);
  }

  /** All items of a SKU in the given warehouses, or in all. */
  ofSku(sku: string, warehouseCodes: readonly string[]): InventoryItem[] {
    return this.#warehouses(warehouseCodes).flatMap((code) => this.get(sku, code) ?? []);
  }

  /** The hits of a search; it lags behind the writes. */
  search(filter: InventoryFilter): InventoryItem[] {
    const codes = new Set(this.#warehouses(filter.warehouseCodes ?? []).filter((code) => this.#fits(code, filter)));
    const passes = (item: InventoryItem): boolean =>
      codes.has(item.warehouseCode) && (filter.isInStock !== true || item.inventory - item.reservedInventory > 0);
    const { lastModified, productCodes = [] } = filter;
    const hits =
      lastModified === undefined || lastModified < seededAt
        ? this.#standing(productCodes, codes).filter(passes)
        : this.#changed(lastModified, productCodes).filter(passes);
    return filter.isBatchesExcluded === true ? hits.map(withoutBatches) : hits;
  }

  /**
   * Sets absolute quantities (contract §6.3) and gives the items that changed.
   * @throws OmniumProblem 400 for a missing SKU or an unknown warehouse; then nothing is changed.
   */
  write(inputs: readonly InventoryInput[], write: LevelWrite): InventoryItem[] {
    const issues: FieldIssue[] = [];
    const checked = inputs.map(({ sku = '', warehouseCode = '', ...rest }, index): Keyed => {
      this.checkPlace({ sku, warehouseCode }, `[${index}]`, issues);
      return { ...rest, sku, warehouseCode };
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    const now = formatDateTime(this.#clock.nowMs());
    return checked.flatMap((input) => this.#set(input, write, now) ?? []);
  }

  /** Adds what is wrong with where something is to lie. */
  checkPlace(place: { sku: string; warehouseCode: string }, field: string, issues: FieldIssue[]): void {
    if (place.sku === '') {
      issues.push({ field: `${field}.sku`, message: 'is required' });
    }
    if (!this.#directory.isWarehouse(place.warehouseCode)) {
      issues.push({ field: `${field}.warehouseCode`, message: 'is not a warehouse' });
    }
  }

  /** Changes quantities, in their order; stock may go below zero. Gives the items as they are then. */
  move(movements: readonly StockMovement[]): InventoryItem[] {
    const now = formatDateTime(this.#clock.nowMs());
    return movements.map((movement) => {
      const { sku, warehouseCode, change, reservedChange = 0, batch } = movement;
      const before = this.get(sku, warehouseCode);
      const after: Keyed & InventoryItem = {
        ...before,
        sku,
        warehouseCode,
        inventory: add(before?.inventory ?? 0, change),
        reservedInventory: Math.max(add(before?.reservedInventory ?? 0, reservedChange), 0),
        ...(movement.cost === undefined ? {} : { cost: movement.cost }),
        ...(batch === undefined ? {} : { batches: [...(before?.batches ?? []), batch] }),
        created: before?.created ?? now,
      };
      return this.#put(before, { ...after, modified: now }, movement.cause);
    });
  }

  /** Takes the items of a SKU away; gives the warehouses that had one. */
  remove(sku: string, warehouseCodes: readonly string[]): string[] {
    return warehouseCodes.filter((code) => {
      const existed = this.get(sku, code) !== undefined;
      this.#written.remove(keyOf(sku, code));
      this.#removed.add(keyOf(sku, code));
      return existed;
    });
  }

  clear(): void {
    this.#written.load([]);
    this.#removed.clear();
    this.transactions.clear();
  }

  capture(): { items: InventoryItem[]; removed: string[]; transactions: InventoryTransaction[] } {
    return {
      items: [...this.#written.values()],
      removed: [...this.#removed],
      transactions: this.transactions.capture(),
    };
  }

  /** Items must come in the order they were modified. */
  restore(state: {
    items: readonly InventoryItem[];
    removed: readonly string[];
    transactions: readonly InventoryTransaction[];
  }): void {
    this.#written.load(state.items.map((item) => [keyOf(item.sku, item.warehouseCode), item]));
    for (const key of state.removed) {
      this.#removed.add(key);
    }
    this.transactions.restore(state.transactions);
  }

  #changed(lastModified: string, productCodes: readonly string[]): InventoryItem[] {
    const wanted = productCodes.length === 0 ? undefined : new Set(productCodes);
    const hits: InventoryItem[] = [];
    for (const item of this.#written.visible(Date.parse(lastModified))) {
      if ((item.modified ?? '') > lastModified && (wanted?.has(item.sku) ?? true)) {
        hits.push(item);
      }
    }
    return hits;
  }

  #standing(productCodes: readonly string[], codes: ReadonlySet<string>): InventoryItem[] {
    const hits: InventoryItem[] = [];
    const skus = productCodes.length === 0 ? this.#directory.skus() : new Set(productCodes);
    for (const sku of skus) {
      for (const code of codes) {
        const item = this.#written.indexed(keyOf(sku, code)) ?? this.#seeded(sku, code);
        if (item !== undefined) {
          hits.push(item);
        }
      }
    }
    if (productCodes.length === 0) {
      // Stock may lie under SKUs that no product has.
      for (const item of this.#written.visible()) {
        if (this.#directory.product(item.sku) === undefined) {
          hits.push(item);
        }
      }
    }
    return hits;
  }

  #set(input: Keyed, { userId, mode, overwriteReserved }: LevelWrite, now: string): InventoryItem | undefined {
    const { sku, warehouseCode } = input;
    const before = this.get(sku, warehouseCode);
    const kept = mode === 'upsert' ? before : undefined;
    const merged: InventoryItem = { ...kept, sku, warehouseCode, inventory: 0, reservedInventory: 0 };
    for (const [name, value] of Object.entries(input)) {
      // Sent as 0 or empty, cost, location and minimum are kept (contract §6.3).
      if (mode === 'replace' || (value !== 0 && value !== '')) {
        merged[name] = value;
      }
    }
    merged.inventory = input.inventory ?? 0;
    merged.reservedInventory = overwriteReserved ? (input.reservedInventory ?? 0) : (before?.reservedInventory ?? 0);
    merged['calculatedInventory'] = add(merged.inventory, -merged.reservedInventory);
    merged.created = before?.created ?? now;
    if (mode === 'upsert' && before !== undefined && isSame(before, { ...merged, modified: before.modified ?? now })) {
      return undefined;
    }
    const transactionType = mode === 'upsert' ? 'Update' : 'Add';
    return this.#put(before, { ...merged, modified: now }, { transactionType, userId });
  }

  #put(before: InventoryItem | undefined, after: InventoryItem, cause: StockCause): InventoryItem {
    const { sku, warehouseCode, inventory, reservedInventory } = after;
    const item = { ...after, calculatedInventory: add(inventory, -reservedInventory) };
    this.#written.put(keyOf(sku, warehouseCode), item);
    this.#removed.delete(keyOf(sku, warehouseCode));
    const inventoryChange = add(inventory, -(before?.inventory ?? 0));
    this.transactions.add({
      id: randomUUID(),
      variant: sku,
      warehouseCode,
      warehouseName: this.#directory.stores.get(warehouseCode)?.name ?? '',
      inventoryChange,
      inventoryChangeValue: item.cost === undefined ? 0 : new Decimal(inventoryChange).times(item.cost).toNumber(),
      newInventory: inventory,
      newReservedInventory: reservedInventory,
      reservedInventoryChange: add(reservedInventory, -(before?.reservedInventory ?? 0)),
      transactionDate: after.modified ?? '',
      ...cause,
    });
    return item;
  }

  #seeded(sku: string, warehouseCode: string): InventoryItem | undefined {
    const wasThere = this.#seededWarehouses.has(warehouseCode) && this.#seededSkus.has(sku);
    if (!wasThere || this.#removed.has(keyOf(sku, warehouseCode))) {
      return undefined;
    }
    const sellable = this.#directory.product(sku);
    if (sellable === undefined || sellable.isVirtual || sellable.isPackage) {
      return undefined;
    }
    const inventory = initialStockOf(this.#chain, warehouseCode, sku);
    if (inventory === 0) {
      return undefined;
    }
    const item = { sku, warehouseCode, inventory, reservedInventory: 0, calculatedInventory: inventory };
    return { ...item, created: seededAt, modified: seededAt };
  }

  #warehouses(wanted: readonly string[]): string[] {
    const all = [...this.#directory.stores.values()].filter(({ isWarehouse }) => isWarehouse).map(({ id }) => id);
    return wanted.length === 0 ? all : all.filter((code) => wanted.includes(code));
  }

  #fits(code: string, { marketId, marketGroupId, isWebWarehouse }: InventoryFilter): boolean {
    const store = this.#directory.stores.get(code);
    const markets = (store?.availableOnMarkets ?? []).flatMap((id) => this.#directory.markets.get(id) ?? []);
    return (
      (isWebWarehouse !== true || store?.isWebWarehouse === true) &&
      (marketId === undefined || markets.some((market) => market.marketId === marketId)) &&
      (marketGroupId === undefined || markets.some((market) => market.marketGroupId === marketGroupId))
    );
  }
}

const withoutBatches = (item: InventoryItem): InventoryItem => {
  if (item.batches === undefined) {
    return item;
  }
  const { batches: _batches, ...rest } = item;
  return rest;
};
