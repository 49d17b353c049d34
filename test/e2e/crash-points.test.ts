import { CrashProof, type CrashFlow } from '../support/crash-flow';
import { CUSTOMER_FLOWS } from '../support/crash-flows-customers';
import { TILL_FLOWS } from '../support/crash-flows-tills';
import { WEB_FLOWS } from '../support/crash-flows-web';
import { CrashWorld, OTHER_STORE, STORE } from '../support/crash-world';

const FLOWS: readonly (readonly [string, readonly CrashFlow[]])[] = [
  ['web orders', WEB_FLOWS],
  ['orders born at a till', TILL_FLOWS],
  ['customers', CUSTOMER_FLOWS],
];

/** Articles that the flows sell; the shelves must not run empty over hundreds of runs. */
const ARTICLES = 4;

describe('a worker that dies at any vendor call of any flow', function () {
  this.timeout(120_000);
  let world: CrashWorld;
  let proof: CrashProof;
  let points = 0;

  before(async () => {
    world = await CrashWorld.start();
    const skus = Array.from({ length: ARTICLES }, (_, index) => world.sku(index));
    for (const storeUid of [STORE, OTHER_STORE]) await world.receiveGoods(storeUid, skus);
    await world.addProduct('REMITTANCE');
    proof = new CrashProof(world);
  });

  after(async () => {
    await world.stop();
    console.log(`      ${points} crashes in all: each flow ended as if there had been none`);
  });

  for (const [what, flows] of FLOWS) {
    describe(what, () => {
      for (const flow of flows) {
        it(flow.title, async function () {
          const proven = await proof.prove(flow);
          points += proven;
          // How many calls a flow makes is only known when it has run.
          const test = this.test;
          if (test) test.title = `${flow.title}: ${proven} points`;
        });
      }
    });
  }
});
