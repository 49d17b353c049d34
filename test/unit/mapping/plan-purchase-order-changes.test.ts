import assert from 'node:assert/strict';
import {
  desiredPurchaseOrders,
  type DesiredPurchaseOrder,
} from '../../../src/activities/goods/mapping/desired-purchase-order';
import { orderedLines } from '../../../src/activities/goods/mapping/ordered-lines';
import {
  planPurchaseOrderChanges,
  statusByProgress,
  type DesiredReservations,
  type PurchaseOrderChanges,
} from '../../../src/activities/goods/mapping/plan-purchase-order-changes';
import {
  flowPurchaseOrder,
  omniumPurchaseOrder,
  purchaseLineJson,
  type DocumentJson,
} from '../../support/purchase-order-documents';

const NO_RESERVATIONS: DesiredReservations = { byLine: new Map(), ofTheShop: new Set() };

const DESTINATIONS = new Map([
  ['oslo', { storeUid: 'oslo', warehouseUid: 'oslo_wh' }],
  ['oslo-back', { storeUid: 'oslo', warehouseUid: 'oslo_back' }],
]);

function desired(
  lines: readonly DocumentJson[] = [purchaseLineJson()],
  members: DocumentJson = {},
  deliveries?: ReadonlyMap<string, object>,
): DesiredPurchaseOrder {
  const purchaseOrder = omniumPurchaseOrder(lines, members);
  const context = {
    lines: orderedLines(purchaseOrder, { SendPackageProductOnPurchaseOrder: false }).lines,
    ...{ destinations: DESTINATIONS, tenantCurrency: 'NOK', timezone: 'Europe/Oslo' },
    ...(deliveries && { deliveries }),
  };
  const [order] = desiredPurchaseOrders(purchaseOrder, context);
  assert.ok(order);
  return order;
}

function plan(
  existing: ReturnType<typeof flowPurchaseOrder>,
  wanted: DesiredPurchaseOrder,
  reservations: DesiredReservations = NO_RESERVATIONS,
): PurchaseOrderChanges {
  return planPurchaseOrderChanges(existing, wanted, 'NOK', reservations);
}

/** What a plan comes to, in short. */
function shape({ itemsToAdd, itemsToUpdate, itemsToDelete, openWith, status }: PurchaseOrderChanges): object {
  return {
    added: itemsToAdd.map(({ externalId }) => externalId),
    updated: itemsToUpdate.map(({ item, update }) => [item.externalId, update]),
    deleted: itemsToDelete.map(({ externalId }) => externalId),
    status: [openWith, status],
  };
}

const NOTHING = { added: [], updated: [], deleted: [], status: [undefined, undefined] };
const line = purchaseLineJson;
const L2 = line({ lineItemId: 'L2', code: 'SKI-2' });

describe('status of a purchase order by progress', () => {
  const cases = [
    ['SENT_TO_SUPPLIER', [[10, 0, 0]]],
    ['PARTIALLY_RECEIVED', [[10, 0, 4]]],
    [
      'PARTIALLY_RECEIVED',
      [
        [10, 0, 10],
        [5, 0, 0],
      ],
    ],
    [
      'RECEIVED',
      [
        [10, 0, 10],
        [5, 0, 6],
      ],
    ],
    [
      'RECEIVED',
      [
        [10, 6, 4],
        [5, 5, 0],
      ],
    ],
    ['CLOSED', [[10, 10, 0]]],
    ['PARTIALLY_RECEIVED', [[10, 5, 4]]],
  ] as const;
  for (const [status, lines] of cases) {
    it(`${status} for ${JSON.stringify(lines)} (ordered, cancelled, received)`, () => {
      const progress = lines.map(([ordered, cancelled, received]) => ({ ordered, cancelled, received }));
      assert.equal(statusByProgress(progress), status);
    });
  }
});

