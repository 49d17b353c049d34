import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { EXPORT_WORKFLOW, exportByHandId } from '../../src/contracts/exports';
import { purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { BATCH_TASK_QUEUE, taskQueueOf } from '../../src/contracts/task-queues';
import { exportSchedules } from '../../src/temporal/schedules';
import { createEngineWorkers } from '../../src/workers/create-worker';
import { demoConfig } from '../../tools/start/demo-config';
import { startFlowRig, type FlowRig } from '../sandbox/flow-rig';
import { startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { until } from '../support/order-driver';
import { devServer, type DevServer } from '../support/temporal-rig';

/** Places of the engine; a fourth of them is for batches. */
const PLACES = 4;
/** Longer than anything else here takes: exports that have begun to read do not come to an end. */
const HELD_MS = 60_000;

describe('the places of the exports engine', function () {
  this.timeout(120_000);
  let server: DevServer;
  let omnium: OmniumRig;
  let flow: FlowRig;

  before(async () => {
    server = await devServer();
    [omnium, flow] = await Promise.all([startRig(), startFlowRig()]);
  });

  after(() => Promise.all([omnium.stop(), flow.stop()]));

  /** What waits and what is at work of an export. */
  async function batchOf(handle: WorkflowHandle): Promise<string> {
    const { raw } = await handle.describe();
    const batch = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'exportBatch');
    return batch ? (batch.lastStartedTime ? 'at work' : 'waiting') : 'planning';
  }

  it('are not all taken by exports: a purchase order finds one, however many exports are at work', async () => {
    await omnium.control('POST', '/faults', { kind: 'latency', delayMs: HELD_MS, path: 'Inventory/Search' });
    const { client, nativeConnection: connection, namespace } = server;
    const vendors = { omniumUrl: omnium.url, flowUrl: flow.url, webUiUrl: 'http://127.0.0.1:9' };
    const config = parseConfig(demoConfig({ ...vendors, apiHost: '127.0.0.1', apiPort: 0 }), {});
    const tenants = new TenantRegistry(config.tenants);
    const limits = { ...config.worker, maxConcurrentActivities: PLACES, shutdownGraceMs: 100 };
    const workers = await createEngineWorkers({
      engine: 'exports',
      connection,
      namespace,
      limits,
      tenants,
      retryLadder: 'one-minute',
    });
    const runs = workers.map((worker) => worker.run());
    const inventory = exportSchedules(config).filter(({ stream }) => stream === 'inventory');
    assert.ok(inventory.length >= PLACES && inventory.every(({ input }) => input.batchTaskQueue === BATCH_TASK_QUEUE));
    const exports = await Promise.all(
      [...inventory, ...inventory].map((schedule, index) =>
        client.workflow.start(EXPORT_WORKFLOW, {
          workflowId: `${exportByHandId(schedule, new Date())}-${index}`,
          taskQueue: taskQueueOf('exports'),
          args: [{ ...schedule.input, ask: { kind: 'everything' } }],
        }),
      ),
    );
    try {
      const states = await until(async () => {
        const all = await Promise.all(exports.map(batchOf));
        return all.includes('planning') || !all.includes('at work') ? undefined : all;
      }, 30_000);
      assert.equal(states.filter((state) => state === 'at work').length, PLACES / 4);

      const subject = { tenantUid: 'flow_no', purchaseOrderId: `unknown-${randomUUID()}` };
      const inbox = new Publisher({
        ...{ client: () => client, retryLadder: 'one-minute', callTimeoutMs: 5_000 },
      });
      await inbox.publish(purchaseOrderKind, subject, { eventId: randomUUID(), source: 'omnium', what: 'Updated' });
      const result: unknown = await client.workflow.getHandle(purchaseOrderKind.id(subject)).result();
      assert.match(JSON.stringify(result), /"action":"skipped"/);
      const after = await Promise.all(exports.map(batchOf));
      assert.equal(after.filter((state) => state === 'waiting').length, exports.length - PLACES / 4);
    } finally {
      await Promise.all(exports.map((handle) => handle.terminate('end of test')));
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await tenants.close();
    }
  });
});
