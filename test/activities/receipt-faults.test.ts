import assert from 'node:assert/strict';
import { assertNothingPersonal, onlyInvoice, PERSON, typeOf } from './receipt-assertions';
import { ReceiptRig } from './receipt-rig';

describe('receipts converge to one invoice with one file when any single call fails', function () {
  this.timeout(240_000);
  let rig: ReceiptRig;
  let personUid: string;

  before(async () => {
    rig = await ReceiptRig.start();
    personUid = await rig.createCustomer(PERSON);
  });
  after(() => rig.stop());

  const KINDS = ['reset', 'lost-answer', 'error', 'truncated-json', 'rate-limit'] as const;

  it('before it is done, after it is done, by an error, half an answer or a refusal', async () => {
    const points = await callsOfOneReceipt();
    assert.ok(points.length >= 9, JSON.stringify(points));
    for (const { vendor, method, path } of points) {
      for (const kind of KINDS) {
        const receipt = await rig.sale({ customerUid: personUid }, rig.feeSku);
        await rig.fresh();
        await rig.clear();
        await rig.fault(vendor, { kind, method, path, times: 1 });
        const { outcome, failures } = await rig.untilSent(receipt);
        const at = `${kind} at ${method} ${path}`;
        assert.equal(failures.length, isHarmless(kind, `${method} ${path}`) ? 0 : 1, at);
        assert.notEqual(outcome.action, 'skipped', at);
        assert.equal((await onlyInvoice(rig, receipt))['amount'], 389.9, at);
        assertNothingPersonal([outcome, failures]);
        for (const failure of failures) assert.match(String(typeOf(failure)), /^(Omnium|Flow|Receipt)[A-Z]/, at);
      }
    }
  });

  /** The invoice is not there yet: half of a 404 is a 404. */
  const isHarmless = (kind: string, at: string): boolean =>
    kind === 'truncated-json' && at.startsWith('GET /api/Invoices');

  /** Each kind of call that a first receipt needs, as patterns. */
  async function callsOfOneReceipt(): Promise<{ vendor: 'omnium' | 'flow'; method: string; path: string }[]> {
    const receipt = await rig.sale({ customerUid: personUid }, rig.feeSku);
    await rig.fresh();
    await rig.clear();
    await rig.attempt(receipt);
    const { orderUid, orderReceiptUid } = receipt;
    const points = new Map<string, { vendor: 'omnium' | 'flow'; method: string; path: string }>();
    for (const vendor of ['omnium', 'flow'] as const) {
      for (const { method, path } of await rig.seen(vendor)) {
        const pattern = (path.split('?')[0] ?? '')
          .replace(orderReceiptUid, '[^/]+')
          .replace(orderUid, '[^/]+')
          .replace(personUid, '[^/]+');
        points.set(`${vendor} ${method} ${pattern}`, { vendor, method, path: `${pattern}(\\?|$)` });
      }
    }
    return [...points.values()];
  }
});
