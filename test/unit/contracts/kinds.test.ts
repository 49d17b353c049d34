import assert from 'node:assert/strict';
import { stateOf, type AnyEntityKind, type EntityOutcome } from '../../../src/contracts/entity-sync';
import { customerKind, type CustomerOutcome } from '../../../src/contracts/kinds/customer';
import { goodsReceptionKind, type GoodsReceptionOutcome } from '../../../src/contracts/kinds/goods-reception';
import { orderKind } from '../../../src/contracts/kinds/order';
import { productKind, type ProductOutcome } from '../../../src/contracts/kinds/product';
import { purchaseOrderKind, type PurchaseOrderOutcome } from '../../../src/contracts/kinds/purchase-order';
import { storesKind, type StoresOutcome } from '../../../src/contracts/kinds/stores';

const BROUGHT: PurchaseOrderOutcome = {
  ...{ action: 'created', storeUid: 'oslocity', flowPurchaseOrderUids: ['PO17'] },
  ...{ linesAdded: 2, changedFields: ['supplier'], calls: 12 },
};
const PO_UNCHANGED: PurchaseOrderOutcome = { action: 'unchanged', storeUid: 'oslocity', calls: 5 };
const PO_UPDATED: PurchaseOrderOutcome = {
  ...{ action: 'updated', storeUid: 'oslocity', flowPurchaseOrderUids: ['PO17'], calls: 6 },
  ...{ linesAdded: 1, linesChanged: 1, changedFields: ['line unitPrice'] },
};
const PO_REMOVED: PurchaseOrderOutcome = { action: 'removed', reason: 'it was cancelled in Omnium', calls: 4 };

const CONFIRMED: GoodsReceptionOutcome = {
  ...{ action: 'confirmed', storeUid: 'oslocity', calls: 6 },
  deliveries: [{ purchaseOrderId: 'PO-1', deliveryId: '17', lines: 2, quantityHundredths: 1_250 }],
};
const PRODUCT_MADE: ProductOutcome = {
  ...{ action: 'created', productUids: ['104233', '104233S'], products: 2, productsCreated: 2, images: 1 },
  ...{ changedFields: ['104233', '104233-S', '104233 images'], calls: 9 },
};
const EXPORTED: StoresOutcome = {
  ...{ action: 'exported', changedFields: ['bergen (new store)', 'oslocity openingHours'], calls: 12 },
  stores: { created: 1, updated: 1, unchanged: 2 },
};
const CUSTOMER_MADE: CustomerOutcome = { action: 'created', direction: 'outbound', calls: 5 };

