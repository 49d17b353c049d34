import assert from 'node:assert/strict';
import type { SyncContext } from '../../src/activities/shared/sync-context';
import { confirmOnOrder, type OrderConfirmation } from '../../src/activities/goods/confirm-on-order';
import { SyncError } from '../../src/activities/shared/failures';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { demoConfig } from '../../tools/start/demo-config';
import { failureOf, json, VendorServer, type ReceivedRequest } from '../clients/vendor-server';
import { flowOrder, receivement, RECEIVEMENT_UID } from '../support/goods-reception-documents';

const FIRST_ID = `${RECEIVEMENT_UID}:i1:L1`;

interface Line {
  readonly lineItemId: string;
  readonly quantity: number;
  readonly deliveredQuantity?: number;
  readonly deliveryId?: string;
}

/** Ten pieces came; Omnium has split the line into six and four by now. */
const SPLIT: readonly Line[] = [
  { lineItemId: 'L1', quantity: 6, deliveryId: 'D1' },
  { lineItemId: 'L1-2', quantity: 4, deliveryId: 'D2' },
];

/** What Omnium says, request by request; the tests change it as they go. */
class Omnium {
  lines: readonly Line[] = SPLIT;
  transactions: readonly { goodsReceptionId: string; inventoryChange: number }[] = [];
  /** Ids that it has seen before, whether its search shows them or not. */
  readonly seen = new Set<string>();
  readonly received: string[] = [];
  onRefusal: () => void = () => undefined;

  answer({ method, path, body }: ReceivedRequest): { readonly status: number; readonly body: unknown } {
    const ok = (answer: unknown = {}): { status: number; body: unknown } => ({ status: 200, body: answer });
    if (path.endsWith('/Token')) return ok({ accessToken: 'token', expiresIn: 3_600 });
    if (path.endsWith('/SearchTransactions')) {
      const result = this.transactions.map((each) => ({ ...each, variant: 'ski' }));
      return ok({ result, totalHits: result.length });
    }
    if (path.includes('/PurchaseOrders/')) return ok(this.order);
    if (path.endsWith('/ProcessGoodsReception')) return this.process(path, body as { goodsReceptionId: string }[]);
    if (path.includes('/CreateDelivery/')) return ok({ id: 'new' });
    return method === 'GET' ? { status: 404, body: {} } : ok();
  }

  get order(): object {
    const lineItems = this.lines.map((line) => ({ code: 'ski', warehouseCode: 'oslocity', ...line }));
    return { id: 'PO-1', purchaseOrderForm: { lineItems } };
  }

  private process(
    path: string,
    entries: readonly { readonly goodsReceptionId: string }[],
  ): { readonly status: number; readonly body: unknown } {
    const known = entries.map(({ goodsReceptionId }) => goodsReceptionId).filter((id) => this.seen.has(id));
    if (known.length > 0) {
      this.onRefusal();
      return { status: 400, body: { title: 'duplicates', errors: { goodsReceptionId: known } } };
    }
    this.received.push(path.split('/').slice(-2)[0] ?? '');
    return { status: 200, body: {} };
  }
}

describe('a goods reception that Omnium refuses', () => {
  let server: VendorServer;
  let tenants: TenantRegistry;
  let omnium: Omnium;

  before(async () => {
    server = await VendorServer.start((request, response) => {
      const { status, body } = omnium.answer(request);
      return json(status, body)(request, response);
    });
    const { url } = server;
    const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, omniumUrl: url, flowUrl: url, webUiUrl: url };
    tenants = new TenantRegistry(parseConfig(demoConfig(endpoints), {}).tenants);
  });

  beforeEach(() => (omnium = new Omnium()));

  after(async () => {
    await tenants.close();
    await server.stop();
  });

  async function confirm(): Promise<OrderConfirmation> {
    const { signal } = new AbortController();
    const tenant = tenants.get('flow_no');
    const context: SyncContext = { tenant, signal, calls: 0, onCall: () => (context.calls += 1) };
    const found = await tenant.omnium.purchaseOrders.get('PO-1', context);
    assert.ok(found);
    const flow = flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: 1_000 });
    const received = receivement({ item: 'i1', sku: 'ski', quantity: 1_000 });
    const orders = { flow, omnium: found, claimedLineIds: new Set(['L1']) };
    return await confirmOnOrder(context, received, 'oslocity', orders);
  }

  it('looks again before it sends anything more: an attempt that was late has told everything', async () => {
    omnium.seen.add(FIRST_ID);
    omnium.onRefusal = () => {
      omnium.transactions = [{ goodsReceptionId: FIRST_ID, inventoryChange: 10 }];
      omnium.lines = SPLIT.map((line) => (line.lineItemId === 'L1' ? { ...line, deliveredQuantity: 10 } : line));
    };
    const { deliveries } = await confirm();
    assert.deepEqual([deliveries, omnium.received], [[], []]);
  });

  it('takes the refusal for a success when the movements cannot be searched for yet, and sends the rest', async () => {
    omnium.seen.add(FIRST_ID);
    const { deliveries } = await confirm();
    assert.deepEqual(omnium.received, ['D2']);
    assert.deepEqual(deliveries, [{ purchaseOrderId: 'PO-1', deliveryId: 'D2', lines: 1, quantityHundredths: 400 }]);
  });

  it('does not go on for ever when a new delivery never holds its lines', async () => {
    omnium.lines = [{ lineItemId: 'L1', quantity: 10 }];
    const failure = await failureOf(confirm(), SyncError);
    assert.equal(failure.failureType, 'OmniumConflict');
    assert.deepEqual(omnium.received, []);
  });
});
