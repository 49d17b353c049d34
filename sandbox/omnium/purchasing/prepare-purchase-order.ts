import { randomUUID } from 'node:crypto';

import { type Directory } from '../catalogue/directory';
import { Checker } from '../orders/prepare-order';
import { invalidFields } from '../problem';
import { type Market } from '../settings/seed-settings';
import { type Collection } from '../state/collection';
import {
  type PurchaseOrder,
  type PurchaseOrderInput,
  type PurchaseOrderLine,
  type PurchaseOrderLineInput,
  type Supplier,
} from './purchase-documents';
import { taxed, withAmounts } from './purchase-order-lines';

/** Omnium's own statuses and the one this chain has added (contract §7.3). */
export const purchaseOrderStatuses: ReadonlySet<string> = new Set([
  ...['New', 'InProgress', 'Completed', 'OnHold', 'OrderCanceled', 'Deleted', 'Confirmed'],
]);

/** What other documents a purchase order may name. */
export interface PurchaseReferences {
  readonly directory: Directory;
  readonly suppliers: Collection<Supplier>;
  hasDelivery(deliveryId: string): boolean;
}

/** What a prepared order starts from. */
export interface PurchaseContext {
  readonly id: string;
  readonly purchaseOrderNumber: string;
  /** UTC, as Omnium writes it. */
  readonly now: string;
  /** The version before, when the order exists. */
  readonly previous?: PurchaseOrder;
}

const defined = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** Both prices of a line: what is missing follows from the other, or else from what the product costs. */
const pricesOf = (
  line: PurchaseOrderLineInput,
  taxRate: number,
  cost: number,
): Pick<
  PurchaseOrderLine,
  'placedPrice' | 'placedPriceExclTax' | 'lineItemDiscountAmount' | 'lineItemDiscountAmountExclTax'
> => {
  const { placedPrice, lineItemDiscountAmount: discount, lineItemDiscountAmountExclTax: discountExclTax } = line;
  const exclTax = line.placedPriceExclTax ?? (placedPrice === undefined ? cost : taxed(placedPrice, taxRate, -1));
  return {
    placedPriceExclTax: exclTax,
    placedPrice: placedPrice ?? taxed(exclTax, taxRate, 1),
    lineItemDiscountAmount: discount ?? taxed(discountExclTax ?? 0, taxRate, 1),
    lineItemDiscountAmountExclTax: discountExclTax ?? taxed(discount ?? 0, taxRate, -1),
  };
};

/** Turns what a request brings into a purchase order: references checked, lines enriched, amounts calculated. */
export class PurchaseOrderPreparer {
  readonly #references: PurchaseReferences;

  constructor(references: PurchaseReferences) {
    this.#references = references;
  }

