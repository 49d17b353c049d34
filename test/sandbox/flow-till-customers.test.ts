import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, skuNumber, startFlowRig, T } from './flow-rig';

describe("the customers of the Flow sandbox's tills", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  const person = {
    customerUid: 'till-customer',
    customerType: 'PERSON',
    firstname: 'Kari',
    lastname: 'Nordmann',
    email: 'kari@example.test',
    mobile: '+4790000001',
    address: 'Storgata 1',
    postalCode: '0155',
    city: 'Oslo',
    countryCode: 'NO',
  };

  it('are written down, changed field by field, and deleted, under the same rules as in the API', async () => {
    const made = await rig.till('/customers', person);
    assert.deepEqual([made.status, at(made.body, 'createdBy'), at(made.body, 'externalId')], [201, 'pos', undefined]);
    assert.equal((await rig.till('/customers', person)).status, 409);
    assert.deepEqual(fieldsOf(await rig.till('/customers', { customerType: 'PERSON', firstname: 'Kari' })), [
      'lastname',
      'countryCode',
    ]);
    const moved = await rig.till('/customers/till-customer', { city: 'Bergen' });
    assert.deepEqual(
      ['city', 'address', 'createdBy', 'lastModifiedBy'].map((field) => at(moved.body, field)),
      ['Bergen', 'Storgata 1', 'pos', 'pos'],
    );
    const linked = await rig.call(`PUT ${T}/customers/till-customer`, { externalId: 'omnium-1' });
    assert.deepEqual([linked.status, at(linked.body, 'lastModifiedBy')], [200, 'integration']);
    const sale = await rig.till('/sales', {
      lines: [{ sku: skuNumber(rig, 0), quantity: 100 }],
      customerUid: 'till-customer',
    });
    assert.equal(at(sale.body, 'customerAddress.city'), 'Bergen');
    assert.equal((await rig.till('/customers/till-customer/delete')).status, 204);
    assert.equal((await rig.call(`GET ${T}/customers/till-customer`)).status, 404);
    assert.equal((await rig.till('/customers/till-customer', { city: 'Oslo' })).status, 404);
    assert.equal((await rig.till('/customers/till-customer/delete')).status, 404);
    const order = await rig.call(`GET ${T}/orders/${String(at(sale.body, 'orderUid'))}`);
    assert.equal(at(order.body, 'customerAddress.city'), 'Bergen', 'what was sold keeps the address it was sold to');
    const back = await rig.till('/returns', {
      originalOrderUid: at(sale.body, 'orderUid'),
      lines: [{ sku: skuNumber(rig, 0), quantity: 100 }],
    });
    assert.deepEqual([back.status, at(back.body, 'customerUid')], [201, null]);
  });

  it('are deleted through the API as well', async () => {
    assert.equal((await rig.till('/customers', { ...person, customerUid: 'gone' })).status, 201);
    assert.equal((await rig.call(`DELETE ${T}/customers/gone`)).status, 204);
    assert.equal((await rig.call(`DELETE ${T}/customers/gone`)).status, 404);
  });
});
