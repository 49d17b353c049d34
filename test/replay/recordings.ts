import { OrderDriver, type OrderServer } from '../support/order-driver';
import { ENTITY_RECORDINGS } from './entity-cases';
import { ORDER_CASES } from './order-cases';
import { CHECKPOINT_REPLAY_CASES, EXPORT_REPLAY_CASES } from './export-cases';
import { STOCK_CASES, stockDriverOf } from './stock-cases';
import { SWEEP_REPLAY_CASES } from './sweep-cases';

/** A history to be kept: `{prefix}__{name}__{release}.json`. */
export interface Recording {
  /** Of the file names, one per workflow. */
  readonly prefix: string;
  /** Name of the workflow in the bundle. */
  readonly workflow: string;
  readonly name: string;
  /** Plays the case on a server and says which run it was; without `runId`, the latest of the workflow. */
  play(server: OrderServer): Promise<{ readonly workflowId: string; readonly runId?: string | undefined }>;
}

/** Every case of every workflow. */
export const RECORDINGS: readonly Recording[] = [
  ...ENTITY_RECORDINGS,
  ...ORDER_CASES.map((one): Recording => ({
    prefix: 'order',
    workflow: 'orderWorkflow',
    name: one.name,
    play: async (server) => {
      const order = new OrderDriver(server);
      await one.play(order);
      return { workflowId: order.workflowId, runId: order.recordedRunId };
    },
  })),
  ...SWEEP_REPLAY_CASES.map((one): Recording => ({
    prefix: 'sweep',
    workflow: 'sweepWorkflow',
    name: one.name,
    play: (server) => one.play(server),
  })),
  ...STOCK_CASES.map((one): Recording => ({
    prefix: 'stock',
    workflow: 'stockWorkflow',
    name: one.name,
    play: async (server) => {
      const stock = stockDriverOf(server, one);
      await one.play(stock);
      return { workflowId: stock.workflowId, runId: stock.recordedRunId };
    },
  })),
  ...EXPORT_REPLAY_CASES.map((one): Recording => ({
    prefix: 'export',
    workflow: 'exportWorkflow',
    name: one.name,
    play: (server) => one.play(server),
  })),
  ...CHECKPOINT_REPLAY_CASES.map((one): Recording => ({
    prefix: 'checkpoint',
    workflow: 'checkpointWorkflow',
    name: one.name,
    play: (server) => one.play(server),
  })),
];