  /**
   * Always builds fresh objects; the input is not changed.
   * @throws OmniumProblem 400 naming every wrong member.
   */
  prepare(input: PurchaseOrderInput, context: PurchaseContext): PurchaseOrder {
    const check = new Checker();
    const { directory } = this.#references;
    check.oneOf('storeId', input.storeId, directory.stores);
    check.oneOf('marketId', input.marketId, directory.markets);
    check.oneOf('status', input.status, purchaseOrderStatuses);
    if (input.supplierWarehouseCode !== undefined && !directory.isWarehouse(input.supplierWarehouseCode)) {
      check.fail('supplierWarehouseCode', 'is not a warehouse');
    }
    if (input.purchaseOrderForm?.lineItems === undefined) {
      check.fail('purchaseOrderForm.lineItems', 'is required');
    }
    const market = this.#marketOf(input);
    const currency = input.billingCurrency ?? market?.currency;
    const lineItems = this.#lines(input.purchaseOrderForm?.lineItems ?? [], {
      check,
      market,
      currency,
      id: context.id,
    });
    if (check.issues.length > 0) {
      throw invalidFields(check.issues);
    }
    return withAmounts({
      ...this.#supplierOf(input.supplierId),
      ...input,
      id: context.id,
      purchaseOrderNumber: context.purchaseOrderNumber,
      status: input.status ?? context.previous?.status ?? 'New',
      versionId: context.previous?.versionId ?? '',
      isDelivery: input.isDelivery ?? context.previous?.isDelivery ?? false,
      ...(currency === undefined ? {} : { billingCurrency: currency }),
      purchaseOrderForm: { ...input.purchaseOrderForm, lineItems },
      created: context.previous?.created ?? input.created ?? context.now,
      modified: context.now,
    });
  }

  /** The order's market, or else the first of its store. */
  #marketOf({ marketId, storeId }: PurchaseOrderInput): Market | undefined {
    const { directory } = this.#references;
    const ofStore = directory.stores.get(storeId ?? '')?.availableOnMarkets[0];
    return directory.markets.get(marketId ?? ofStore ?? '');
  }

  #supplierOf(supplierId: string | undefined): Record<string, unknown> {
    const supplier = supplierId === undefined ? undefined : this.#references.suppliers.get(supplierId);
    return defined({
      supplierName: supplier?.name,
      supplierEmail: supplier?.email,
      supplierPhone: supplier?.phone,
    });
  }

  #lines(
    lines: readonly PurchaseOrderLineInput[],
    at: { check: Checker; market: Market | undefined; currency: string | undefined; id: string },
  ): PurchaseOrderLine[] {
    const seen = new Set<string>();
    return lines.flatMap((line, index) => {
      const field = `purchaseOrderForm.lineItems[${index}]`;
      const prepared = this.#line(line, { ...at, field });
      if (prepared !== undefined && seen.has(prepared.lineItemId)) {
        at.check.fail(`${field}.lineItemId`, 'occurs twice');
      }
      seen.add(prepared?.lineItemId ?? '');
      return prepared ?? [];
    });
  }

  #line(
    line: PurchaseOrderLineInput,
    at: { check: Checker; market: Market | undefined; currency: string | undefined; id: string; field: string },
  ): PurchaseOrderLine | undefined {
    const { check, market, field } = at;
    const { code } = line;
    const product = code === undefined ? undefined : this.#references.directory.product(code);
    this.#checkLine(line, field, check);
    if (code === undefined || product === undefined) {
      return check.fail(`${field}.code`, code === undefined ? 'is required' : 'is not a product');
    }
    const cost = product.priceIn(market?.marketId ?? '')?.['cost'];
    const taxRate = line.taxRate ?? market?.defaultTaxRate ?? 0;
    const { displayName, brand, ean, size, color, imageUrl, supplierName, components } = product.lineDefaults;
    return {
      ...defined({ displayName, brand, ean, size, color, imageUrl, supplierName, components }),
      ...(product.isPackage ? { isPackage: true } : {}),
      ...(at.currency === undefined ? {} : { currency: at.currency }),
      ...line,
      lineItemId: line.lineItemId ?? randomUUID(),
      purchaseOrderId: at.id,
      code,
      quantity: line.quantity ?? 0,
      canceledQuantity: line.canceledQuantity ?? 0,
      deliveredQuantity: line.deliveredQuantity ?? 0,
      taxRate,
      updateStock: line.updateStock ?? true,
      ...pricesOf(line, taxRate, typeof cost === 'number' ? cost : 0),
    };
  }

  #checkLine(line: PurchaseOrderLineInput, field: string, check: Checker): void {
    const { quantity = 0, canceledQuantity = 0, deliveredQuantity = 0, warehouseCode, deliveryId } = line;
    if (quantity < 0) {
      check.fail(`${field}.quantity`, 'must not be negative');
    }
    if (deliveredQuantity < 0) {
      check.fail(`${field}.deliveredQuantity`, 'must not be negative');
    }
    if (canceledQuantity < 0 || canceledQuantity > Math.max(quantity, 0)) {
      check.fail(`${field}.canceledQuantity`, 'must be from 0 to the quantity');
    }
    if (warehouseCode !== undefined && !this.#references.directory.isWarehouse(warehouseCode)) {
      check.fail(`${field}.warehouseCode`, 'is not a warehouse');
    }
    if (deliveryId !== undefined && !this.#references.hasDelivery(deliveryId)) {
      check.fail(`${field}.deliveryId`, 'is not a delivery');
    }
  }
}
