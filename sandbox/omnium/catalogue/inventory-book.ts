import { randomUUID } from 'node:crypto';

import { initialStockOf } from '../../chain/build-chain';
import { type Chain } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type Document } from '../documents';
import { type FieldIssue, invalidFields } from '../problem';
import { seededAt } from '../settings/seed-settings';
import { Collection } from '../state/collection';
import { formatDateTime, type JsonObject } from '../wire/schema';
import { type Directory } from './directory';

/** Stock of one SKU in one warehouse. */
export interface InventoryItem extends Document {
  sku: string;
  warehouseCode: string;
  inventory: number;
  reservedInventory: number;
  cost?: number;
}

/** An item as a request brings it. */
export type InventoryInput = JsonObject & Partial<InventoryItem>;

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
}

/** What to look for; all given members must match. */
export interface InventoryFilter {
  readonly productCodes?: readonly string[];
  readonly warehouseCodes?: readonly string[];
  readonly marketId?: string;
  readonly marketGroupId?: string;
  readonly isInStock?: boolean;
  readonly isWebWarehouse?: boolean;
  readonly lastModified?: string;
}

const keyOf = (sku: string, warehouseCode: string): string => `${warehouseCode}\n${sku}`;
const transactionLimit = 100_000;

/** Stock by SKU and warehouse. What was never written is computed from the chain, so no table of all is kept. */
export class InventoryBook {
  readonly #chain: Chain;
  readonly #clock: SandboxClock;
  readonly #directory: Directory;
  readonly #written: Collection<InventoryItem>;
  #transactions: InventoryTransaction[] = [];

  constructor(given: { chain: Chain; clock: SandboxClock; directory: Directory; indexLagMs: number }) {
    this.#chain = given.chain;
    this.#clock = given.clock;
    this.#directory = given.directory;
    this.#written = new Collection(given.clock, given.indexLagMs);
  }

  /** The current item, `undefined` where nothing is or ever was in stock. */
  get(sku: string, warehouseCode: string): InventoryItem | undefined {
    return this.#written.get(keyOf(sku, warehouseCode)) ?? this.#seeded(sku, warehouseCode);
  }

  /** All items of a SKU in the given warehouses, or in all. */
  ofSku(sku: string, warehouseCodes: readonly string[]): InventoryItem[] {
    return this.#warehouses(warehouseCodes).flatMap((code) => this.get(sku, code) ?? []);
  }

  search(filter: InventoryFilter): InventoryItem[] {
    const codes = new Set(this.#warehouses(filter.warehouseCodes ?? []).filter((code) => this.#fits(code, filter)));
    const passes = (item: InventoryItem): boolean =>
      codes.has(item.warehouseCode) && (filter.isInStock !== true || item.inventory - item.reservedInventory > 0);
    if (filter.lastModified !== undefined && filter.lastModified >= seededAt) {
      const { lastModified, productCodes } = filter;
      const wanted = productCodes === undefined ? undefined : new Set(productCodes);
      return [...this.#written.visible(Date.parse(lastModified))].filter(
        (item) => (item.modified ?? '') > lastModified && (wanted?.has(item.sku) ?? true) && passes(item),
      );
    }
    const skus = filter.productCodes ?? [...this.#directory.skus()];
    return skus.flatMap((sku) => [...codes].flatMap((code) => this.get(sku, code) ?? [])).filter(passes);
  }

  /**
   * Sets absolute quantities (contract §6.3): unchanged items are skipped; cost, location and minimum are kept when
   * sent empty or 0. Gives the items that changed.
   * @throws OmniumProblem 400 for a missing SKU or an unknown warehouse; then nothing is changed.
   */
  update(inputs: readonly InventoryInput[], options: { userId: string; overwriteReserved: boolean }): InventoryItem[] {
    const issues: FieldIssue[] = [];
    const checked = inputs.map(({ sku = '', warehouseCode = '', ...rest }, index) => {
      if (sku === '') {
        issues.push({ field: `[${index}].sku`, message: 'is required' });
      }
      if (this.#directory.stores.get(warehouseCode)?.isWarehouse !== true) {
        issues.push({ field: `[${index}].warehouseCode`, message: 'is not a warehouse' });
      }
      return { ...rest, sku, warehouseCode };
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    return checked.flatMap((input) => this.#set(input, options) ?? []);
  }

  transactions(): readonly InventoryTransaction[] {
    return this.#transactions;
  }

  clear(): void {
    this.#written.load([]);
    this.#transactions = [];
  }

  capture(): { items: InventoryItem[]; transactions: InventoryTransaction[] } {
    return { items: [...this.#written.visible()], transactions: this.#transactions };
  }

  restore(state: { items: InventoryItem[]; transactions: InventoryTransaction[] }): void {
    this.#written.load(state.items.map((item) => [keyOf(item.sku, item.warehouseCode), item]));
    this.#transactions = state.transactions;
  }

  #set(
    input: InventoryInput & { sku: string; warehouseCode: string },
    options: { userId: string; overwriteReserved: boolean },
  ): InventoryItem | undefined {
    const { sku, warehouseCode } = input;
    const before = this.get(sku, warehouseCode);
    const inventory = input.inventory ?? 0;
    const reserved = options.overwriteReserved ? (input.reservedInventory ?? 0) : (before?.reservedInventory ?? 0);
    const details = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== 0 && value !== ''));
    const now = formatDateTime(this.#clock.nowMs());
    const merged: InventoryItem = {
      ...before,
      ...details,
      sku,
      warehouseCode,
      inventory,
      reservedInventory: reserved,
      calculatedInventory: inventory - reserved,
      created: before?.created ?? now,
      modified: before?.modified ?? now,
    };
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(merged)) {
      return undefined;
    }
    const item = { ...merged, modified: now };
    this.#written.put(keyOf(sku, warehouseCode), item);
    this.#transactions.push({
      id: randomUUID(),
      variant: sku,
      warehouseCode,
      warehouseName: this.#directory.stores.get(warehouseCode)?.name ?? '',
      inventoryChange: inventory - (before?.inventory ?? 0),
      newInventory: inventory,
      newReservedInventory: reserved,
      reservedInventoryChange: reserved - (before?.reservedInventory ?? 0),
      transactionDate: now,
      transactionType: 'Update',
      userId: options.userId,
    });
    if (this.#transactions.length > transactionLimit * 1.25) {
      this.#transactions = this.#transactions.slice(-transactionLimit);
    }
    return item;
  }

  #seeded(sku: string, warehouseCode: string): InventoryItem | undefined {
    const sellable = this.#directory.product(sku);
    if (sellable === undefined || sellable.product['isVirtual'] === true || sellable.isPackage) {
      return undefined;
    }
    if (this.#directory.stores.get(warehouseCode)?.isWarehouse !== true) {
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
