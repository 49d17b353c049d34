import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DayContext } from '../../tools/day/context';
import { type DayResult } from '../../tools/day/day-result';
import { Narrator } from '../../tools/day/narrator';
import { Undone } from '../../tools/day/undone';
import { OrderWatch } from '../../tools/day/order-watch';
import { reportDay } from '../../tools/day/report';
import { replayTrades } from '../../tools/day/trades/replay-trades';
import { demoTenants } from '../../tools/start/demo-config';
import { Integration } from '../support/integration';
import { devServer } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';

/** A log with every oddity of a real one. The first four sales become the four kinds of orders in turn. */
const LOG = [
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
  '9001,84A,"KETTLE, ""RED""",6,12/1/10 8:26,2.55,101,Norway',
  '9001,84a,kettle red,4,12/1/10 8:26,2.55,101,Norway',
  '9001,84A,KETTLE,1,12/1/10 8:26,2.1,101,Norway',
  '9001,BANK CHARGES,,1,12/1/10 8:26,15.001,101,Norway',
  '9002,22,three decimals,3,12/1/10 8:27,0.335,102,Norway',
  '9002,23,a tenth of a penny,1,12/1/10 8:27,0.001,102,Norway',
  '9003,24,paid at once,80995,12/1/10 8:28,2.08,103,EIRE',
  '9004,25,for nothing,10,12/1/10 8:29,0,,Norway',
  '9005,AB-1,first,2,12/1/10 8:30,1.25,101,Norway',
  '9006,AB 1,second,2,12/1/10 8:31,1.25,101,Norway',
  '9007,26,half a metre,2.5,12/1/10 8:32,9.99,104,Norway',
  '9008,27,Finnish,2,12/1/10 8:33,9.99,105,Finland',
  'A9009,B,Adjust bad debt,1,12/1/10 8:34,-50,,Norway',
  'C9010,84A,,-6,12/1/10 9:00,2.55,101,Norway',
  'C9011,26,,-2.5,12/1/10 9:01,9.99,104,Norway',
  'C9012,D,Discount,-1,12/1/10 9:02,5,101,Norway',
  '9013,28,bad row,x,12/1/10 9:03,1,,Norway',
].join('\n');

describe('the replay of a trading log', function () {
  this.timeout(60_000);
  let integration: Integration;
  let context: DayContext;
  let since: Date;
  let screen: string[];
  let result: DayResult;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    const { address, namespace } = await devServer();
    const { omniumUrl, flowUrl, apiUrl, chain } = integration;
    screen = [];
    const { signal } = new AbortController();
    context = {
      ...{ omniumUrl, flowUrl, apiUrl, temporalAddress: address, namespace, webUiUrl: 'http://localhost:8233' },
      tenants: demoTenants(),
      ...{ signal, undone: new Undone(signal) },
      log: (text) => screen.push(text),
    };
    since = new Date();
    result = await withTemporaryFolder(async (folder) => {
      const tradesFile = join(folder, 'log.csv');
      await writeFile(tradesFile, LOG);
      return await replayTrades({ ...context, tradesFile }, chain);
    });
  });

  after(async () => {
    await integration.stop();
  });

  it('brings every order to Flow to the cent, and names what cannot be there', async () => {
    const { total, isGood } = result;
    assert.ok(isGood, screen.join('\n'));
    assert.equal(total.inOmnium, 8);
    assert.deepEqual(total.issues, { missing: 0, duplicated: 0, differing: 0, leftToShop: 0, impossible: 1 });
    assert.equal(total.places.paid, 1);
    const order = await integration.orderInFlow('9002');
    // 3 × 0.335 + 0.001, rounded once.
    assert.equal((order?.orderTotals as { totalAmount: number }).totalAmount, 101);
    const shown = screen.join('\n').replace(/\s+/g, ' ');
    assert.match(shown, /9006 codes "AB-1" and "AB 1" become the same Flow uid AB1 – FlowProductMissing: .*AB 1/);
    assert.match(shown, /C9012 \(line 17\): 1 × D; no earlier invoice of the customer/);
    assert.match(shown, /A9009: bookkeeping entry/);
    assert.match(shown, /line 18: Quantity "x" is no number/);
  });

  it('sees what somebody has changed behind its back', async () => {
    const { chain } = integration;
    await changeInFlow('9001', { orderState: 'CANCELLED' });
    const [nine2, nine4] = [await integration.orderInFlow('9002'), await integration.orderInFlow('9004')];
    const path = `/stores/${String(nine2?.storeUid)}/orders`;
    await changeInFlow('9002', { orderState: 'OPEN' });
    await integration.flow('POST', `${path}/9002/items`, { sku: '25', quantity: 100, itemPrice: 1 });
    await changeInFlow('9002', { orderState: 'CONFIRMED' });
    const copy = { orderUid: 'copy', externalOrderNumber: '9004', type: 'ORDER' };
    await integration.flow('POST', `/stores/${String(nine4?.storeUid)}/orders`, copy);

    screen.length = 0;
    const watch = await OrderWatch.open(context, since);
    try {
      const expected = new Map([['9006', 'known']]);
      const narrator = new Narrator(context.log);
      const again = await reportDay({ context, chain, since, watch, narrator, expected });
      assert.equal(again.isGood, false);
      assert.deepEqual(again.total.issues, { missing: 0, duplicated: 1, differing: 2, leftToShop: 0, impossible: 1 });
    } finally {
      await watch.close();
    }
    const shown = screen.join('\n').replace(/\s+/g, ' ');
    assert.match(shown, /9001 is cancelled in Flow and not in Omnium/);
    assert.match(shown, /9002 quantity of 25 \(Omnium 0, Flow 1\); total: Omnium 1.01, Flow 1.02/);
    assert.match(shown, /9004 is in Flow 2 times: flow_no\/9004, flow_no\/copy/);
    assert.match(shown, /workflows\/order%3Aflow_no%3A9001/);
    assert.match(shown, /NOT ALL WELL: missing 0, duplicated 1, differing 2/);
  });

  async function changeInFlow(orderUid: string, change: object): Promise<void> {
    const order = await integration.orderInFlow(orderUid);
    const { status } = await integration.flow('PUT', `/stores/${String(order?.storeUid)}/orders/${orderUid}`, change);
    assert.equal(status, 200);
  }
});
