import type { FlowProduct } from '../../clients/flow/products';
import { stripToUid } from '../../domain/uid';

/**
 * Whether a product in Flow came from Omnium: its uid is made of its `externalId`. What the shops have made themselves is
 * never taken from sale.
 */
export function isFromOmnium({ productUid, externalId }: Pick<FlowProduct, 'productUid' | 'externalId'>): boolean {
  return externalId !== undefined && /[A-Za-z0-9_]/.test(externalId) && stripToUid(externalId) === productUid;
}
