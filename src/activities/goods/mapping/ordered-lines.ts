import { Decimal } from 'decimal.js';
import type { OmniumPurchaseOrder, OmniumPurchaseOrderLine } from '../../../clients/omnium/purchase-orders';
import { allocateCents } from '../../../domain/allocation';
import { toExactDecimal } from '../../../domain/amount';
import { toCents, type Cents } from '../../../domain/money';
import { hundredthsToDecimal, toHundredths, type Hundredths } from '../../../domain/quantity';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';

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

/** What is made of a purchase order's lines. */
export interface OrderedLines {
  readonly lines: readonly OrderedLine[];
  /** Lines that cannot go to Flow, for a person to look at. */
  readonly problems: readonly string[];
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
 * Lines of a purchase order, Omnium → Flow (Flow, purchase orders page; setup page for packages).
 *
 * - `SendPackageProductOnPurchaseOrder`: a package goes as its own line, without those of its components; else its components
 *   go, without the package's own line. A package that has no component lines goes either way, or its goods would be lost.
 *   Where only the lines that stay behind have a price, a delivery or a warehouse, it goes along.
 * - A line of no pieces is no line; one of less than none is told, as goods that go back have no place on Flow's order.
 *
 * @throws DocumentUnmappableError for two lines with one id
 * @throws AmountInvalidError for an amount or quantity that cannot be carried over exactly
 */
export function orderedLines(
  purchaseOrder: OmniumPurchaseOrder,
  rules: Pick<PackageRule, 'SendPackageProductOnPurchaseOrder'>,
): OrderedLines {
  const problems: string[] = [];
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  for (const line of purchaseOrder.lineItems) {
    if (seen.has(line.lineItemId)) {
      throw new DocumentUnmappableError('purchaseOrderForm.lineItems', `two lines have the id ${line.lineItemId}`);
    }
    seen.add(line.lineItemId);
    const ordered = toHundredths(line.quantity);
    if (ordered < 0) problems.push(`items[${line.lineItemId}]: goods that go back to the supplier were not sent`);
    else if (ordered > 0) drafts.push(draftOf(line, ordered));
  }
  const sent = rules.SendPackageProductOnPurchaseOrder ? wholePackages(drafts) : unpacked(drafts);
  return { lines: sent.map((draft) => toOrderedLine(draft, purchaseOrder)), problems };
}

/** The connector's property for packages. */
interface PackageRule {
  readonly SendPackageProductOnPurchaseOrder: boolean;
}

/** What the whole line costs after discount, VAT excluded where Omnium tells so. */
function totalOf(line: OmniumPurchaseOrderLine): Decimal | undefined {
  const total = line.discountedPriceExclTax ?? line.discountedPrice;
  if (total !== undefined) return toExactDecimal(total, 'the price of a line');
  const { placedPriceExclTax } = line;
  return placedPriceExclTax === undefined
    ? undefined
    : toExactDecimal(placedPriceExclTax, 'the price of a line').times(
        toExactDecimal(line.quantity, 'the quantity of a line'),
      );
}

/** Package lines with their component lines; a component whose package has no line is a line like any other. */
function packagesOf(drafts: readonly Draft[]): Map<Draft, Draft[]> {
  const byId = new Map(drafts.map((draft) => [draft.line.lineItemId, draft]));
  const packages = new Map<Draft, Draft[]>();
  for (const draft of drafts) {
    const { packageLineItemId, lineItemId } = draft.line;
    if (packageLineItemId === undefined || packageLineItemId === lineItemId) continue;
    const parent = byId.get(packageLineItemId);
    if (parent) packages.set(parent, [...(packages.get(parent) ?? []), draft]);
  }
  return packages;
}

function wholePackages(drafts: readonly Draft[]): Draft[] {
  const packages = packagesOf(drafts);
  for (const [parent, components] of packages) {
    if (isFree(parent)) parent.total = sumOf(components) ?? parent.total;
    inherit(parent, components);
  }
  const components = new Set([...packages.values()].flat());
  return drafts.filter((draft) => !components.has(draft));
}

function unpacked(drafts: readonly Draft[]): Draft[] {
  const packages = packagesOf(drafts);
  for (const [parent, components] of packages) {
    for (const component of components) inherit(component, [parent]);
    if (isFree(parent) || !components.every(isFree)) continue;
    const shares = allocateCents(
      toCents((parent.total ?? new Decimal(0)).toString()),
      components.map(({ ordered }) => ordered),
    );
    components.forEach((component, index) => {
      component.total = new Decimal(shares[index] ?? 0).dividedBy(100);
    });
  }
  return drafts.filter((draft) => !packages.has(draft));
}

function draftOf(line: OmniumPurchaseOrderLine, ordered: Hundredths): Draft {
  const { deliveryId, warehouseCode } = line;
  return { line, ordered, total: totalOf(line), deliveryId, warehouseCode };
}

/** Where only the lines that stay behind say where the goods are, the others are there too. */
function inherit(draft: Draft, from: readonly Draft[]): void {
  draft.deliveryId ??= from.find(({ deliveryId }) => deliveryId)?.deliveryId;
  draft.warehouseCode ??= from.find(({ warehouseCode }) => warehouseCode)?.warehouseCode;
}

function isFree({ total }: Draft): boolean {
  return total === undefined || total.isZero();
}

function sumOf(drafts: readonly Draft[]): Decimal | undefined {
  const totals = drafts.flatMap(({ total }) => total ?? []);
  return totals.length === 0 ? undefined : totals.reduce((sum, total) => sum.plus(total));
}

function toOrderedLine(draft: Draft, { storeId }: OmniumPurchaseOrder): OrderedLine {
  const { line, ordered, total, deliveryId } = draft;
  const { lineItemId, code, supplierSkuId, estimatedTimeOfArrival } = line;
  const warehouseCode = draft.warehouseCode ?? storeId;
  return {
    ...{ lineItemId, code, ordered },
    ...(deliveryId && { deliveryId }),
    ...(warehouseCode && { warehouseCode }),
    cancelled: toHundredths(line.canceledQuantity ?? 0),
    delivered: toHundredths(line.deliveredQuantity ?? 0),
    ...(total && { unitPrice: toCents(total.dividedBy(hundredthsToDecimal(ordered)).toString()) }),
    ...(supplierSkuId && { supplierSku: supplierSkuId }),
    ...(estimatedTimeOfArrival && { estimatedTimeOfArrival }),
  };
}
