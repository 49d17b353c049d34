import { condition, continueAsNew } from '@temporalio/workflow';
import {
  CUSTOMER_SIGNAL,
  type CustomerEvent,
  type CustomerOutcome,
  type CustomerWorkflowInput,
  type CustomerWorkflowResult,
} from '../contracts/customer-messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addCustomerPass, customerState } from './lib/customer-outcome';
import { customerPassSummary, customerWords } from './lib/customer-words';

/** Most events that one pass answers. They nearly always name one customer; more wait for the next pass. */
const EVENTS_PER_PASS = 50;

/**
 * The one owner of a customer's sync, in both directions, with the promises of every coalescing sync.
 *
 * Nothing here can read who the customer is: events carry a sealed reference that only the activity opens.
 */
export async function customerWorkflow(input: CustomerWorkflowInput): Promise<CustomerWorkflowResult> {
  const sync = new CustomerSync(input);
  return await sync.runWithEvents();
}

class CustomerSync extends CoalescingSync<CustomerEvent, CustomerOutcome> {
  constructor(private readonly input: CustomerWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: CUSTOMER_SIGNAL, retryLadder, carried, words: customerWords(input) });
    this.listen();
  }

  /** A run is always begun by an event, and only an event says which customer it is about. */
  async runWithEvents(): Promise<CustomerWorkflowResult> {
    await condition(() => this.inbox.length > 0);
    return await this.run();
  }

  protected take(): readonly CustomerEvent[] {
    return this.inbox.splice(0, EVENTS_PER_PASS);
  }

  protected work(taken: readonly CustomerEvent[]): Promise<CustomerOutcome> {
    const { tenantUid, customerKey, retryLadder } = this.input;
    const events = taken.map(({ reference, kind }) => ({ reference, kind }));
    const argument = { tenantUid, customerKey, events, retryLadder, pass: this.passes };
    const summary = customerPassSummary(customerKey, this.passes);
    return this.activities.syncCustomer.executeWithOptions({ summary }, [argument]);
  }

  protected add(before: CustomerOutcome | undefined, latest: CustomerOutcome): CustomerOutcome {
    return addCustomerPass(before, latest);
  }

  protected endOf(outcome: CustomerOutcome): { readonly state: SyncState } {
    return { state: customerState(outcome) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof customerWorkflow>({ ...this.input, carried: this.carry() });
  }
}
