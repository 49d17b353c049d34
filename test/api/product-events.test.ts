import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ProductIntake } from '../../src/api/product-intake';
import { TokenBucket } from '../../src/domain/token-bucket';
import { exportScheduleId } from '../../src/contracts/exports';
import type { EntityInput } from '../../src/contracts/entity-sync';
import {
  type ProductEvent,
  type ProductKey,
  productKind,
  type ProductOutcome,
} from '../../src/contracts/kinds/product';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { ExportTrigger } from '../../src/temporal/export-trigger';
import { until } from '../support/order-driver';
import { devServer, type DevServer } from '../support/temporal-rig';
import { assertNoWorkflow, recordedSignals, startInput } from './recorded';
import { type Answer, startTestApi, taskQueueOfTests, type TestApi } from './test-api';

const NOT_EXPORTED = 'products are not exported: IProductExporter is not among the implementations';
const LEFT_TO_EXPORT = 'many products change at once: FlowProductScheduledTask brings them and has been asked to run';

const productEvent = (objectId: string, members: object = {}): Record<string, unknown> => ({
  id: randomUUID(),
  operationId: 140105,
  timestamp: '2026-02-17T07:23:07.6380001Z',
  message: 'Changed by Kari Nordmann',
  className: 'Product',
  objectId,
  category: 'Updated',
  user: 'kari.nordmann@example.com',
  ...members,
});

