import { z } from 'zod';

import { strictObject, text } from './field-types';
import { documented } from './setting-documentation';

const ofTenant = { origin: 'this service', level: 'tenant', usedBy: 'products' } as const;

const keys = (effect: string): z.ZodDefault<z.ZodArray<z.ZodType<string, string>>> =>
  documented(z.array(text()).default([]), { ...ofTenant, effect });

/** The rules for products in Flow. */
export const catalogueSchema = strictObject({
  onDeletedInOmnium: documented(z.enum(['discontinue', 'delete']).default('discontinue'), {
    ...ofTenant,
    effect:
      "what becomes of a product in Flow that was deleted in Omnium or has left the tenant's markets: `discontinue` = it can no longer be sold or purchased and keeps its history, `delete` = it is deleted; only products that the export made",
  }),
  nonPurchasableAssortmentCodes: keys(
    'Omnium assortment codes whose products cannot be purchased by the shops (`allowPurchase`), as they are written in Omnium',
  ),
  textProperties: keys('keys of Omnium product properties that become text properties of the product in Flow'),
  choiceProperties: keys(
    'keys of Omnium product properties that become properties with options in Flow; colour and size of variants always do',
  ),
});
