import type { Cost } from './select-cost';

/** What Flow's product says about its cost. */
export interface KnownPurchasePrice {
  /** Cents without VAT. */
  readonly purchasePrice?: number | undefined;
  /** Whether it has this very amount in this currency. */
  readonly hasForeignCost?: (amount: number, currency: string) => boolean;
}

/** What is to be written to a product, in cents without VAT. */
export interface PurchasePriceChange {
  readonly purchasePrice?: number;
  readonly currencyPurchasePrice?: { readonly amount: number; readonly currency: string };
}

/**
 * What of a product's cost is not in Flow yet: `purchasePrice` for a cost in the tenant's currency, `currencyPurchasePrice`
 * for one in another (flow-api.md §6.1). A foreign cost is not converted: nobody says at what rate.
 */
export function purchasePriceChange(
  { costCents, currency }: Cost,
  tenantCurrency: string,
  known: KnownPurchasePrice,
): PurchasePriceChange | undefined {
  if (currency === tenantCurrency.toUpperCase()) {
    return known.purchasePrice === costCents ? undefined : { purchasePrice: costCents };
  }
  if (known.hasForeignCost?.(costCents, currency) === true) return undefined;
  return { currencyPurchasePrice: { amount: costCents, currency } };
}
