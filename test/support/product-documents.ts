import { flowProductSchema, type FlowProduct } from '../../src/clients/flow/products';
import { omniumProductSchema, type OmniumProduct } from '../../src/clients/omnium/products';
import {
  mapProduct,
  type DesiredProduct,
  type DesiredProducts,
} from '../../src/activities/catalogue/mapping/map-product';
import type { ProductContext } from '../../src/activities/catalogue/mapping/product-context';

/** The moment as of which products are looked at. */
export const NOW = new Date('2026-11-21T12:00:00Z');

/** A tenant in Norway that does everything itself: no tasks for prices and costs. */
export const CONTEXT: ProductContext = {
  properties: {
    VatCodeUids: { '25': 'vat_25', '15': 'vat_15' },
    DefaultVatCodeUid: 'vat_default',
    SyncCategoriesToFlow: true,
    CreatePackageSlots: true,
  },
  rules: { nonPurchasableAssortmentCodes: ['NOBUY'], textProperties: ['material'], choiceProperties: ['activity'] },
  markets: [{ marketId: 'NOR', marketGroupId: 'NORDIC', defaultTaxRate: undefined }],
  currency: 'NOK',
  timezone: 'Europe/Oslo',
  hasPriceTask: false,
  hasCostTask: false,
  at: NOW,
};

/** A product of Omnium's as its client answers it: a single article with a price, unless said otherwise. */
function omniumProduct(members: Record<string, unknown> = {}): OmniumProduct {
  return omniumProductSchema.parse({ productId: 'A-1', skuId: 'A-1', name: 'Tent', isActive: true, ...members });
}

/** A price in Norway. */
export function inNorway(unitPrice: number, members: Record<string, unknown> = {}): Record<string, unknown> {
  return { marketId: 'NOR', currencyCode: 'NOK', unitPrice, taxRate: 25, ...members };
}

/** What a document is to be in Flow. */
export function mapped(members: Record<string, unknown> = {}, context: Partial<ProductContext> = {}): DesiredProducts {
  return mapProduct(omniumProduct(members), { ...CONTEXT, ...context });
}

/** The same of one article. */
export function mappedOne(
  members: Record<string, unknown> = {},
  context: Partial<ProductContext> = {},
): DesiredProduct {
  return mapped(members, context).product;
}

/** A product as Flow's client answers it. */
export function flowProduct(members: Record<string, unknown>): FlowProduct {
  return flowProductSchema.parse({ productUid: 'A1', ...members });
}
