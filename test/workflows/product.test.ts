import assert from 'node:assert/strict';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { productKind, type ProductOutcome } from '../../src/contracts/kinds/product';
import { until, type OrderServer } from '../support/order-driver';
import { PRODUCT_MADE, ProductDriver, scriptedProduct } from '../support/product-driver';
import { devServer } from '../support/temporal-rig';
import { ops } from '../ops/run-ops';

const flowIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT product', isWrite: true }, 'refused');
};

describe('product workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('is named by tenant and product, whose id may hold colons and blanks', () => {
    const key = { tenantUid: 'flow_no', productId: 'A:1 b/Ø' };
    assert.deepEqual(productKind.parseId(productKind.id(key)), key);
    assert.equal(productKind.parseId('order:flow_no:17'), undefined);
  });

  it('brings a product to Flow at once with one activity, and says what it has done', async () => {
    const product = new ProductDriver(server);
    const sync = scriptedProduct();
    await product.withWorker({ syncProduct: sync.run }, async () => {
      await product.send();
      const result = await product.handle.result();
      assert.deepEqual(result, { syncState: 'Synced', passes: 1, failedAttempts: 0, outcome: PRODUCT_MADE });
      const { exitCode, out } = await ops(['where', product.workflowId]);
      assert.equal(exitCode, 0, out);
      assert.match(out, /was created in Flow\./);
      assert.match(out, /In Flow +104233, 104233S/);
      assert.match(out, /Counts +2 products new, 1 images/);
    });
    assert.deepEqual(sync.attempts, [{ ...product.key, retryLadder: 'one-minute', pass: 1 }]);
    const history = await product.handle.fetchHistory();
    assert.ok((history.events?.length ?? 0) <= 13, `${history.events?.length} history events`);
  });

  it('waits on the ladder, and is tried at once by an event or an operator', async () => {
    const product = new ProductDriver(server);
    const sync = scriptedProduct((attempt) => Promise.resolve(attempt <= 2 ? flowIsDown() : PRODUCT_MADE));
    await product.withWorker({ syncProduct: sync.run }, async () => {
      await product.send();
      const { lastFailure } = await product.untilWaiting();
      assert.equal(lastFailure?.failureType, 'FlowUnavailable');
      const { out } = await ops(['where', product.workflowId]);
      assert.match(out, new RegExp(`retry-now\\sproduct:flow_no`));
      await product.send();
      await until(async () => ((await product.status()).failedAttempts === 2 ? true : undefined));
      await product.handle.executeUpdate(RETRY_NOW_UPDATE);
      const result = await product.handle.result();
      assert.deepEqual([result.syncState, result.failedAttempts, result.passes], ['Synced', 2, 3]);
    });
  });

  it('gives up with a reason; a resync by an operator starts it anew', async () => {
    const product = new ProductDriver(server);
    const sync = scriptedProduct((attempt) => Promise.resolve(attempt === 1 ? flowIsDown() : PRODUCT_MADE));
    await product.withWorker({ syncProduct: sync.run }, async () => {
      await product.send();
      await product.untilWaiting();
      const giveUp = { args: [{ reason: 'not sold before spring' }] } satisfies { args: [GiveUpRequest] };
      await product.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, giveUp);
      assert.equal((await product.handle.result()).syncState, 'GivenUp');
    });
  });

  it('adds up its passes: what was made stays told, what is left different is what the last one says', async () => {
    const outcomes: readonly ProductOutcome[] = [
      { ...PRODUCT_MADE, differences: ['104233 productGroupUid: Flow has no group'] },
      {
        action: 'updated',
        productUids: ['104233'],
        products: 1,
        productsUpdated: 1,
        changedFields: ['104233 name'],
        calls: 3,
      },
      { action: 'unchanged', productUids: ['104233'], products: 1, calls: 2 },
    ];
    const product = new ProductDriver(server);
    const started: (() => void)[] = [];
    const sync = scriptedProduct(async (attempt) => {
      if (attempt < 3) await new Promise<void>((resolve) => started.push(resolve));
      return outcomes[attempt - 1] ?? PRODUCT_MADE;
    });
    await product.withWorker({ syncProduct: sync.run }, async () => {
      await product.send();
      for (const pass of [0, 1]) {
        const go = await until(async () => started[pass]);
        await product.send();
        go();
      }
      const { syncState, passes, outcome } = await product.handle.result();
      assert.deepEqual([syncState, passes], ['Synced', 3]);
      assert.deepEqual(outcome, {
        ...{
          action: 'created',
          productUids: ['104233'],
          products: 1,
          productsCreated: 2,
          productsUpdated: 1,
          images: 1,
        },
        ...{ changedFields: ['104233', '104233-S', '104233 images', '104233 name'], calls: 14 },
      });
    });
  });

  it('`product resync` takes a product that nobody told of, and wants to know the tenant', async () => {
    const { productId } = new ProductDriver(server).key;
    const unclear = await ops(['product', 'resync', productId]);
    assert.notEqual(unclear.exitCode, 0);
    assert.match(unclear.error, /say which with --tenant/);
    const asked = await ops(['product', 'resync', productId, '--tenant', 'flow_no', '--json']);
    assert.equal(asked.exitCode, 0, asked.error);
    const workflowId = productKind.id({ tenantUid: 'flow_no', productId });
    const handle = server.client.workflow.getHandle(workflowId);
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    const again = await ops(['product', 'resync', productId]);
    assert.equal(again.exitCode, 0, again.error);
    await handle.terminate('end of test');
    assert.notEqual((await ops(['product', 'resync', ' '.repeat(3), '--tenant', 'flow_no'])).exitCode, 0);
  });
});
