import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import { FlowWire } from './vendor-rigs';
import { collect, failureOf, json, text, type Answer } from './vendor-server';

const TENANT = '/v2/tenants/flow_no';
const NOON = Date.parse('2026-11-20T12:00:00Z');

interface Changed {
  readonly orderUid: string;
  readonly externalOrderNumber?: string;
  readonly lastModifiedAt?: string;
}

/** Orders changed one second after the other, the newest first. */
function ordersOf(count: number): Changed[] {
  return Array.from({ length: count }, (_, index) => ({
    orderUid: `o${String(index)}`,
    lastModifiedAt: new Date(NOON - index * 1_000).toISOString(),
  }));
}

const at = (index: number): string => new Date(NOON - index * 1_000).toISOString();

describe('Flow client, lists that stop early', () => {
  const wire = new FlowWire();
  const { last } = wire;

  /** A list in pages from 1; `all` is asked for at each request, so that it can change between them. */
  function pages(all: () => readonly unknown[]): Answer {
    return ({ query }, response) => {
      const pageNumber = Number(query.get('pageNumber') ?? 1);
      const pageSize = Number(query.get('pageSize'));
      const now = all();
      const items = now.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
      return json(200, { items, paging: { pageNumber, pageSize, totalCount: now.length } })({} as never, response);
    };
  }

  const uids = (orders: readonly { readonly orderUid: string }[]): string[] => orders.map(({ orderUid }) => orderUid);

  it('give what was changed since, newest first, and ask for no page beyond', async () => {
    const orders = ordersOf(450);
    wire.vendor.answer = pages(() => orders);
    const found = await collect(wire.flow.orders.list('oslocity', { modifiedFrom: at(149) }));
    assert.deepEqual(uids(found), uids(orders.slice(0, 150)));
    assert.equal(wire.vendor.requests.length, 2);
    const [request] = wire.vendor.requests;
    assert.equal(request?.path, `${TENANT}/stores/oslocity/orders`);
    assert.equal(request.query.get('sortBy'), 'lastModifiedAt');
    assert.equal(request.query.get('sortDirection'), 'DESC');
    assert.equal(request.query.has('orderExternalOrderNumber'), false);
  });

  it('ask for one page when nothing was changed, and give no batch', async () => {
    wire.vendor.answer = pages(() => ordersOf(300));
    assert.deepEqual(await collect(wire.flow.orders.list('oslocity', { modifiedFrom: at(-1) })), []);
    assert.equal(wire.vendor.requests.length, 1);
  });

  it('give everything without a time', async () => {
    wire.vendor.answer = pages(() => ordersOf(250));
    assert.equal((await collect(wire.flow.orders.list('oslocity', {}))).length, 250);
    assert.equal(wire.vendor.requests.length, 3);
  });

  it('take the time as inclusive, whatever its zone and digits', async () => {
    wire.vendor.answer = pages(() => [{ orderUid: 'o1', lastModifiedAt: '2026-11-20T12:00:00.0000000Z' }]);
    const found = await collect(wire.flow.orders.list('oslocity', { modifiedFrom: '2026-11-20T13:00:00+01:00' }));
    assert.deepEqual(uids(found), ['o1']);
  });

  it('do not stop at a list that Flow has not sorted', async () => {
    const orders = ordersOf(250).reverse();
    wire.vendor.answer = pages(() => orders);
    const found = await collect(wire.flow.orders.list('oslocity', { modifiedFrom: at(9) }));
    assert.equal(found.length, 10);
    assert.equal(wire.vendor.requests.length, 3);
  });

  it('give what does not say when it was changed', async () => {
    const orders = [...ordersOf(3), { orderUid: 'timeless' }];
    wire.vendor.answer = pages(() => orders);
    const found = await collect(wire.flow.orders.list('oslocity', { modifiedFrom: at(0) }));
    assert.deepEqual(uids(found), ['o0', 'timeless']);
  });

  it('give each order once when new ones push the others down', async () => {
    let orders = ordersOf(250);
    let added = 0;
    wire.vendor.answer = pages(() => {
      const now = orders;
      added += 1;
      orders = [{ orderUid: `new${String(added)}`, lastModifiedAt: at(-added) }, ...orders];
      return now;
    });
    const found = uids(await collect(wire.flow.orders.list('oslocity', {})));
    assert.equal(new Set(found).size, found.length);
    assert.ok(ordersOf(250).every(({ orderUid }) => found.includes(orderUid)));
  });

  for (const deleted of [1, 40, 130]) {
    it(`pass nobody over when ${String(deleted)} expired orders are deleted while they are read`, async () => {
      const orders = ordersOf(350);
      let requests = 0;
      wire.vendor.answer = pages(() => {
        requests += 1;
        return requests < 3 ? orders : orders.slice(deleted);
      });
      const found = uids(await collect(wire.flow.orders.list('oslocity', { modifiedFrom: at(340) })));
      assert.deepEqual(found.toSorted(), uids(orders.slice(0, 341)).toSorted());
    });
  }

  it('stop when the reader does', async () => {
    wire.vendor.answer = pages(() => ordersOf(500));
    for await (const batch of wire.flow.orders.list('oslocity', {})) {
      assert.equal(batch.length, 100);
      break;
    }
    assert.equal(wire.vendor.requests.length, 1);
  });

  it('give customers the same way', async () => {
    const customers = ordersOf(250).map(({ orderUid, lastModifiedAt }) => ({ customerUid: orderUid, lastModifiedAt }));
    wire.vendor.answer = pages(() => customers);
    const found = await collect(wire.flow.customers.listModifiedSince(at(4)));
    assert.deepEqual(
      found.map(({ customerUid }) => customerUid),
      ['o0', 'o1', 'o2', 'o3', 'o4'],
    );
    assert.equal(last(), 'GET T/customers');
    assert.equal(wire.vendor.requests.length, 1);
  });

  it('give customers whatever else they hold (finding 23)', async () => {
    const odd = { customerUid: 'odd', email: { address: 'x' }, externalId: [], lastModifiedAt: at(3) };
    wire.vendor.answer = pages(() => [odd, { customerUid: 'c1', lastModifiedAt: at(4) }]);
    const found = await collect(wire.flow.customers.listModifiedSince(at(4)));
    assert.deepEqual(
      found.map(({ customerUid }) => customerUid),
      ['odd', 'c1'],
    );
  });

  describe('receipts', () => {
    const receipt = {
      orderReceiptUid: 'r1',
      storeUid: 'oslocity',
      orderUid: 'o1',
      type: 'ORDER',
      voucherNumber: 1001,
      grandTotal: 1000,
      cashRounding: -40,
      items: [{ orderItemUid: 'i1', sku: 'A', quantity: 100, itemPrice: 1000, totalPrice: 1000, vatRate: 2500 }],
      settlements: [{ settlementUid: 's1', settlementCode: 'CASH', amount: 960 }],
    };

    it('are searched by the time they were settled, also without lines, payments and amounts', async () => {
      const { items: _items, settlements: _settlements, grandTotal: _total, ...hit } = receipt;
      wire.vendor.answer = pages(() =>
        Array.from({ length: 120 }, (_, index) => ({ ...hit, orderReceiptUid: `r${String(index)}` })),
      );
      const found = await collect(wire.flow.receipts.search({ settledAtFrom: '2026-11-20T10:00:00Z' }));
      assert.equal(found.length, 120);
      assert.equal(found[0]?.orderReceiptUid, 'r0');
      assert.equal(last(), 'POST T/receipts/search');
      assert.deepEqual(wire.vendor.requests.at(-1)?.body, { settledAtFrom: '2026-11-20T10:00:00Z' });
      assert.equal(wire.vendor.requests.at(-1)?.query.get('pageNumber'), '2');
      assert.equal(wire.vendor.requests.at(-1)?.query.get('sortBy'), 'settledAt');
    });

    it('are read whole, and never without their lines', async () => {
      wire.vendor.answer = json(200, receipt);
      const read = await wire.flow.receipts.get('oslocity', 'r1');
      assert.equal(read?.voucherNumber, '1001');
      assert.equal(read.items[0]?.vatRate, 2500);
      assert.equal(last(), 'GET T/stores/oslocity/receipts/r1');
      wire.vendor.answer = json(200, { ...receipt, items: null });
      await failureOf(wire.flow.receipts.get('oslocity', 'r1'), VendorResponseInvalidError);
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.receipts.get('oslocity', 'r1'), undefined);
    });

    it('have a PDF, or none yet', async () => {
      const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from([0x00, 0xff, 0xfe, 0x80])]);
      wire.vendor.answer = text(200, pdf, { 'content-type': 'application/pdf' });
      assert.deepEqual(Buffer.from((await wire.flow.receipts.downloadPdf('oslocity', 'r1')) ?? []), pdf);
      assert.equal(last(), 'GET T/stores/oslocity/receipts/r1/download');
      assert.equal(wire.vendor.requests.at(-1)?.headers.accept, 'application/pdf');
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.receipts.downloadPdf('oslocity', 'r1'), undefined);
      wire.vendor.answer = json(500, {});
      await failureOf(wire.flow.receipts.downloadPdf('oslocity', 'r1'), VendorHttpError);
    });

    for (const [name, body] of [
      ['a page', '<html>sign in</html>'],
      ['JSON', '{"content":"JVBERi0="}'],
      ['nothing', ''],
    ] as const) {
      it(`do not take ${name} for a PDF`, async () => {
        wire.vendor.answer = text(200, body);
        const error = await failureOf(wire.flow.receipts.downloadPdf('oslocity', 'r1'), VendorResponseInvalidError);
        assert.deepEqual(error.issues, [{ path: '', kind: 'not_pdf' }]);
      });
    }

    it('do not take a PDF of more than ten mebibytes', async () => {
      const limit = 10 * 1024 * 1024;
      const pdf = Buffer.alloc(limit, '%PDF-');
      wire.vendor.answer = text(200, pdf);
      assert.equal((await wire.flow.receipts.downloadPdf('oslocity', 'r1'))?.length, limit);
      wire.vendor.answer = text(200, Buffer.concat([pdf, Buffer.from('x')]));
      const error = await failureOf(wire.flow.receipts.downloadPdf('oslocity', 'r1'), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: '', kind: 'too_big' }]);
    });
  });

  describe('webhooks and customers', () => {
    it('are set up, changed and removed', async () => {
      const transport = { name: 'Omnium', url: 'https://sync.example/webhooks', securityType: 'BEARER' } as const;
      wire.vendor.answer = json(200, { ...transport, httpTransportUid: 't1', headers: null });
      assert.equal((await wire.flow.webhooks.createTransport({ ...transport, token: 'hush' })).httpTransportUid, 't1');
      assert.equal(last(), 'POST T/httptransports');
      await wire.flow.webhooks.updateTransport('t1', { url: 'https://other.example' });
      assert.equal(last(), 'PUT T/httptransports/t1');
      wire.vendor.answer = pages(() => [{ httpTransportUid: 't1', url: 'https://other.example' }]);
      assert.equal((await wire.flow.webhooks.listTransports())[0]?.url, 'https://other.example');
      const webhook = { action: 'ORDER_RECEIPT_SETTLED', httpTransportUid: 't1', active: true };
      wire.vendor.answer = json(200, { ...webhook, webhookUid: 'w1' });
      assert.equal((await wire.flow.webhooks.create(webhook)).webhookUid, 'w1');
      assert.equal(last(), 'POST T/webhooks');
      wire.vendor.answer = text(204, '');
      await wire.flow.webhooks.update('w1', { active: false });
      assert.equal(last(), 'PUT T/webhooks/w1');
      assert.equal(await wire.flow.webhooks.delete('w1'), true);
      assert.equal(last(), 'DELETE T/webhooks/w1');
      assert.equal(await wire.flow.customers.delete('c1'), true);
      assert.equal(last(), 'DELETE T/customers/c1');
      wire.vendor.answer = json(404, {});
      assert.equal(await wire.flow.webhooks.delete('w1'), false);
      assert.equal(await wire.flow.customers.delete('c1'), false);
    });
  });
});
