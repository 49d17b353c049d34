import { Decimal } from 'decimal.js';
import type { OmniumPurchaseOrder, OmniumPurchaseOrderLine } from '../../../clients/omnium/purchase-orders';
import type { ConnectorProperties } from '../../../config/types';
import { allocateCents } from '../../../domain/allocation';
import { toExactDecimal } from '../../../domain/amount';
import { compact } from '../../../domain/compact';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { toCents, type Cents } from '../../../domain/money';
import { hundredthsToDecimal, toHundredths, type Hundredths } from '../../../domain/quantity';

/** A line of a purchase order of Omnium's that goes to Flow. Quantities in hundredths of a piece. */
export interface OrderedLine {
  readonly lineItemId: string;
  /** SKU, exactly as Omnium has it. */
  readonly code: string;
  readonly deliveryId?: string;
  /** Omnium's id of the warehouse the goods come to; the order's own store where the line names none. */
  readonly warehouseCode?: string;
  readonly ordered: Hundredths;
  readonly cancelled: Hundredths;
  readonly delivered: Hundredths;
  /** Price per piece after discount without VAT, in the order's currency. */
  readonly unitPrice?: Cents;
  readonly supplierSku?: string;
  /** ISO-8601. */
  readonly estimatedTimeOfArrival?: string;
}

/** A line on its way, with what a package and its components may have in common: price, delivery, warehouse. */
interface Draft {
  readonly line: OmniumPurchaseOrderLine;
  readonly ordered: Hundredths;
  total: Decimal | undefined;
  deliveryId: string | undefined;
  warehouseCode: string | undefined;
}

/**
 * Lines of a purchase order, Omnium → Flow (Flow, purchase orders page; setup page for packages), and problems of lines
 * that cannot go there.
 *
 * - `SendPackageProductOnPurchaseOrder`: a package goes as its own line, without those of its components; else its components
 *   go, without the package's own line. A package that has no component lines goes either way, or its goods would be lost.
 *   Where only the lines that stay behind have a price, a delivery or a warehouse, it goes along.
 * - A line of no pieces is no line; one of less than none is shown, as goods that go back have no place on Flow's order.
 *
 * @throws DocumentUnmappableError for two lines with one id
 * @throws AmountInvalidError for an amount or quantity that cannot be carried over exactly
 */
export function orderedLines(
  { lineItems, storeId }: OmniumPurchaseOrder,
  { SendPackageProductOnPurchaseOrder }: Pick<ConnectorProperties, 'SendPackageProductOnPurchaseOrder'>,
): { readonly lines: readonly OrderedLine[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  for (const line of lineItems) {
    const { lineItemId, deliveryId, warehouseCode } = line;
    if (seen.has(lineItemId)) {
      throw new DocumentUnmappableError('purchaseOrderForm.lineItems', `two lines have the id ${lineItemId}`);
    }
    seen.add(lineItemId);
    const ordered = toHundredths(line.quantity);
    if (ordered < 0) problems.push(`items[${lineItemId}]: goods that go back to the supplier were not sent`);
    else if (ordered > 0) drafts.push({ line, ordered, total: totalOf(line), deliveryId, warehouseCode });
  }
  const left = leaveBehind(drafts, SendPackageProductOnPurchaseOrder);
  const lines = drafts
    .filter((draft) => !left.has(draft))
    .map(({ line, ordered, total, deliveryId, warehouseCode }) => ({
      ...{ lineItemId: line.lineItemId, code: line.code, ordered },
      cancelled: toHundredths(line.canceledQuantity ?? 0),
      delivered: toHundredths(line.deliveredQuantity ?? 0),
      ...compact({
        deliveryId,
        warehouseCode: warehouseCode ?? storeId,
        unitPrice: total && toCents(total.dividedBy(hundredthsToDecimal(ordered)).toString()),
        supplierSku: line.supplierSkuId,
        estimatedTimeOfArrival: line.estimatedTimeOfArrival,
      }),
    }));
  return { lines, problems };
}

/**
 * What the whole line costs after discount as it was ordered, VAT excluded where Omnium says so. What Omnium calculates may be
 * without the pieces that were cancelled (omnium-api.md §3.3), so of such a line it is what was entered.
 */
function totalOf(line: OmniumPurchaseOrderLine): Decimal | undefined {
  const { placedPriceExclTax, lineItemDiscountAmountExclTax, quantity, canceledQuantity } = line;
  const calculated = line.discountedPriceExclTax ?? line.discountedPrice;
  const isCut = placedPriceExclTax !== undefined && Number(canceledQuantity ?? 0) !== 0;
  if (calculated !== undefined && !isCut) return toExactDecimal(calculated, 'the price of a line');
  if (placedPriceExclTax === undefined) return undefined;
  const ordered = toExactDecimal(quantity, 'the quantity of a line');
  const discount = toExactDecimal(lineItemDiscountAmountExclTax ?? 0, 'the discount of a line');
  return toExactDecimal(placedPriceExclTax, 'the price of a line').times(ordered).minus(discount);
}

/** The lines that stay behind: packages, or their components. What only they say goes along with the others. */
function leaveBehind(drafts: readonly Draft[], asPackages: boolean): ReadonlySet<Draft> {
  // Package lines with their component lines; a component whose package has no line is a line like any other.
  const byId = new Map(drafts.map((draft) => [draft.line.lineItemId, draft]));
  const packages = new Map<Draft, Draft[]>();
  for (const draft of drafts) {
    const { packageLineItemId, lineItemId } = draft.line;
    const parent = packageLineItemId === undefined ? undefined : byId.get(packageLineItemId);
    if (parent && packageLineItemId !== lineItemId) packages.set(parent, [...(packages.get(parent) ?? []), draft]);
  }
  const isFree = ({ total }: Draft): boolean => total === undefined || total.isZero();
  for (const [parent, components] of packages) {
    for (const draft of asPackages ? [parent] : components) {
      const others = asPackages ? components : [parent];
      draft.deliveryId ??= others.find(({ deliveryId }) => deliveryId)?.deliveryId;
      draft.warehouseCode ??= others.find(({ warehouseCode }) => warehouseCode)?.warehouseCode;
    }
    if (asPackages) {
      const totals = components.flatMap(({ total }) => total ?? []);
      const sum = totals.reduce((all, total) => all.plus(total), new Decimal(0));
      if (isFree(parent) && totals.length > 0) parent.total = sum;
    } else if (!isFree(parent) && components.every(isFree)) {
      const cents = toCents((parent.total ?? new Decimal(0)).toString());
      const quantities = components.map(({ ordered }) => ordered);
      const shares = allocateCents(cents, quantities);
      components.forEach((component, index) => (component.total = new Decimal(shares[index] ?? 0).dividedBy(100)));
    }
  }
  return new Set(asPackages ? [...packages.values()].flat() : packages.keys());
}