describe('changes of a purchase order in Flow', () => {
  it('are none for an order that is right', () => {
    const order = desired(undefined, { referenceNumber: 'REF', purchaseOrderNotes: [{ detail: 'a note' }] });
    const changes = plan(flowPurchaseOrder(order), order);
    assert.deepEqual([shape(changes), changes.differences, changes.changesAnything], [NOTHING, [], false]);
  });

  it('send of a line only what differs', () => {
    const fields = [
      [{ quantity: 12, discountedPriceExclTax: 1200 }, { quantityOrdered: 1_200 }],
      [{ discountedPriceExclTax: 900 }, { unitPrice: 9_000 }],
      [{ supplierSkuId: 'S-1' }, { supplierSku: 'S-1' }],
      [{ warehouseCode: 'oslo-back' }, { warehouseUid: 'oslo_back' }],
      [{ estimatedTimeOfArrival: '2026-12-01T09:00:00Z' }, { expectedDeliveryDate: '2026-12-01' }],
    ] as const;
    for (const [members, update] of fields) {
      const changes = plan(flowPurchaseOrder(desired([line(), L2])), desired([line(members), L2]));
      assert.deepEqual(shape(changes), { ...NOTHING, updated: [['L1', update]] });
      assert.deepEqual(
        changes.changedFields,
        Object.keys(update).map((field) => `line ${field}`),
      );
    }
  });

  it('tell what Omnium received, and with it how far the order is', () => {
    const some = plan(flowPurchaseOrder(desired()), desired([line({ deliveredQuantity: 4 })]));
    assert.deepEqual(shape(some), {
      ...{ added: [], deleted: [], updated: [['L1', { quantityReceived: 400 }]] },
      status: [undefined, 'PARTIALLY_RECEIVED'],
    });
    const all = plan(flowPurchaseOrder(desired()), desired([line({ deliveredQuantity: 4, canceledQuantity: 6 })]));
    assert.equal(all.status, 'RECEIVED');
  });

  it('never lower what Flow has received: its goods reception is on its way', () => {
    const order = desired([line({ deliveredQuantity: 2 }), L2]);
    const existing = flowPurchaseOrder(order, { status: 'PARTIALLY_RECEIVED' }, { quantityReceived: 1_000 });
    const changes = plan(existing, order);
    assert.deepEqual([shape(changes), changes.linesInFlight, changes.differences], [NOTHING, 1, []]);
    const done = plan(flowPurchaseOrder(desired(), { status: 'RECEIVED' }, { quantityReceived: 1_000 }), desired());
    assert.deepEqual([shape(done), done.linesInFlight], [NOTHING, 1], 'nor the status that Flow has reached by it');
  });

  it('delete lines that are gone, unless goods have come in, and leave the shop’s own', () => {
    const existing = flowPurchaseOrder(desired([line(), L2]));
    assert.deepEqual(shape(plan(existing, desired())), { ...NOTHING, deleted: ['L2'] });
    const [first, second] = existing.items;
    assert.ok(first && second);
    const received = { ...existing, items: [first, { ...second, quantityReceived: 100 }] };
    const changes = plan(received, desired());
    assert.deepEqual(changes.itemsToDelete, []);
    assert.deepEqual(changes.differences, ['items[L2]: gone from Omnium, after goods came in']);
    const ofTheShop = { ...second, externalId: undefined };
    const kept = plan({ ...existing, items: [first, ofTheShop] }, desired());
    assert.deepEqual(
      [shape(kept), kept.differences],
      [NOTHING, ['1 lines were added in the shop and are not in Omnium']],
    );
  });

  it('replace a line whose product is another one, as long as nothing has come in', () => {
    const other = desired([line({ code: 'SKI-9' })]);
    assert.deepEqual(shape(plan(flowPurchaseOrder(desired()), other)), { ...NOTHING, added: ['L1'], deleted: ['L1'] });
    const received = flowPurchaseOrder(desired(), { status: 'PARTIALLY_RECEIVED' }, { quantityReceived: 100 });
    const changes = plan(received, other);
    assert.deepEqual(shape(changes), NOTHING);
    assert.deepEqual(changes.differences, ['items[L1]: another product in Omnium, after goods came in']);
  });

  it('write the header’s members that differ, and take none away that Omnium does not have', () => {
    const order = desired(undefined, { referenceNumber: 'REF 2', billingCurrency: 'EUR', supplierId: 'Other' });
    const changes = plan(
      flowPurchaseOrder(desired(undefined, { referenceNumber: 'REF' }), { note: 'the shop’s' }),
      order,
    );
    assert.deepEqual(changes.header, { supplierUid: 'Other', currency: 'EUR', supplierReferenceNumber: 'REF 2' });
    const back = plan(flowPurchaseOrder(desired(), { currency: 'EUR' }), desired());
    assert.deepEqual(back.header, {});
    assert.deepEqual(back.differences, ['currency: NOK in Omnium, EUR in Flow, where it cannot be taken back']);
  });

  describe('of a finished order', () => {
    const received = (wanted: DesiredPurchaseOrder): ReturnType<typeof flowPurchaseOrder> =>
      flowPurchaseOrder(wanted, { status: 'RECEIVED' }, { quantityReceived: 1_000 });
    const done = line({ deliveredQuantity: 10 });

    it('open it first when a line was added, and leave it open', () => {
      const changes = plan(received(desired([done])), desired([done, L2]));
      assert.deepEqual(shape(changes), {
        ...{ added: ['L2'], updated: [], deleted: [] },
        status: ['PARTIALLY_RECEIVED', 'PARTIALLY_RECEIVED'],
      });
    });

    it('open it for a price, and finish it again', () => {
      const changes = plan(received(desired([done])), desired([{ ...done, discountedPriceExclTax: 900 }]));
      assert.deepEqual(shape(changes), {
        ...{ added: [], updated: [['L1', { unitPrice: 9_000 }]], deleted: [] },
        status: ['PARTIALLY_RECEIVED', undefined],
      });
    });

    it('open one that was closed and is not cancelled any more', () => {
      const order = desired();
      assert.deepEqual(shape(plan(flowPurchaseOrder(order, { status: 'CLOSED' }), order)), {
        ...NOTHING,
        status: [undefined, 'SENT_TO_SUPPLIER'],
      });
    });
  });

  it('leave the statuses of integrated suppliers alone', () => {
    const order = desired();
    assert.deepEqual(shape(plan(flowPurchaseOrder(order, { status: 'IN_TRANSIT' }), order)), NOTHING);
    const cancelled = plan(flowPurchaseOrder(order, { status: 'CANCELLED_BY_SUPPLIER' }), order);
    assert.deepEqual(cancelled.differences, ['status: cancelled by the supplier in Flow and not in Omnium']);
  });

  describe('of a delivery', () => {
    const deliveries = new Map([['D1', {}]]);
    const ofDelivery = (...lines: DocumentJson[]): DesiredPurchaseOrder =>
      desired(
        lines.map((one) => ({ ...one, deliveryId: 'D1' })),
        {},
        deliveries,
      );
    const statusAfter = (status: string, wanted: DesiredPurchaseOrder, firstItem: DocumentJson = {}): unknown[] => {
      const changes = plan(flowPurchaseOrder(wanted, { status }, firstItem), wanted);
      return [changes.openWith, changes.status];
    };

    it('keep it on its way, whatever Omnium has received', () => {
      assert.deepEqual(statusAfter('SENT_TO_SUPPLIER', ofDelivery(line({ deliveredQuantity: 10 }))), [
        undefined,
        undefined,
      ]);
      assert.deepEqual(statusAfter('NEW', ofDelivery(line())), [undefined, 'SENT_TO_SUPPLIER']);
    });

    it('leave it as receptions in the shop have made it, until something is to come again', () => {
      const all = { quantityReceived: 1_000 };
      assert.deepEqual(statusAfter('PARTIALLY_RECEIVED', ofDelivery(line(), L2), all), [undefined, undefined]);
      assert.deepEqual(statusAfter('RECEIVED', ofDelivery(line()), all), [undefined, undefined]);
      const changes = plan(flowPurchaseOrder(ofDelivery(line()), { status: 'RECEIVED' }, all), ofDelivery(line(), L2));
      assert.deepEqual(shape(changes), {
        ...{ added: ['L2'], updated: [], deleted: [] },
        status: ['SENT_TO_SUPPLIER', 'SENT_TO_SUPPLIER'],
      });
    });
  });

  describe('after Omnium has split a line', () => {
    const kept = line({ quantity: 6, discountedPriceExclTax: 600 });
    const splitOff = line({ lineItemId: 'L1b', quantity: 4, discountedPriceExclTax: 400 });

    it('are two lines in Flow, too', () => {
      const changes = plan(flowPurchaseOrder(desired()), desired([kept, splitOff]));
      assert.deepEqual(shape(changes), { ...NOTHING, added: ['L1b'], updated: [['L1', { quantityOrdered: 600 }]] });
    });

    it('are none while Flow has received all of it as one line, nor when Omnium knows', () => {
      const existing = flowPurchaseOrder(desired(), { status: 'RECEIVED' }, { quantityReceived: 1_000 });
      const under = plan(existing, desired([kept, splitOff]));
      assert.deepEqual([shape(under), under.linesInFlight], [NOTHING, 1]);
      const known = desired([
        { ...kept, deliveredQuantity: 6 },
        { ...splitOff, deliveredQuantity: 4 },
      ]);
      const after = plan(existing, known);
      assert.deepEqual([shape(after), after.linesInFlight], [NOTHING, 0]);
    });

    it('do not take a new line of the same product for a part', () => {
      const again = line({ lineItemId: 'L7', quantity: 3, discountedPriceExclTax: 300 });
      const existing = flowPurchaseOrder(desired(), { status: 'RECEIVED' }, { quantityReceived: 1_000 });
      const changes = plan(existing, desired([line({ deliveredQuantity: 10 }), again]));
      assert.deepEqual(shape(changes), {
        ...NOTHING,
        added: ['L7'],
        status: ['PARTIALLY_RECEIVED', 'PARTIALLY_RECEIVED'],
      });
      const over = flowPurchaseOrder(desired(), { status: 'RECEIVED' }, { quantityReceived: 1_200 });
      assert.deepEqual(plan(over, desired([line({ deliveredQuantity: 12 }), again])).itemsToAdd.length, 1);
    });
  });

  describe('of what customers wait for', () => {
    const link = { orderUid: 'o1', orderItemUid: 'o1-i1', quantity: 200 };
    const own = { orderUid: 'till', orderItemUid: 'till-1', quantity: 100 };
    const wanted = (...links: (typeof link)[]): DesiredReservations => ({
      byLine: new Map([['L1', links]]),
      ofTheShop: new Set(['till']),
    });

    it('link, change and release, and leave what the shop has linked', () => {
      const order = desired();
      const updateOf = (there: readonly object[], reservations: DesiredReservations): unknown =>
        plan(flowPurchaseOrder(order, {}, { reservations: there }), order, reservations).itemsToUpdate[0]?.update;
      assert.deepEqual(updateOf([], wanted(link)), { reservations: [link] });
      assert.deepEqual(updateOf([own], wanted(link)), { reservations: [own, link] });
      assert.deepEqual(updateOf([link], wanted({ ...link, quantity: 300 })), {
        reservations: [{ ...link, quantity: 300 }],
      });
      assert.deepEqual(updateOf([link, own], wanted()), { reservations: [own] });
      assert.equal(updateOf([own, link], wanted(link)), undefined);
    });

    it('are none for goods that have come', () => {
      const order = desired();
      const existing = flowPurchaseOrder(
        order,
        { status: 'RECEIVED' },
        { quantityReceived: 1_000, reservations: [link] },
      );
      assert.deepEqual(shape(plan(existing, order, wanted())), NOTHING);
    });
  });
});
