import { setTimeout as pause } from 'node:timers/promises';
import { GIVE_UP_UPDATE, RETRY_NOW_UPDATE, type GiveUpRequest } from '../../src/contracts/entity-sync';
import { ENTITY_KINDS } from '../../src/contracts/kinds';
import { Entity, flowIsDown } from '../support/entity';
import { until } from '../support/sync-driver';
import type { Recording } from './recordings';

/** What an entity of any kind can live through, and so what a later release must replay: named by what happens. */
interface EntityCase {
  readonly name: string;
  /** How an attempt goes, counted from 1; without it, it succeeds. */
  readonly attempt?: (attempt: number) => Promise<void>;
  /** What happens after the first event; the history is recorded when it returns, closed or not. */
  readonly play: (entity: Entity) => Promise<string | void>;
}

const failingOnce = (attempt: number): Promise<void> => (attempt === 1 ? flowIsDown() : Promise.resolve());
const untilEnded = async (entity: Entity): Promise<void> => void (await entity.handle.result());

const CASES: readonly EntityCase[] = [
  { name: 'synced-at-once', play: untilEnded },
  {
    name: 'two-passes',
    attempt: () => pause(300),
    play: async (entity) => {
      await until(async () => entity.attempts[0]);
      await entity.publish('a', 'b', 'a');
      await untilEnded(entity);
    },
  },
  {
    name: 'burst',
    attempt: () => pause(200),
    play: async (entity) => {
      await entity.publish('a', 'b', 'c', 'd', 'e');
      await until(async () => entity.attempts[1]);
      // The passes are over by then, and the run waits for quiet.
      await pause(600);
      await entity.publish('f');
      await untilEnded(entity);
    },
  },
  {
    name: 'waits-to-be-tried-again',
    attempt: flowIsDown,
    play: async (entity) => void (await entity.untilWaiting()),
  },
  {
    name: 'healed-by-an-event',
    attempt: failingOnce,
    play: async (entity) => {
      await entity.untilWaiting();
      await entity.publish();
      await untilEnded(entity);
    },
  },
  {
    name: 'healed-by-an-operator',
    attempt: failingOnce,
    play: async (entity) => {
      await entity.untilWaiting();
      await entity.handle.executeUpdate(RETRY_NOW_UPDATE);
      await untilEnded(entity);
    },
  },
  {
    name: 'given-up',
    attempt: flowIsDown,
    play: async (entity) => {
      await entity.untilWaiting();
      await entity.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
      await untilEnded(entity);
    },
  },
  {
    name: 'continued-as-new',
    attempt: () => pause(20),
    play: async (entity) => {
      const { runId } = await entity.handle.describe();
      // The recording server suggests continuing as new after a few dozen history events.
      await until(async () => {
        await entity.publish();
        return (await entity.handle.describe()).runId === runId ? undefined : true;
      });
      return runId;
    },
  },
];

/** Every case for every kind. */
export const ENTITY_RECORDINGS: readonly Recording[] = ENTITY_KINDS.flatMap((kind) =>
  CASES.map(({ name, attempt = () => Promise.resolve(), play }): Recording => ({
    prefix: kind.name,
    workflow: kind.workflow,
    name,
    play: async (server) => {
      const entity = new Entity(server, kind, attempt);
      const runId = await entity.work(async () => {
        await entity.publish();
        return await play(entity);
      });
      return { workflowId: entity.handle.workflowId, runId: runId ?? undefined };
    },
  })),
);
