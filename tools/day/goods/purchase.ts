import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { type OmniumDocument } from '../vendors/omnium-shop';

/** A line that the buyer orders. */
export interface BoughtLine {
  readonly lineItemId: string;
  readonly sku: string;
  readonly pieces: number;
  /** Omnium's id of where it shall go. */
  readonly warehouseId: string;
  /** For one piece, in cents of the order's currency, without VAT. */
  readonly costCents: number;
  readonly isPackage?: boolean;
  /** Of a part of a package: the package's line and SKU. */
  readonly partOf?: { readonly lineItemId: string; readonly sku: string };
}

/** A purchase order as the buyer makes it. */
export interface Purchase {
  readonly id: string;
  readonly market: ChainMarket;
  readonly storeId: string;
  readonly supplierId: string;
  readonly currency: string;
  readonly lines: readonly BoughtLine[];
}

const DAY_MS = 86_400_000;
/** The day on which it is asked for, counted from today. */
const WANTED_IN_DAYS = 9;

/** The beginning of a day, some days from now, as Omnium takes it. */
export function dayFromNow(days: number): string {
  return `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
}

/** The order as Omnium takes it. */
export function purchaseDocument(purchase: Purchase): OmniumDocument {
  const { id, market, storeId, supplierId, currency, lines } = purchase;
  return {
    ...{ id, marketId: market.marketId, storeId, supplierId, billingCurrency: currency },
    requestedDeliveryDate: dayFromNow(WANTED_IN_DAYS),
    referenceNumber: `REF-${flowUidOf(id)}`,
    purchaseOrderNotes: [{ detail: `Ordered for ${storeId}` }],
    purchaseOrderForm: { lineItems: lines.map(lineDocument) },
  };
}

/** A line as Omnium takes it. */
export function lineDocument(line: BoughtLine): OmniumDocument {
  const { lineItemId, sku, pieces, warehouseId, costCents, isPackage, partOf } = line;
  return {
    ...{ lineItemId, code: sku, quantity: pieces, warehouseCode: warehouseId },
    placedPriceExclTax: costCents / 100,
    supplierSkuId: `S-${sku}`,
    estimatedTimeOfArrival: dayFromNow(WANTED_IN_DAYS - 2),
    ...(isPackage ? { isPackage } : {}),
    ...(partOf ? { packageLineItemId: partOf.lineItemId, packageSkuId: partOf.sku } : {}),
  };
}
