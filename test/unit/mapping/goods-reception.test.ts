import assert from 'node:assert/strict';
import { planConfirmation } from '../../../src/activities/goods/mapping/plan-confirmation';
import { documents, flowOrder, line, receivement, RECEIVEMENT_UID } from '../../support/goods-reception-documents';

const id = (item: string, lineItemId: string): string => `${RECEIVEMENT_UID}:${item}:${lineItemId}`;
/** Six of ten were received at once, on one line. */
const SIX = receivement({ item: 'i1', sku: 'ski', quantity: 600 });
const SIX_IN_FLOW = flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 600 });
const TEN = line('L1', 'ski', { quantity: 10 });

describe('planConfirmation', () => {
  it('confirms what was received, as an increment with an id of its own', () => {
    const plan = planConfirmation(documents({ receivement: SIX, flowOrder: SIX_IN_FLOW, lines: [TEN] }));
    assert.deepEqual(plan, {
      confirmations: [{ goodsReceptionId: id('i1', 'L1'), lineItemId: 'L1', deliveryId: 'D1', quantity: 600 }],
      withoutDelivery: [],
      unorderedProductUids: [],
      differences: [],
    });
  });

  it('confirms the second reception of an order beside the first', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement({ item: 'i1', sku: 'ski', quantity: 400 }),
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 1_000 }),
        lines: [line('L1', 'ski', { quantity: 10, deliveredQuantity: 6 })],
        transactions: [{ goodsReceptionId: 'another:i1:L1', skuId: 'ski', inventoryChange: 6 }],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [400],
    );
    assert.deepEqual(plan.differences, []);
  });

  it('adds up pieces with serial numbers: one entry for a line', () => {
    const pieces = ['a', 'b', 'c'].map((serialnumber) => ({ item: 'i1', sku: 'ski', quantity: 100, serialnumber }));
    const plan = planConfirmation(
      documents({
        receivement: receivement(...pieces),
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 300 }),
        lines: [TEN],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [300],
    );
  });

  it('confirms nothing where an attempt before has confirmed it', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [line('L1', 'ski', { quantity: 10, deliveredQuantity: 6 })],
        transactions: [{ goodsReceptionId: id('i1', 'L1'), skuId: 'ski', inventoryChange: '6.0' }],
      }),
    );
    assert.deepEqual([plan.confirmations, plan.differences], [[], []]);
  });

  it('goes on with the rest on the line that was split off since, when a part was confirmed before', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement({ item: 'i1', sku: 'ski', quantity: 1_000 }),
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 1_000 }),
        lines: [
          line('L1', 'ski', { quantity: 6, deliveredQuantity: 6 }),
          line('L1-2', 'ski', { quantity: 4, deliveryId: 'D2' }),
        ],
        transactions: [{ goodsReceptionId: id('i1', 'L1'), skuId: 'ski', inventoryChange: 6 }],
      }),
    );
    assert.deepEqual(plan.confirmations, [
      { goodsReceptionId: id('i1', 'L1-2'), lineItemId: 'L1-2', deliveryId: 'D2', quantity: 400 },
    ]);
  });

  it('counts what was confirmed before wherever it went, also on a line that is gone', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [TEN],
        transactions: [{ goodsReceptionId: id('i1', 'gone'), skuId: 'ski', inventoryChange: 5 }],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [100],
    );
  });

  it('uses an id once only, also on a line that some of these goods were confirmed on', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [line('L1', 'ski', { quantity: 10, deliveredQuantity: 2 })],
        transactions: [{ goodsReceptionId: id('i1', 'L1'), skuId: 'ski', inventoryChange: 2 }],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ goodsReceptionId, quantity }) => [goodsReceptionId, quantity]),
      [[`${id('i1', 'L1')}:2`, 400]],
    );
  });

  it('does not take the uid of another receivement for its own because it begins alike', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [TEN],
        transactions: [
          { goodsReceptionId: `${RECEIVEMENT_UID}0:i1:L1`, skuId: 'ski', inventoryChange: 6 },
          { goodsReceptionId: `${RECEIVEMENT_UID}:i10:L1`, skuId: 'ski', inventoryChange: 6 },
          { skuId: 'ski', inventoryChange: 6 },
        ],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [600],
    );
  });

  it('fills the named line first, then its splits, each in its delivery, and leaves lines of other items alone', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement({ item: 'i1', sku: 'ski', quantity: 1_000 }),
        flowOrder: flowOrder(
          { item: 'i1', sku: 'ski', line: 'L1', received: 1_000 },
          { item: 'i2', sku: 'ski', line: 'L2', received: 0 },
        ),
        lines: [
          line('L2', 'ski', { quantity: 50 }),
          line('L1-2', 'ski', { quantity: 3, deliveryId: 'D2' }),
          line('L1', 'ski', { quantity: 5, canceledQuantity: 1 }),
          line('other', 'ski', { quantity: 50, warehouseCode: 'bergen' }),
          line('L1-3', 'ski', { quantity: 30, deliveryId: 'D3' }),
        ],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId, deliveryId, quantity }) => [lineItemId, deliveryId, quantity]),
      [
        ['L1', 'D1', 400],
        ['L1-2', 'D2', 300],
        ['L1-3', 'D3', 300],
      ],
    );
  });

  it('leaves a split alone that another purchase order of Flow’s stands for (one per delivery)', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement({ item: 'i1', sku: 'ski', quantity: 800 }),
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 800 }),
        lines: [line('L1', 'ski', { quantity: 6 }), line('L1-2', 'ski', { quantity: 4, deliveryId: 'D2' })],
        claimed: ['L1-2'],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId, quantity }) => [lineItemId, quantity]),
      [['L1', 800]],
    );
    assert.deepEqual(plan.differences, ['ski: 2 more were received than ordered']);
  });

  it('sends more than ordered as received, on the first line, and says so; also when it looks again', () => {
    const over = {
      receivement: receivement({ item: 'i1', sku: 'ski', quantity: 1_250 }),
      flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 1_250 }),
    };
    const split = line('L1-2', 'ski', { quantity: 4, deliveryId: 'D2' });
    const first = planConfirmation(documents({ ...over, lines: [line('L1', 'ski', { quantity: 6 }), split] }));
    assert.deepEqual(
      first.confirmations.map(({ lineItemId, quantity }) => [lineItemId, quantity]),
      [
        ['L1', 850],
        ['L1-2', 400],
      ],
    );
    const difference = 'ski: 2.5 more were received than ordered';
    assert.deepEqual(first.differences, [difference]);
    const again = planConfirmation(
      documents({
        ...over,
        lines: [line('L1', 'ski', { quantity: 6, deliveredQuantity: 8.5 }), { ...split, deliveredQuantity: 4 }],
        transactions: first.confirmations.map(({ goodsReceptionId, quantity }) => ({
          ...{ goodsReceptionId, skuId: 'ski', inventoryChange: quantity / 100 },
        })),
      }),
    );
    assert.deepEqual([again.confirmations, again.differences], [[], [difference]]);
  });

  it('compares with what Omnium has as delivered: the same means that nothing is sent', () => {
    const byHand = (delivered: number | string): ReturnType<typeof planConfirmation> =>
      planConfirmation(
        documents({
          receivement: SIX,
          flowOrder: SIX_IN_FLOW,
          lines: [line('L1', 'ski', { quantity: 10, deliveredQuantity: delivered })],
        }),
      );
    assert.deepEqual([byHand(6).confirmations, byHand(6).differences], [[], []]);
    assert.deepEqual(
      byHand('5.999').confirmations.map(({ quantity }) => quantity),
      [600],
    );
    assert.deepEqual(byHand(8).confirmations, []);
    assert.deepEqual(byHand(8).differences, [
      'ski: Omnium has 8 as delivered, Flow has received 6 in all; nothing was confirmed',
    ]);
  });

  it('compares over the splits together', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [
          line('L1', 'ski', { quantity: 4, deliveredQuantity: 4 }),
          line('L1-2', 'ski', { quantity: 6, deliveredQuantity: 2 }),
        ],
      }),
    );
    assert.deepEqual([plan.confirmations, plan.differences], [[], []]);
  });

  it('trusts the receivements where Flow’s figure was overwritten with Omnium’s', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 0, byReceivements: 600 }),
        lines: [TEN],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [600],
    );
  });

  it('asks for a delivery of all that is open on lines that are in none', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [{ ...line('L1', 'ski', { quantity: 10.5, canceledQuantity: '0.5' }), deliveryId: undefined }],
      }),
    );
    assert.deepEqual(plan.withoutDelivery, [{ lineItemId: 'L1', code: 'ski', quantity: 10 }]);
    assert.deepEqual(
      plan.confirmations.map(({ deliveryId, quantity }) => [deliveryId, quantity]),
      [[undefined, 600]],
    );
  });

  it('cannot confirm more on a line without delivery that has nothing open, and says so', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: SIX_IN_FLOW,
        lines: [{ ...line('L1', 'ski', { quantity: 10, canceledQuantity: 10 }), deliveryId: undefined }],
      }),
    );
    assert.deepEqual([plan.confirmations, plan.withoutDelivery], [[], []]);
    assert.deepEqual(plan.differences, ['ski: 6 were not confirmed, as no delivery in Omnium can take them']);
  });

  it('sends levels of goods that are on no line, and never of goods that are', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement(
          { item: 'i1', sku: 'ski', quantity: 600 },
          { sku: 'wax', quantity: 100 },
          { sku: 'ski', quantity: 200 },
          { item: 'i9', sku: 'pole', quantity: 100 },
        ),
        flowOrder: flowOrder(
          { item: 'i1', sku: 'ski', line: 'L1', received: 600 },
          { item: 'i9', sku: 'pole', received: 100 },
        ),
        lines: [TEN],
      }),
    );
    assert.deepEqual(plan.unorderedProductUids, ['p-wax', 'p-pole']);
    assert.deepEqual(
      plan.confirmations.map(({ goodsReceptionId, quantity }) => [goodsReceptionId, quantity]),
      [
        [id('i1', 'L1'), 600],
        [id('product-p-ski', 'L1'), 200],
      ],
    );
  });

  it('finds the line of an item by its SKU when the line it was made from is gone, the warehouse’s own first', () => {
    const plan = planConfirmation(
      documents({
        receivement: SIX,
        flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'gone', received: 600 }),
        lines: [line('B', 'ski', { quantity: 10, warehouseCode: 'bergen' }), line('N', 'ski', { quantity: 10 })],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId }) => lineItemId),
      ['N'],
    );
  });

  it('does not confirm goods that were taken back', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement(
          { item: 'i1', sku: 'ski', quantity: -300 },
          { item: 'i2', sku: 'boot', quantity: 200 },
        ),
        flowOrder: flowOrder(
          { item: 'i1', sku: 'ski', line: 'L1', received: 300 },
          { item: 'i2', sku: 'boot', line: 'L2', received: 200 },
        ),
        lines: [line('L1', 'ski', { quantity: 10, deliveredQuantity: 6 }), line('L2', 'boot', { quantity: 2 })],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId }) => lineItemId),
      ['L2'],
    );
    assert.deepEqual(plan.differences, ['ski: 3 were taken back, which Omnium cannot be told as a reception']);
  });

  it('takes quantities of Omnium’s with a third decimal as they are', () => {
    const plan = planConfirmation(
      documents({
        receivement: receivement({ item: 'i1', sku: 'rope', quantity: 150 }),
        flowOrder: flowOrder({ item: 'i1', sku: 'rope', line: 'L1', received: 150 }),
        lines: [line('L1', 'rope', { quantity: 1.005 }), line('L1-2', 'rope', { quantity: '0.995', deliveryId: 'D2' })],
      }),
    );
    assert.deepEqual(
      plan.confirmations.map(({ quantity }) => quantity),
      [100, 50],
    );
    assert.deepEqual(plan.differences, []);
  });
});

