import { CrashProof, type CrashFlow, type CrashingWorker } from '../support/crash-flow';
import { BUYING_FLOWS } from '../support/crash-flows-buying';
import { CUSTOMER_FLOWS } from '../support/crash-flows-customers';
import { RECEPTION_FLOWS } from '../support/crash-flows-goods';
import { EXPORT_FLOWS, STOCK_FLOWS } from '../support/crash-flows-stock';
import { STORE_FLOWS } from '../support/crash-flows-stores';
import { TILL_FLOWS } from '../support/crash-flows-tills';
import { WEB_FLOWS } from '../support/crash-flows-web';
import { GoodsStage } from '../support/crash-goods-stage';
import { GoodsWorld } from '../support/crash-goods-world';
import { ShopStage } from '../support/crash-stage';
import { CrashWorld, OTHER_STORE, STORE } from '../support/crash-world';

/** Articles that the flows sell; the shelves must not run empty over hundreds of runs. */
const ARTICLES = 4;

describe('a worker that dies at any vendor call of any flow', function () {
  this.timeout(120_000);
  let points = 0;

  after(() => {
    console.log(`      ${points} crashes in all: each flow ended as if there had been none`);
  });

  function proves<World, Worker extends CrashingWorker, Where>(
    what: string,
    flows: readonly CrashFlow<World, Worker, Where>[],
    proof: () => CrashProof<World, Worker, Where>,
  ): void {
    describe(what, () => {
      for (const flow of flows) {
        it(flow.title, async function () {
          const proven = await proof().prove(flow);
          points += proven;
          // How many calls a flow makes is only known when it has run.
          const test = this.test;
          if (test) test.title = `${flow.title}: ${proven} points`;
        });
      }
    });
  }

  describe('of orders and customers', () => {
    let world: CrashWorld;
    let proof: CrashProof<CrashWorld, ReturnType<ShopStage['worker']>, Parameters<ShopStage['documents']>[0]>;

    before(async () => {
      world = await CrashWorld.start();
      const skus = Array.from({ length: ARTICLES }, (_, index) => world.sku(index));
      for (const storeUid of [STORE, OTHER_STORE]) await world.receiveGoods(storeUid, skus);
      await world.addProduct('REMITTANCE');
      proof = new CrashProof(new ShopStage(world));
    });

    after(async () => {
      await world.stop();
    });

    proves('web orders', WEB_FLOWS, () => proof);
    proves('orders born at a till', TILL_FLOWS, () => proof);
    proves('customers', CUSTOMER_FLOWS, () => proof);
  });

  describe('of goods', () => {
    let world: GoodsWorld;
    let proof: CrashProof<GoodsWorld, ReturnType<GoodsStage['worker']>, 'everything'>;

    before(async () => {
      world = await GoodsWorld.start();
      proof = new CrashProof(new GoodsStage(world));
    });

    after(async () => {
      await world.stop();
    });

    proves('purchase orders', BUYING_FLOWS, () => proof);
    proves('goods receptions', RECEPTION_FLOWS, () => proof);
    proves('stock', STOCK_FLOWS, () => proof);
    proves('inventory export', EXPORT_FLOWS, () => proof);
    proves('stores', STORE_FLOWS, () => proof);
  });
});