describe('events about products', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    api = await startTestApi({ address: server.address, implementations: ['IProductExporter'] });
  });

  after(() => api.stop());

  const idOf = (productId: string): string => productKind.id({ tenantUid: api.tenantUid, productId });
  const reasonOf = async (answer: Promise<Answer>): Promise<unknown> => {
    const { status, json } = await answer;
    assert.deepEqual([status, json.outcome], [202, 'ignored']);
    return json.reason;
  };

  it('are recorded with the workflow of the product', async () => {
    const answer = await api.post(productEvent('sw-4321', { id: 'event-1' }));
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.json, { outcome: 'recorded', workflowId: idOf('sw-4321') });
    assert.deepEqual(await recordedSignals<readonly ProductEvent[]>(server, idOf('sw-4321')), [
      [{ eventId: 'event-1', source: 'omnium', what: 'Updated (140105)' }],
    ]);
    const expected: EntityInput<ProductKey, ProductEvent, ProductOutcome> = {
      ...{ tenantUid: api.tenantUid, productId: 'sw-4321', retryLadder: 'one-minute' },
    };
    assert.deepEqual(await startInput(server, idOf('sw-4321')), expected);
    const description = await server.client.workflow.getHandle(idOf('sw-4321')).describe();
    assert.deepEqual([description.type, description.taskQueue], ['productWorkflow', taskQueueOfTests(api.tenantUid)]);
    assert.equal(description.typedSearchAttributes.get(searchAttributes.direction), 'inbound');
    assert.equal((await api.post(productEvent('sw-4321', { id: 'event-1' }))).json.outcome, 'duplicate');
  });

  for (const [what, members] of [
    ['Deleted (140101)', { operationId: 140101, category: 'Deleted' }],
    ['BatchUpdate (140103)', { operationId: 140103, category: 'BatchUpdate' }],
    ['BatchAdd (140102)', { operationId: 140102, category: 'BatchAdd', market: 'swe' }],
    ['Updated (240104)', { operationId: 240104, className: 'product' }],
    ['Changed', { operationId: undefined, category: undefined }],
  ] as const) {
    it(`are recorded whatever happened, and whatever market is named: ${what}`, async () => {
      const id = `p-${randomUUID()}`;
      assert.equal((await api.post(productEvent(id, members))).json.outcome, 'recorded');
      const [signal] = await recordedSignals<readonly ProductEvent[]>(server, idOf(id));
      assert.deepEqual(
        signal?.map((event) => event.what),
        [what],
      );
    });
  }

  it('of one product go through the door together, and none is lost', async () => {
    const id = `style-${randomUUID()}`;
    const batch = Array.from({ length: 60 }, () => productEvent(id, { operationId: 140103, category: 'BatchUpdate' }));
    const answer = await api.post(batch);
    assert.deepEqual(answer.json.events, { recorded: 60, duplicate: 0, ignored: 0, refused: 0 });
    const signals = await recordedSignals<readonly ProductEvent[]>(server, idOf(id));
    const told = signals.flat();
    assert.deepEqual(told.map(({ eventId }) => eventId).sort(), batch.map((event) => String(event.id)).sort());
    assert.ok(signals.length <= 20, `${signals.length} signals for 60 events`);
  });

  it('are ignored where products are not exported', async () => {
    const other = await startTestApi({ address: server.address, implementations: ['IStoreExporter'] });
    try {
      assert.equal(await reasonOf(other.post(productEvent('sw-4321'))), NOT_EXPORTED);
      await assertNoWorkflow(server, productKind.id({ tenantUid: other.tenantUid, productId: 'sw-4321' }));
    } finally {
      await other.stop();
    }
  });

  it('that name nothing that can be an id are refused', async () => {
    for (const id of ['', '9'.repeat(201), 'a\nb']) {
      assert.equal((await api.post(productEvent(id))).status, 400, id);
    }
  });

  it('are left to the schedules where they are about categories and price lists', async () => {
    for (const className of ['Category', 'ProductCategory', 'productcategory']) {
      const reason = await reasonOf(api.post(productEvent('shirts', { className, operationId: 298101 })));
      assert.equal(reason, 'categories are exported by FlowCategoryScheduledTask');
    }
    const reason = await reasonOf(api.post(productEvent('sale', { className: 'PriceList' })));
    assert.equal(reason, 'events of class PriceList are not synced: prices are exported by schedule');
  });

  describe('in a burst', () => {
    /** An intake that takes two at once, and the Schedule of the product export of its tenant. */
    const intake = (atMostEveryMs: number): { trigger: ExportTrigger; tell: (id: string) => Promise<string> } => {
      const { client } = server;
      const [tenant] = api.config.tenants;
      assert.ok(tenant);
      const options = { client, retryLadder: 'one-minute', callTimeoutMs: 5_000, atMostEveryMs } as const;
      const trigger = new ExportTrigger(options);
      const products = new ProductIntake(
        new Publisher({ ...options, client: () => client, taskQueue: taskQueueOfTests(api.tenantUid) }),
        trigger,
        () => new TokenBucket(2, 0),
      );
      const tell = async (id: string): Promise<string> => {
        const { outcome, reason } = await products.record(tenant, {
          productId: `${id}-${randomUUID()}`,
          eventId: randomUUID(),
          source: 'omnium',
          what: 'x',
        });
        return reason ?? outcome;
      };
      return { trigger, tell };
    };
    const scheduleId = (): string =>
      exportScheduleId({ tenantUid: api.tenantUid, marketOrGroup: 'NOR', stream: 'products' });
    const makeSchedule = (paused: boolean): Promise<unknown> =>
      server.client.schedule.create({
        scheduleId: scheduleId(),
        spec: { cronExpressions: ['0 5 29 2 *'] },
        state: { paused },
        // Nobody polls this queue: the run stays where it is.
        action: { type: 'startWorkflow', workflowType: 'exportWorkflow', taskQueue: taskQueueOfTests(api.tenantUid) },
      });
    const endRuns = async (): Promise<void> => {
      const { info } = await server.client.schedule.getHandle(scheduleId()).describe();
      for (const { workflow } of info.runningActions) {
        await server.client.workflow.getHandle(workflow.workflowId).terminate('end of test');
      }
    };
    const runs = async (): Promise<number> => {
      const { info } = await server.client.schedule.getHandle(scheduleId()).describe();
      return info.numActionsTaken;
    };

    it('are recorded one by one as long as no export could bring them', async () => {
      const { trigger, tell } = intake(10);
      try {
        assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map(tell)), Array(4).fill('recorded'));
        await makeSchedule(true);
        await until(async () => ((await trigger.runSoon(scheduleId())) === 'paused' ? true : undefined));
        assert.equal(await tell('e'), 'recorded');
        assert.equal(await runs(), 0);
      } finally {
        trigger.stop();
        await server.client.schedule
          .getHandle(scheduleId())
          .delete()
          .catch(() => undefined);
      }
    });

    it('are left to the export beyond the first, which runs once and not for each', async () => {
      await makeSchedule(false);
      const { trigger, tell } = intake(600_000);
      try {
        const ids = Array.from({ length: 50 }, (_, index) => `p${index}`);
        const outcomes = await Promise.all(ids.map(tell));
        assert.equal(outcomes.filter((outcome) => outcome === 'recorded').length, 2);
        assert.equal(outcomes.filter((outcome) => outcome === LEFT_TO_EXPORT).length, 48);
        assert.equal(await until(async () => (await runs()) || undefined), 1);
      } finally {
        trigger.stop();
      }
    });

    it('have the export run once more when the burst goes on', async () => {
      const before = await runs();
      const { trigger, tell } = intake(20);
      try {
        for (const id of ['a', 'b', 'c', 'd', 'e']) await tell(id);
        // The run of the test before is still at work: one more waits for it, however often it is asked for.
        await endRuns();
        assert.equal(await until(async () => ((await runs()) > before ? await runs() : undefined)), before + 1);
      } finally {
        trigger.stop();
        await endRuns();
        await server.client.schedule.getHandle(scheduleId()).delete();
      }
    });
  });
});