describe('planConfirmation, packages', () => {
  const received = receivement({ item: 'i1', sku: 'set', quantity: 200 });
  const inFlow = flowOrder({ item: 'i1', sku: 'set', line: 'K1', ordered: 300, received: 200 });
  const components = [
    { skuId: 'ski', quantity: 2 },
    { skuId: 'boot', quantity: 1 },
  ];

  it('confirms on the package’s own line', () => {
    const lines = [line('K1', 'set', { quantity: 3, components })];
    const plan = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines }));
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId, quantity }) => [lineItemId, quantity]),
      [['K1', 200]],
    );
  });

  it('knows the package again by the movements of what is in it', () => {
    const transactions = [
      { goodsReceptionId: id('i1', 'K1'), skuId: 'ski', inventoryChange: 4 },
      { goodsReceptionId: id('i1', 'K1'), skuId: 'boot', inventoryChange: 2 },
    ];
    const lines = [line('K1', 'set', { quantity: 3, components })];
    const plan = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines, transactions }));
    assert.deepEqual(plan.confirmations, []);
  });

  it('confirms on its components, each as often as it is in the package, where Omnium has only those', () => {
    const lines = [
      line('C1', 'ski', { quantity: 4, packageLineItemId: 'K1', packageSkuId: 'set' }),
      line('C1-2', 'ski', { quantity: 2, packageLineItemId: 'K1', packageSkuId: 'set', deliveryId: 'D2' }),
      line('C2', 'boot', { quantity: 3, packageLineItemId: 'K1', packageSkuId: 'set' }),
    ];
    const plan = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines }));
    const told = plan.confirmations.map(({ goodsReceptionId, quantity }) => [goodsReceptionId, quantity]);
    assert.deepEqual(told, [
      [id('i1', 'C1'), 400],
      [id('i1', 'C2'), 200],
    ]);
    const transactions = plan.confirmations.map(({ goodsReceptionId, lineItemId, quantity }) => ({
      ...{ goodsReceptionId, skuId: lineItemId === 'C2' ? 'boot' : 'ski', inventoryChange: quantity / 100 },
    }));
    const half = documents({ receivement: received, flowOrder: inFlow, lines, transactions: transactions.slice(0, 1) });
    assert.deepEqual(
      planConfirmation(half).confirmations.map(({ lineItemId }) => lineItemId),
      ['C2'],
    );
  });

  it('confirms the package and its components where Omnium has lines of both', () => {
    const lines = [
      line('K1', 'set', { quantity: 3, components }),
      line('C1', 'ski', { quantity: 6, packageLineItemId: 'K1', packageSkuId: 'set' }),
      line('C2', 'boot', { quantity: 3, packageLineItemId: 'K1', packageSkuId: 'set' }),
    ];
    const plan = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines }));
    assert.deepEqual(
      plan.confirmations.map(({ lineItemId, quantity }) => [lineItemId, quantity]),
      [
        ['K1', 200],
        ['C1', 400],
        ['C2', 200],
      ],
    );
    const transactions = [
      { goodsReceptionId: id('i1', 'C1'), skuId: 'ski', inventoryChange: 4 },
      { goodsReceptionId: id('i1', 'C2'), skuId: 'boot', inventoryChange: 2 },
    ];
    const again = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines, transactions }));
    assert.deepEqual(
      again.confirmations.map(({ lineItemId }) => lineItemId),
      ['K1'],
      'the package’s own line moves no stock, so only the refusal of its id can tell',
    );
  });

  it('says so when the order does not tell how much is in a package', () => {
    const lines = [line('C1', 'ski', { quantity: 4, packageLineItemId: 'K1', packageSkuId: 'set' })];
    const plan = planConfirmation(documents({ receivement: received, flowOrder: inFlow, lines }));
    assert.deepEqual(plan.confirmations, []);
    assert.deepEqual(plan.differences, [
      'set: how many ski are in it cannot be told from the order, so it was not confirmed',
    ]);
  });
});
