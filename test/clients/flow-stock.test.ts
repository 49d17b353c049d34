import assert from 'node:assert/strict';

import { z } from 'zod';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import { FlowWire } from './vendor-rigs';
import { collect, failureOf, json, text, type Answer } from './vendor-server';

const TENANT = '/v2/tenants/flow_no';
const query = z.object({ productUids: z.array(z.string()), warehouseUids: z.array(z.string()) });
const delta = z.object({ modifiedAfter: z.string() });

const stockOf = (productUid: string): object => ({
  productUid,
  productSku: productUid.toLowerCase(),
  totalQuantityStock: 700,
  warehouseStockDetails: [{ warehouseUid: 'w1', quantityStock: 700, quantityReserved: 100 }],
});

describe('Flow client, stock', () => {
  const wire = new FlowWire();

  const uidsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `P${String(index)}`);

  describe('of products', () => {
    const asked = (): string[][] =>
      wire.vendor.requests.filter(({ method }) => method === 'POST').map(({ body }) => query.parse(body).productUids);

    /** Knows all products but some, and says of a refused query what `tell` makes of the refused positions. */
    function refusing(unknown: ReadonlySet<string>, tell: (positions: readonly number[]) => object): Answer {
      return ({ method, path, body }, response) => {
        const answer = (status: number, document: object): void => void json(status, document)({} as never, response);
        if (method === 'GET') {
          const productUid = path.split('/').at(-1) ?? '';
          answer(unknown.has(productUid) ? 404 : 200, { productUid });
          return;
        }
        const { productUids } = query.parse(body);
        const positions = productUids.flatMap((uid, index) => (unknown.has(uid) ? [index] : []));
        if (positions.length > 0) answer(422, tell(positions));
        else answer(200, { items: productUids.map(stockOf) });
      };
    }

    const naming = (positions: readonly number[]): object => ({
      code: 'VALIDATION',
      errors: positions.map((position) => ({ field: `productUids[${String(position)}]` })),
    });

    it('is asked for a hundred products at a time, each once', async () => {
      wire.vendor.answer = refusing(new Set(), naming);
      const productUids = [...uidsOf(250), 'P0', 'P1'];
      const found = await wire.flow.stock.get({ productUids, warehouseUids: ['w1', 'w2'] });
      assert.deepEqual(
        found.map(({ productUid }) => productUid),
        uidsOf(250),
      );
      assert.deepEqual(found[0]?.warehouseStockDetails, [
        { warehouseUid: 'w1', quantityStock: 700, quantityReserved: 100 },
      ]);
      assert.deepEqual(
        asked().map(({ length }) => length),
        [100, 100, 50],
      );
      assert.equal(wire.vendor.requests[0]?.path, `${TENANT}/products/stock`);
      assert.deepEqual(query.parse(wire.vendor.requests[0].body).warehouseUids, ['w1', 'w2']);
    });

    it('is not asked for when there is nothing to ask', async () => {
      assert.deepEqual(await wire.flow.stock.get({ productUids: [], warehouseUids: ['w1'] }), []);
      assert.deepEqual(await wire.flow.stock.get({ productUids: ['P1'], warehouseUids: [] }), []);
      assert.equal(wire.vendor.requests.length, 0);
    });

    it('leaves out the products that a refusal names, however many they are', async () => {
      const unknown = new Set(uidsOf(60).filter((_uid, index) => index % 2 === 0));
      wire.vendor.answer = refusing(unknown, naming);
      const found = await wire.flow.stock.get({ productUids: uidsOf(60), warehouseUids: ['w1'] });
      assert.deepEqual(
        found.map(({ productUid }) => productUid),
        uidsOf(60).filter((uid) => !unknown.has(uid)),
      );
      // A refusal names at most twenty fields to us.
      assert.deepEqual(
        asked().map(({ length }) => length),
        [60, 40, 30],
      );
    });

    it('is empty when Flow knows none of them', async () => {
      wire.vendor.answer = refusing(new Set(uidsOf(3)), naming);
      assert.deepEqual(await wire.flow.stock.get({ productUids: uidsOf(3), warehouseUids: ['w1'] }), []);
      assert.equal(wire.vendor.requests.length, 1);
    });

    it('is halved until the refused ones are alone when the refusal names none', async () => {
      const unknown = new Set(['P3', 'P6']);
      wire.vendor.answer = refusing(unknown, () => ({ code: 'VALIDATION', message: 'some product is unknown' }));
      const found = await wire.flow.stock.get({ productUids: uidsOf(8), warehouseUids: ['w1'] });
      assert.deepEqual(
        found.map(({ productUid }) => productUid),
        ['P0', 'P1', 'P2', 'P4', 'P5', 'P7'],
      );
      assert.ok(asked().length <= 15, `${String(asked().length)} questions`);
    });

    it('fails when the refusal is about something else: that must not look like an unknown product', async () => {
      wire.vendor.answer = ({ method }, response) =>
        json(method === 'GET' ? 200 : 422, { productUid: 'P1', errors: [] })({} as never, response);
      const error = await failureOf(
        wire.flow.stock.get({ productUids: ['P1'], warehouseUids: ['w1'] }),
        VendorHttpError,
      );
      assert.equal(error.status, 422);
      wire.vendor.answer = json(422, { errors: [{ field: 'warehouseUids[0]' }, { field: 'productUids[0]' }] });
      wire.vendor.requests.length = 0;
      await failureOf(wire.flow.stock.get({ productUids: uidsOf(8), warehouseUids: ['w1'] }), VendorHttpError);
      assert.equal(wire.vendor.requests.length, 1);
      wire.vendor.answer = json(400, {});
      await failureOf(wire.flow.stock.get({ productUids: ['P1'], warehouseUids: ['w1'] }), VendorHttpError);
    });
  });

  describe('that changed', () => {
    interface Level {
      readonly productUid: string;
      readonly warehouseUid?: string;
      readonly quantityStock: number;
      lastModifiedAt?: string;
    }
    const NOON = Date.parse('2026-11-20T12:00:00Z');
    const at = (ms: number): string => new Date(NOON + ms).toISOString();
    const levels = (count: number, stepMs: number): Level[] =>
      uidsOf(count).map((productUid, index) => ({
        productUid,
        warehouseUid: 'w1',
        quantityStock: index * 100,
        lastModifiedAt: at(1 + index * stepMs),
      }));

    /** Sorted by time at each request, 50 a page, and only what is later than asked for. */
    function store(all: () => readonly Level[], pageSize = 50): Answer {
      return ({ body, query: search }, response) => {
        const { modifiedAfter } = delta.parse(body);
        const changed = all()
          .filter(({ lastModifiedAt }) => Date.parse(lastModifiedAt ?? '') > Date.parse(modifiedAfter))
          .sort((a, b) => Date.parse(a.lastModifiedAt ?? '') - Date.parse(b.lastModifiedAt ?? ''));
        const pageNumber = Number(search.get('pageNumber') ?? 1);
        const items = changed.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
        const paging = { pageNumber, pageSize, totalCount: changed.length };
        void json(200, { items, paging })({} as never, response);
      };
    }

    const read = async (): Promise<Level[]> =>
      (await collect(wire.flow.stock.listChanges('oslo', { modifiedAfter: at(0) }))) as Level[];

    it('is read to the end, oldest first, each record once', async () => {
      const all = levels(230, 1_000);
      wire.vendor.answer = store(() => all);
      assert.deepEqual(
        (await read()).map(({ productUid }) => productUid),
        uidsOf(230),
      );
      assert.equal(wire.vendor.requests[0]?.path, `${TENANT}/stores/oslo/stock`);
      assert.deepEqual(wire.vendor.requests[0].body, { modifiedAfter: at(0) });
      assert.equal(wire.vendor.requests.length, 5);
    });

    it('misses nothing when levels change and move to the end while it is read', async () => {
      const all = levels(200, 1_000);
      const answer = store(() => all);
      wire.vendor.answer = async (request, response) => {
        await answer(request, response);
        // Three of those on the first page are sold once more after the first and the second page.
        const { length } = wire.vendor.requests;
        if (length > 2) return;
        for (const index of [0, 1, 2]) all.splice(index, 1, { ...all[index]!, lastModifiedAt: at(500_000 + length) });
      };
      const seen = await read();
      assert.deepEqual([...new Set(seen.map(({ productUid }) => productUid))].sort(), uidsOf(200).sort());
      // As they are in the end, at the end.
      assert.deepEqual(
        seen.slice(-3).map(({ lastModifiedAt }) => lastModifiedAt),
        [at(500_002), at(500_002), at(500_002)],
      );
    });

    it('is paged where more records than a page holds changed in one millisecond', async () => {
      const all = [...levels(10, 1), ...levels(180, 0).map((level) => ({ ...level, warehouseUid: 'w2' }))];
      for (const level of all.slice(10)) level.lastModifiedAt = at(500);
      all.push({ productUid: 'P0', warehouseUid: 'w3', quantityStock: 0, lastModifiedAt: at(501) });
      wire.vendor.answer = store(() => all);
      const seen = await read();
      assert.equal(seen.length, 191);
      assert.equal(
        new Set(seen.map(({ productUid, warehouseUid }) => `${productUid}@${warehouseUid ?? ''}`)).size,
        191,
      );
    });

    it('is read page by page where records do not say when they changed', async () => {
      const items = levels(120, 1).map(({ lastModifiedAt: _, ...level }) => level);
      wire.vendor.answer = ({ query: search }, response) => {
        const pageNumber = Number(search.get('pageNumber') ?? 0);
        const page = items.slice(pageNumber * 50, (pageNumber + 1) * 50);
        void json(200, { items: page, paging: { pageNumber, totalCount: 120 } })({} as never, response);
      };
      assert.equal((await read()).length, 120);
      assert.deepEqual(
        wire.vendor.requests.map(({ query: search }) => search.get('pageNumber')),
        [null, '1', '2'],
      );
    });

    it('gives no batch when nothing changed, and takes a bare array for the whole', async () => {
      wire.vendor.answer = json(200, { items: [], paging: { pageNumber: 1, totalCount: 0 } });
      for await (const batch of wire.flow.stock.listChanges('oslo', { modifiedAfter: at(0) }))
        assert.fail(String(batch.length));
      wire.vendor.answer = json(200, levels(3, 1));
      assert.equal((await read()).length, 3);
    });

    it('must say of which warehouse it is', async () => {
      wire.vendor.answer = json(200, [{ productUid: 'P1', quantityStock: 100 }]);
      await failureOf(read(), VendorResponseInvalidError);
    });
  });

  describe('of one warehouse', () => {
    it('is listed, whether its records name the warehouse or not', async () => {
      wire.vendor.answer = json(200, [
        { productUid: 'P1', quantityStock: 100, costPrice: 4990 },
        { productUid: 'P2', quantityStock: -100, warehouseUid: 'w1' },
      ]);
      assert.deepEqual(await collect(wire.flow.stock.listOfWarehouse('oslo', 'w1')), [
        { productUid: 'P1', quantityStock: 100, costPrice: 4990, warehouseUid: 'w1' },
        { productUid: 'P2', quantityStock: -100, warehouseUid: 'w1' },
      ]);
      assert.equal(wire.vendor.requests[0]?.path, `${TENANT}/stores/oslo/warehouses/w1/stock`);
    });

    it('that is not told is an error, never zero', async () => {
      wire.vendor.answer = json(200, { items: [{ productUid: 'P1', quantityStock: null }] });
      await failureOf(collect(wire.flow.stock.listOfWarehouse('oslo', 'w1')), VendorResponseInvalidError);
      wire.vendor.answer = json(200, { items: [{ productUid: 'P1', quantityStock: 1.5 }] });
      await failureOf(collect(wire.flow.stock.listOfWarehouse('oslo', 'w1')), VendorResponseInvalidError);
    });

    it('is set without reading the answer, and its connection is used again', async () => {
      for (const answer of [json(200, { quantityStock: 1200 }), text(204, ''), text(200, 'x'.repeat(100_000))]) {
        wire.vendor.answer = answer;
        await wire.flow.stock.set('oslo', 'w1', 'P1', { quantityStock: 1200, costPrice: 4990 });
        const request = wire.vendor.requests.at(-1);
        assert.equal(request?.method, 'PUT');
        assert.equal(request.path, `${TENANT}/stores/oslo/warehouses/w1/products/P1/stock`);
        assert.deepEqual(request.body, { quantityStock: 1200, costPrice: 4990 });
        assert.equal(request.headers.authorization, 'Bearer integration-token');
      }
      assert.ok(wire.vendor.connections <= 2, `${String(wire.vendor.connections)} connections`);
      wire.vendor.answer = json(404, {});
      const error = await failureOf(wire.flow.stock.set('oslo', 'w1', 'P1', { quantityStock: 0 }), VendorHttpError);
      assert.equal(error.status, 404);
    });
  });
});
