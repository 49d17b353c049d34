import assert from 'node:assert/strict';
import { bareCarrier, MEASURED_KINDS } from '../../bench/outbound/outbound-rig';
import { outboundConfig } from '../../bench/outbound/outbound-config';
import { type Recording, recordTrades } from '../../bench/outbound/record';
import { Telling } from '../../bench/outbound/telling';
import { isInOmnium, Trades } from '../../bench/outbound/trade';
import { startApiProcess, type VendorUrls, writeConfigText } from '../../bench/rig/services';
import { Stops } from '../../bench/rig/stops';
import { startBenchTemporal } from '../../bench/rig/temporal';
import { type CallScripts, recordCalls } from '../../bench/vendors/bare-calls';
import { CallPlayer } from '../../bench/vendors/call-player';
import { CHAIN_SEED } from '../../bench/vendors/vendor-process';
import { WebShop } from '../../bench/vendors/web-shop';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';

describe('the vendor calls of what happens at a till', function () {
  this.timeout(180_000);
  const stops = new Stops();
  let vendors: VendorUrls;
  let shop: WebShop;
  let inbound: CallScripts;
  let recording: Recording;

  before(async () => {
    const chain = buildChain({ seed: CHAIN_SEED });
    const omnium = await startOmniumSandbox({ chain, seed: CHAIN_SEED });
    stops.add(() => omnium.stop());
    const flow = await startFlowSandbox({ chain, seed: CHAIN_SEED });
    stops.add(() => flow.stop());
    vendors = { omniumUrl: omnium.url, flowUrl: flow.url };
    shop = new WebShop(vendors);
    inbound = await recordCalls(stops, vendors, shop);
    const temporal = await startBenchTemporal(stops, () => undefined);
    const configFile = await writeConfigText(stops, outboundConfig(vendors));
    const { url } = await startApiProcess(stops, { configFile, temporal });
    const telling = new Telling(stops, temporal, { url, connections: 5 });
    const trades = new Trades(vendors, shop, telling);
    await trades.stockUp();
    recording = await recordTrades(stops, { temporal, vendors, trades, telling });
  });

  after(() => stops.stopAll());

  /** Most calls of one order. A case that takes more has lost something; one that takes fewer may be written down here. */
  const MOST: Readonly<Record<string, number>> = {
    sale: 4,
    'sale, known customer': 5,
    'sale, new customer': 11,
    'sale with receipt': 10,
    'sale, all three webhooks at once': 8,
    'hand-over of a web order': 4,
    'hand-over, number is no uid': 5,
    'part hand-over': 3,
    'cancellation in the shop': 3,
    return: 6,
    // Shipping method and properties of the new goods have no place in the return: Omnium's order is read and patched.
    exchange: 8,
    'blind return': 4,
    'echo of our own write': 0,
    'second event, nothing changed': 2,
    // One of them asks for the tenant's statuses, which are known for some minutes then.
    'second event, with receipt': 4,
  };

  it('are no more than they were, and never fewer than the least that is possible', () => {
    assert.deepEqual(
      recording.rows.map(({ name }) => name),
      Object.keys(MOST),
    );
    for (const { name, minimum, ours, calls } of recording.rows) {
      assert.ok(ours >= minimum && ours <= (MOST[name] ?? 0), `${name}: ${calls.join(', ')}`);
    }
  });

  it('write nothing when nothing has changed', () => {
    const quiet = recording.rows.filter(({ name }) => name.startsWith('second event'));
    assert.equal(quiet.length, 2);
    for (const { calls } of quiet)
      assert.ok(
        calls.every((call) => call.includes(' GET ')),
        calls.join(', '),
      );
  });

  it('do the same for another order when they are made bare', async () => {
    const player = new CallPlayer(vendors);
    stops.add(() => player.close());
    const trades = new Trades(vendors, shop, bareCarrier(player, inbound, recording));
    for (const kind of MEASURED_KINDS) {
      const script = recording.scripts.get(kind);
      assert.ok(script, kind);
      const trade = await trades.make(kind);
      await player.play(script, trade.names);
      assert.ok(isInOmnium(trade, await shop.read(trade.orderNumber)), kind);
      await assert.rejects(player.play(script, []), /other parts/);
    }
  });
});