/** What passes of one run come to together, by kind. */
const MERGES: readonly (readonly [AnyEntityKind, readonly EntityOutcome[], EntityOutcome])[] = [
  [purchaseOrderKind, [BROUGHT, PO_UNCHANGED], { ...BROUGHT, calls: 17 }],
  [
    purchaseOrderKind,
    [BROUGHT, PO_UPDATED],
    {
      ...BROUGHT,
      ...{ linesAdded: 3, linesChanged: 1, changedFields: ['supplier', 'line unitPrice'], calls: 18 },
    },
  ],
  [purchaseOrderKind, [PO_UNCHANGED, PO_UPDATED], { ...PO_UPDATED, calls: 11 }],
  [
    purchaseOrderKind,
    [PO_UPDATED, PO_REMOVED],
    {
      ...{ action: 'removed', reason: 'it was cancelled in Omnium', storeUid: 'oslocity' },
      ...{ linesAdded: 1, linesChanged: 1, changedFields: ['line unitPrice'], calls: 10 },
    },
  ],
  [
    purchaseOrderKind,
    [PO_REMOVED, { action: 'skipped', reason: 'it is neither in Omnium nor in Flow', calls: 3 }],
    { ...PO_REMOVED, calls: 7 },
  ],
  [
    goodsReceptionKind,
    [
      { ...CONFIRMED, differences: ['ski: 2 more were received than ordered'] },
      {
        ...{ action: 'confirmed', storeUid: 'oslocity', levels: 1, calls: 4 },
        deliveries: [
          { purchaseOrderId: 'PO-1', deliveryId: '17', lines: 1, quantityHundredths: 50 },
          { purchaseOrderId: 'PO-1', deliveryId: '18', lines: 1, quantityHundredths: 100 },
        ],
      } as EntityOutcome,
      { action: 'unchanged', storeUid: 'oslocity', reason: 'looked again', calls: 2 },
    ],
    {
      ...{ action: 'confirmed', storeUid: 'oslocity', levels: 1, calls: 12 },
      deliveries: [
        { purchaseOrderId: 'PO-1', deliveryId: '17', lines: 3, quantityHundredths: 1_300 },
        { purchaseOrderId: 'PO-1', deliveryId: '18', lines: 1, quantityHundredths: 100 },
      ],
    } as EntityOutcome,
  ],
  [
    productKind,
    [
      { ...PRODUCT_MADE, differences: ['104233 productGroupUid: Flow has no group'] },
      {
        ...{ action: 'updated', productUids: ['104233'], products: 1, productsUpdated: 1 },
        ...{ changedFields: ['104233 name'], calls: 3 },
      },
      { action: 'unchanged', productUids: ['104233'], products: 1, calls: 2 } as EntityOutcome,
    ],
    {
      ...{ action: 'created', productUids: ['104233'], products: 1, productsCreated: 2, productsUpdated: 1, images: 1 },
      ...{ changedFields: ['104233', '104233-S', '104233 images', '104233 name'], calls: 14 },
    },
  ],
  [
    storesKind,
    [
      { ...EXPORTED, differences: ['Store gone'] },
      {
        ...{ action: 'unchanged', calls: 5, notes: ['Warehouse web is listed by two'] },
        stores: { created: 0, updated: 0, unchanged: 4 },
      } as EntityOutcome,
    ],
    {
      ...EXPORTED,
      ...{ stores: { created: 1, updated: 1, unchanged: 4 }, notes: ['Warehouse web is listed by two'], calls: 17 },
    },
  ],
  [customerKind, [CUSTOMER_MADE, { action: 'unchanged', calls: 2 }], { ...CUSTOMER_MADE, calls: 7 }],
];

/** Where an outcome leaves its entity, by kind. */
const STATES: readonly (readonly [AnyEntityKind, EntityOutcome, string])[] = [
  [orderKind, { action: 'created' }, 'Synced'],
  [orderKind, { action: 'updated', differences: ['total'] }, 'Differs'],
  [orderKind, { action: 'forwarded' }, 'Ignored'],
  [goodsReceptionKind, { ...CONFIRMED, differences: ['ski: 2 more were received than ordered'] }, 'Differs'],
  [goodsReceptionKind, { action: 'skipped', reason: 'refused', differences: ['refused'] }, 'Differs'],
  [goodsReceptionKind, { action: 'skipped', reason: 'nothing was received in Flow' }, 'Ignored'],
  [goodsReceptionKind, { action: 'levels-sent' }, 'Synced'],
  [purchaseOrderKind, { action: 'forwarded' }, 'Synced'],
  [purchaseOrderKind, { action: 'skipped', reason: 'it belongs to another tenant' }, 'Ignored'],
  [storesKind, { ...EXPORTED, differences: ['Store gone'] }, 'Differs'],
  [storesKind, { action: 'skipped' }, 'Ignored'],
  [productKind, { action: 'unchanged' }, 'Synced'],
];

describe('kinds of entity sync', () => {
  for (const [kind, passes, together] of MERGES) {
    it(`${kind.name}: ${passes.map(({ action }) => action).join(', then ')} come to ${together.action}`, () => {
      const [first, ...others] = passes;
      assert.ok(first);
      assert.deepEqual(
        others.reduce((before, latest) => kind.merge(before, latest, []), first),
        together,
      );
    });
  }

  for (const [kind, outcome, state] of STATES) {
    it(`${kind.name}: ${outcome.action}${outcome.differences ? ' with differences' : ''} is ${state}`, () => {
      assert.equal(stateOf(kind, outcome), state);
    });
  }

  it('keep an id that holds colons and blanks', () => {
    const key = { tenantUid: 'flow_no', productId: 'A 1:2' };
    assert.deepEqual(productKind.parseId(productKind.id(key)), key);
  });
});
