import { orderKind } from '../../src/contracts/kinds/order';
import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { openTemporal, type TemporalClient } from '../../src/temporal/connection';
import { ensureSearchAttributes, SearchAttributesMissingError } from '../../src/temporal/search-attributes';
import { until } from '../support/order-driver';
import { devServer } from '../support/temporal-rig';

const NAMES = Object.values(searchAttributes).map(({ name }) => name);
/** Number of the type `Int` in Temporal's API. */
const INT = 3;

describe('ensureSearchAttributes', function () {
  this.timeout(60_000);

  /** A namespace as an administrator makes it: without any search attribute of ours. */
  async function withFreshNamespace(use: (temporal: TemporalClient) => Promise<void>): Promise<void> {
    const { address } = await devServer();
    const namespace = `ns-${randomUUID()}`;
    const temporal = openTemporal({ connectionOptions: { address }, namespace, address });
    const { connection } = temporal;
    try {
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: msToTs('1 day'),
      });
      // The server learns of a new namespace after a moment.
      await until(
        () =>
          connection.operatorService.listSearchAttributes({ namespace }).then(
            () => true,
            () => undefined,
          ),
        30_000,
      );
      await use(temporal);
    } finally {
      await temporal.close();
    }
  }

  it('adds what a namespace lacks, once, also from several processes at a time; then orders can be recorded', async () => {
    await withFreshNamespace(async ({ client, connection, namespace }) => {
      const added = await Promise.all([
        ensureSearchAttributes(connection, namespace),
        ensureSearchAttributes(connection, namespace),
      ]);
      assert.deepEqual(new Set(added.flat()), new Set(NAMES));
      assert.deepEqual(await ensureSearchAttributes(connection, namespace), []);

      const inbox = new Publisher({ client: () => client, retryLadder: 'one-minute', callTimeoutMs: 5_000 });
      const order = { tenantUid: 'no', orderNumber: '1', omniumOrderId: '1' };
      const outcome = await until(
        () =>
          inbox.publish(orderKind, order, { eventId: 'e1', source: 'omnium', what: 'Created' }).catch(() => undefined),
        30_000,
      );
      assert.equal(outcome, 'recorded');
    });
  });

  it('names a search attribute that exists with another type', async () => {
    await withFreshNamespace(async ({ connection, namespace }) => {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { TenantUid: INT } });
      await until(async () => {
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
        return customAttributes?.TenantUid === undefined ? undefined : true;
      }, 30_000);
      await assert.rejects(ensureSearchAttributes(connection, namespace), (error) => {
        assert.ok(error instanceof SearchAttributesMissingError);
        assert.match(error.message, /TenantUid \(must be Keyword\)/);
        return true;
      });
    });
  });
});
