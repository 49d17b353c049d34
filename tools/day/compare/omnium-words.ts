/** How Omnium says things, for both comparisons. */

/** Nobody came for it: Flow has deleted it. */
export const NOT_COLLECTED = 'notcollected';
const CANCELLED_STATUSES = new Set([
  'ordercanceled',
  'ordercanceledbycustomer',
  'ordercanceledbystore',
  'expired',
  NOT_COLLECTED,
  'deleted',
]);

/** Whether a status means that nothing of the order is to be sold any more. */
export function isCancelledStatus(status: string): boolean {
  return CANCELLED_STATUSES.has(status.toLowerCase());
}

interface PackageLine {
  readonly lineItemId: string;
  readonly packageLineItemId?: string | undefined;
}

/** The parts of a package are what the shop hands over; a package without part lines is handed over itself. */
export function withoutPackages<T extends PackageLine>(lines: readonly T[]): T[] {
  const parents = new Set(
    lines.flatMap(({ lineItemId, packageLineItemId }) =>
      packageLineItemId === undefined || packageLineItemId === lineItemId ? [] : [packageLineItemId],
    ),
  );
  return lines.filter(({ lineItemId }) => !parents.has(lineItemId));
}

/** Omnium's money in cents: it has two decimals, a double holds those exactly enough to round. */
export function cents(amount: number): number {
  return Math.round(amount * 100);
}

/** Omnium's quantities in hundredths of a piece. */
export function hundredths(quantity: number): number {
  return Math.round(quantity * 100);
}
