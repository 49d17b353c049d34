import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { ScriptedCustomerSync, UPDATED, type CustomerDriver } from '../support/customer-driver';
import { until } from '../support/order-driver';

/** A run of the customer workflow worth keeping. */
export interface CustomerReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(customer: CustomerDriver): Promise<void>;
}

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'omnium', operation: 'PATCH private customer', isWrite: true }, 'refused');
};
const failingUntil = (attempts: number): ScriptedCustomerSync =>
  new ScriptedCustomerSync(async (attempt) => (attempt <= attempts ? await failing() : UPDATED));

async function untilDone(customer: CustomerDriver): Promise<void> {
  await customer.handle.result();
}

/** All cases, named by what happens. */
export const CUSTOMER_REPLAY_CASES: readonly CustomerReplayCase[] = [
  {
    name: 'synced-at-once',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(new ScriptedCustomerSync().activities(), async () => {
        await customer.send();
        await untilDone(customer);
      }),
  },
  {
    name: 'two-passes',
    play: async (customer: CustomerDriver): Promise<void> => {
      const sync = new ScriptedCustomerSync(async () => pause(300, UPDATED));
      await customer.withWorker(sync.activities(), async () => {
        await customer.send();
        await until(async () => sync.attempts[0]);
        await customer.send('a', 'b', 'a');
        await untilDone(customer);
      });
    },
  },
  {
    name: 'burst',
    play: async (customer: CustomerDriver): Promise<void> => {
      const sync = new ScriptedCustomerSync(async () => pause(200, UPDATED));
      await customer.withWorker(sync.activities(), async () => {
        await customer.send('a', 'b', 'c', 'd', 'e');
        await until(async () => sync.attempts[0]);
        // The passes are over by then, and the run waits for quiet.
        await pause(700);
        await customer.send('f');
        await untilDone(customer);
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(new ScriptedCustomerSync(failing).activities(), async () => {
        await customer.send();
        await customer.untilWaiting();
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(failingUntil(1).activities(), async () => {
        await customer.send();
        await customer.untilWaiting();
        await customer.send();
        await untilDone(customer);
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(failingUntil(1).activities(), async () => {
        await customer.send();
        await customer.untilWaiting();
        await customer.handle.executeUpdate(RETRY_NOW_UPDATE);
        await untilDone(customer);
      }),
  },
  {
    name: 'given-up',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(new ScriptedCustomerSync(failing).activities(), async () => {
        await customer.send();
        await customer.untilWaiting();
        await customer.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
        await untilDone(customer);
      }),
  },
  {
    name: 'left-different',
    play: (customer: CustomerDriver): Promise<void> =>
      customer.withWorker(
        new ScriptedCustomerSync(async () => ({ ...UPDATED, differences: ['email: a test'] })).activities(),
        async () => {
          await customer.send();
          await untilDone(customer);
        },
      ),
  },
  {
    name: 'continued-as-new',
    play: async (customer: CustomerDriver): Promise<void> => {
      const sync = new ScriptedCustomerSync(async () => pause(20, UPDATED));
      await customer.withWorker(sync.activities(), async () => {
        await customer.send();
        const first = await customer.handle.describe();
        // The recording server suggests continuing as new after a few dozen history events.
        await until(async () => {
          await customer.send();
          return (await customer.handle.describe()).runId === first.runId ? undefined : true;
        });
        customer.recordRun(first.runId);
      });
    },
  },
];
