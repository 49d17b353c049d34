import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { type EntityInput, EVENTS_SIGNAL } from '../../src/contracts/entity-sync';
import { type OrderEvent, orderKind, type OrderOutcome, type OrderStart } from '../../src/contracts/kinds/order';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { taskQueueOf } from '../../src/contracts/task-queues';
import { closedLoop, type LoopSize, type LoopTimes } from '../rig/closed-loop';
import { answerQuestions } from '../rig/peer';

/** A block of events for {@link BareSignals}: numbered orders, or one order when `hotOrder` names it. */
export interface SignalBlock extends LoopSize {
  readonly prefix: string;
  readonly hotOrder?: string;
}

/**
 * The bare loop that intake is compared with, in a process of its own: nothing but the SDK's `signalWithStart`, with the
 * same workflow type, input, search attributes and signal that the API sends.
 */
export type BareSignals = {
  connect(temporal: { readonly address: string; readonly namespace: string }): void;
  signal(block: SignalBlock): LoopTimes;
};

const TENANT_UID = 'flow_no';
let client: Client | undefined;

async function signalWithStart(orderNumber: string): Promise<void> {
  await client?.workflow.signalWithStart<
    (input: EntityInput<OrderStart, OrderEvent, OrderOutcome>) => Promise<unknown>,
    [readonly OrderEvent[]]
  >(orderKind.workflow, {
    workflowId: orderKind.id({ tenantUid: TENANT_UID, orderNumber }),
    taskQueue: taskQueueOf('order-sync'),
    args: [
      {
        tenantUid: TENANT_UID,
        orderNumber,
        omniumOrderId: orderNumber,
        retryLadder: 'one-minute',
      },
    ],
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.tenantUid, value: TENANT_UID },
      { key: searchAttributes.orderNumber, value: orderNumber },
      { key: searchAttributes.direction, value: 'inbound' },
      { key: searchAttributes.syncState, value: 'Syncing' },
    ]),
    signal: EVENTS_SIGNAL,
    signalArgs: [[{ eventId: randomUUID(), source: 'omnium', what: 'Updated (310100)' }]],
  });
}

if (require.main === module) {
  answerQuestions<BareSignals>({
    connect: async ({ address, namespace }) => {
      client = new Client({ connection: await Connection.connect({ address }), namespace });
    },
    signal: ({ prefix, hotOrder, ...size }) =>
      closedLoop(size, (index) => signalWithStart(hotOrder ?? `${prefix}${index}`)),
  });
}
