import type { Cost } from './select-cost';

/** An amount in a currency that is not the tenant's. */
export interface CurrencyAmount {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What Flow's product says about its cost, in cents without VAT. A currency may be untold. */
export interface KnownPurchasePrice {
  readonly purchasePrice?: number | undefined;
  readonly currencyPurchasePrice?: { readonly amount: number; readonly currency?: string | undefined } | undefined;
}

/** What is to be written to a product. */
export interface PurchasePriceChange {
  readonly purchasePrice?: number;
  readonly currencyPurchasePrice?: CurrencyAmount;
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
  const inFlow = known.currencyPurchasePrice;
  if (inFlow?.amount === costCents && inFlow.currency?.toUpperCase() === currency) return undefined;
  return { currencyPurchasePrice: { amount: costCents, currency } };
}
