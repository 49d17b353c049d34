import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { SyncError } from '../../src/activities/shared/failures';
import { GIVE_UP_UPDATE, RETRY_NOW_UPDATE, type GiveUpRequest } from '../../src/contracts/entity-sync';
import { ENTITY_KINDS } from '../../src/contracts/kinds';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { Entity, flowIsDown, SAMPLES } from '../support/entity';
import { until } from '../support/sync-driver';
import { devServer, type DevServer } from '../support/temporal-rig';

describe('entity sync', function () {
  this.timeout(60_000);
  let server: DevServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('has a sample of every kind', () => {
    assert.deepEqual(ENTITY_KINDS.map(({ name }) => name).sort(), Object.keys(SAMPLES).sort());
  });

  for (const kind of ENTITY_KINDS) {
    describe(kind.name, () => {
      it('names its entity by an id that can be read back', () => {
        const { key } = new Entity(server, kind, () => Promise.resolve());
        const id = kind.parseId(kind.id(key));
        assert.ok(id);
        assert.equal(kind.id(id), kind.id(key));
        assert.equal(kind.parseId('export:t:NOR:products'), undefined);
        for (const other of ENTITY_KINDS) assert.equal(other.parseId(kind.id(key)) !== undefined, other === kind);
      });

      it('1, 2: answers every event by a pass that starts after it, one at a time, coalesced into one more', async () => {
        const entity = new Entity(server, kind, () => pause(300));
        await entity.work(async () => {
          await entity.publish();
          await until(async () => entity.attempts[0]);
          await Promise.all(Array.from({ length: 4 }, () => entity.publish()));
          assert.equal((await entity.handle.result()).passes, 2);
        });
        assert.equal(entity.mostAtOnce, 1);
        assert.deepEqual(
          entity.attempts.map(({ pass }) => pass),
          [1, 2],
        );
      });

      it('3: takes a repeated event for none', async () => {
        const entity = new Entity(server, kind, () => pause(300));
        await entity.work(async () => {
          await entity.publish('same');
          await until(async () => entity.attempts[0]);
          await entity.publish('same', 'same');
          assert.equal((await entity.handle.result()).passes, 1);
        });
      });

      it('4: retries, says why, and ends the wait for an event and for an operator', async () => {
        const entity = new Entity(server, kind, (attempt) => (attempt <= 2 ? flowIsDown() : Promise.resolve()));
        await entity.work(async () => {
          await entity.publish();
          const { lastFailure, syncState } = await entity.untilWaiting();
          assert.deepEqual([syncState, lastFailure?.failureType], ['Retrying', 'FlowUnavailable']);
          await entity.publish();
          await until(async () => entity.attempts[1]);
          await until(async () => ((await entity.untilWaiting()).lastFailure?.pass === 2 ? true : undefined));
          assert.match(await entity.handle.executeUpdate<string, []>(RETRY_NOW_UPDATE), /tried again now/);
          const { syncState: end, failedAttempts, passes } = await entity.handle.result();
          assert.deepEqual([end, failedAttempts, passes], ['Synced', 2, 3]);
        });
        const { typedSearchAttributes } = await entity.handle.describe();
        assert.equal(typedSearchAttributes.get(searchAttributes.failureType), undefined);
      });

      it('4: is given up only while it waits and with a reason, and leaves a notice of it', async () => {
        const entity = new Entity(server, kind, flowIsDown);
        await entity.work(async () => {
          await entity.publish();
          await entity.untilWaiting();
          const giveUp = (reason: string): Promise<string> =>
            entity.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason }] });
          await assert.rejects(giveUp('  '), /Update failed/);
          await giveUp('made by hand');
          const { syncState, givenUpBecause } = await entity.handle.result();
          assert.deepEqual([syncState, givenUpBecause], ['GivenUp', 'made by hand']);
        });
        const { at, ...notice } = entity.notices[0] ?? { at: '' };
        const { tenantUid } = entity.key;
        assert.deepEqual(notice, { kind: kind.name, id: kind.id(entity.key), tenantUid, reason: 'made by hand' });
        assert.ok(Date.parse(at) > 0);
      });

      it('5: ends when nothing is pending; a later event starts a new run under the same id', async () => {
        const entity = new Entity(server, kind, () => Promise.resolve());
        await entity.work(async () => {
          await entity.publish();
          await entity.handle.result();
          const first = await entity.handle.describe();
          await entity.publish();
          await entity.handle.result();
          assert.notEqual((await entity.handle.describe()).runId, first.runId);
        });
      });
    });
  }

  it('goes on with events that come while a give-up is remembered', async () => {
    const [kind] = ENTITY_KINDS;
    assert.ok(kind);
    const entity = new Entity(server, kind, (attempt) => (attempt === 1 ? flowIsDown() : Promise.resolve()));
    entity.notices.push = (...notices) => {
      void entity.publish();
      return Array.prototype.push.apply(entity.notices, notices);
    };
    await entity.work(async () => {
      await entity.publish();
      await entity.untilWaiting();
      const args: [GiveUpRequest] = [{ reason: 'a test' }];
      await entity.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args });
      await until(async () => entity.attempts[1]);
      await until(async () => ((await entity.handle.describe()).status.name === 'COMPLETED' ? true : undefined));
      assert.equal((await entity.handle.result()).syncState, 'Synced');
    });
  });

  describe('failed attempts', () => {
    const [kind] = ENTITY_KINDS;
    assert.ok(kind);
    /** An order whose attempts are a second apart: Temporal's shortest, so that a test can wait for many. */
    const failing = (types: readonly ('FlowUnavailable' | 'FlowRejected')[]): Entity =>
      new Entity(server, kind, (attempt) => {
        const type = types[attempt - 1];
        if (type === undefined) return Promise.resolve();
        throw new SyncError(type, 'scripted');
      });

    it('are reported once for all of one type, and once more for another', async () => {
      const types = [
        ...Array.from({ length: 6 }, () => 'FlowUnavailable' as const),
        'FlowRejected',
        'FlowRejected',
      ] as const;
      const entity = failing(types);
      const restore = shortDelays();
      try {
        await entity.work(async () => {
          await entity.publish();
          await until(async () => entity.attempts[5]);
          assert.equal(await entity.reports(), 1);
          const { failedAttempts, passes } = await entity.handle.result();
          assert.deepEqual([failedAttempts, passes], [8, 1]);
        });
      } finally {
        restore();
      }
      assert.equal(await entity.reports(), 2);
      const { historyLength } = await entity.handle.describe();
      assert.ok(historyLength <= 26, `history of ${historyLength} events`);
    });
  });
});

/** Every retry after a second, for as long as a test says. */
function shortDelays(): () => void {
  const create = ApplicationFailure.create.bind(ApplicationFailure);
  ApplicationFailure.create = (options) => create({ ...options, nextRetryDelay: 1_000 });
  return () => (ApplicationFailure.create = create);
}
