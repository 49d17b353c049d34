import { leadingPass, mergePasses, splitId } from '../entity-sync';
import type { EntityEvent, EntityKey, EntityKind, EntityOutcome, Fact, PassInput } from '../entity-sync';

/**
 * A product of Omnium with all its variants, Omnium → Flow, when an event names it; the export by schedule brings it in the
 * same way. An event may name a SKU or a document with its language: Omnium's answer says whose it is, and that product's
 * workflow is notified.
 */

export interface ProductKey extends EntityKey {
  readonly productId: string;
}

export type ProductEvent = EntityEvent;
export type SyncProductInput = ProductKey & PassInput;

/** What a pass over a product did. Names are Flow's. */
export interface ProductOutcome extends EntityOutcome {
  /**
   * - `discontinued`: gone from Omnium or from the tenant's markets; it stays in Flow and is not sold any more
   * - `deleted`: the same, and Flow's product was deleted (setting `catalogue.onDeletedInOmnium`)
   * - `forwarded`: a variant, or another name of a product was named; the product itself has been notified
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'created' | 'updated' | 'unchanged' | 'discontinued' | 'deleted' | 'forwarded' | 'skipped';
  /** The product's workflow goes on with it, for `forwarded`: its id ends with this. */
  readonly forwardedTo?: string;
  /** Flow's uids: the product, or the style and its variants. At most 20. */
  readonly productUids?: readonly string[];
  /** Products in Flow that belong to it: 1, or the style and its variants. */
  readonly products?: number;
  readonly productsCreated?: number;
  readonly productsUpdated?: number;
  /** Images that were added, changed or removed. */
  readonly images?: number;
}

export const productKind: EntityKind<ProductKey, ProductEvent, ProductOutcome> = {
  name: 'product',
  workflow: 'productWorkflow',
  activity: 'syncProduct',
  engine: 'exports',
  direction: 'inbound',
  route: 'Omnium → Flow',
  id: ({ tenantUid, productId }) => `product:${tenantUid}:${productId}`,
  parseId: (workflowId) => {
    const parts = splitId('product', workflowId);
    return parts && { tenantUid: parts.tenantUid, productId: parts.rest };
  },
  subject: ({ productId }) => `Product ${productId}`,
  merge: (before, latest) =>
    mergePasses(before, latest, leadingPass(before, latest, ['created', 'updated', 'discontinued', 'deleted']), [
      'productsCreated',
      'productsUpdated',
      'images',
    ]),
  sentence: (subject, { action, reason = 'it is gone from Omnium', forwardedTo = '' }) => {
    switch (action) {
      case 'created':
        return `${subject} was created in Flow.`;
      case 'updated':
        return `${subject} was brought up to date in Flow.`;
      case 'unchanged':
        return `${subject} was already right in Flow; nothing was written.`;
      case 'discontinued':
        return `${subject} is not sold any more: ${reason}.`;
      case 'deleted':
        return `${subject} was deleted in Flow: ${reason}.`;
      case 'forwarded':
        return `${subject} is a name of product ${forwardedTo}, whose own page says how it goes on.`;
      case 'skipped':
        return `${subject} is not in Flow, and need not be: ${reason}.`;
    }
  },
  facts: ({ productUids = [], products = 0, productsCreated, productsUpdated, images }) => {
    const more = products > productUids.length ? ` and ${products - productUids.length} more` : '';
    const counts = [
      ...(productsCreated ? [`${productsCreated} products new`] : []),
      ...(productsUpdated ? [`${productsUpdated} products changed`] : []),
      ...(images ? [`${images} images`] : []),
    ];
    return [
      ...(productUids.length > 0 ? [['In Flow', `${productUids.join(', ')}${more}`] satisfies Fact] : []),
      ...(counts.length > 0 ? [['Counts', counts.join(', ')] satisfies Fact] : []),
    ];
  },
  resync: ({ tenantUid, productId }) => `product resync ${productId} --tenant ${tenantUid}`,
};
