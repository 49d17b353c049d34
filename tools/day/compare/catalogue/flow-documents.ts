import { z } from 'zod';
import { withoutNulls } from './omnium-documents';

/** Flow's catalogue as the tills have it: one line of `/_sim/tenants/{tenantUid}/catalogue/{kind}` each. */

const text = z.string().optional();
const number = z.number().optional();
const texts = z.array(z.string()).default([]);

const productSchema = z.object({
  productUid: z.string(),
  externalId: text,
  sku: text,
  name: text,
  manufacturerSku: text,
  description: text,
  shortDescription: text,
  productType: text,
  productGroupUid: text,
  brandUid: text,
  brandName: text,
  categoryUids: texts,
  gtins: z.array(z.object({ gtin: z.string(), primary: z.boolean().optional() })).default([]),
  vatCodeUid: text,
  recommendedRetailPrice: number,
  purchasePrice: number,
  currencyPurchasePrice: z.union([z.number(), z.object({ amount: z.number(), currency: z.string() })]).optional(),
  allowPurchase: z.boolean().optional(),
  allowSale: text,
  allowSaleDate: text,
  discontinuedFrom: text,
  serialNoRequired: text,
  requiredVariantPropertyUids: texts,
  suppliers: z.array(z.object({ supplierUid: z.string() })).default([]),
  height: number,
  width: number,
  length: number,
  weight: number,
  optionProperties: z
    .array(z.object({ propertyUid: z.string(), propertyText: text, propertyOptionName: text }))
    .default([]),
  parentUid: text,
  media: z.array(z.object({ mainUrl: z.string(), position: number, isCoverImage: z.boolean().optional() })).default([]),
  packageSlots: z
    .array(
      z.object({
        position: z.number(),
        minComponentsAllowed: z.number(),
        maxComponentsAllowed: z.number(),
        components: z.array(
          z.object({ productUid: z.string(), quantity: z.number(), required: z.boolean().optional() }),
        ),
      }),
    )
    .default([]),
});

const priceSchema = z.object({
  priceUid: z.string(),
  pricelistUid: z.string(),
  productUid: z.string(),
  price: z.number(),
  fromDate: text,
  toDate: text,
});

const branchSchema = z
  .object({
    categoryUid: text,
    productGroupUid: text,
    name: text,
    parentUid: text,
    externalId: text,
  })
  .transform(({ categoryUid, productGroupUid, ...rest }) => ({ ...rest, uid: categoryUid ?? productGroupUid ?? '' }));

/** A product with everything that belongs to it. Money in cents. */
export type FlowProductLine = z.infer<typeof productSchema>;
/** A price on a list, in cents incl. VAT. */
export type FlowPriceLine = z.infer<typeof priceSchema>;
/** A category or product group. */
export type FlowBranchLine = z.infer<typeof branchSchema>;

export function parseFlowProduct(line: unknown): FlowProductLine {
  return productSchema.parse(withoutNulls(line));
}

export function parseFlowPrice(line: unknown): FlowPriceLine {
  return priceSchema.parse(withoutNulls(line));
}

export function parseFlowBranch(line: unknown): FlowBranchLine {
  return branchSchema.parse(withoutNulls(line));
}
