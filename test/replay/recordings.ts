import { CustomerDriver } from '../support/customer-driver';
import { ExportRowDriver } from '../support/export-row-driver';
import { OrderDriver, type OrderServer } from '../support/order-driver';
import { ProductDriver } from '../support/product-driver';
import { PurchaseOrderDriver } from '../support/purchase-order-driver';
import { ReceptionDriver } from '../support/reception-driver';
import { StoresDriver } from '../support/stores-driver';
import { REPLAY_CASES } from './cases';
import { CUSTOMER_REPLAY_CASES } from './customer-cases';
import { EXPORT_REPLAY_CASES } from './export-cases';
import { EXPORT_ROW_REPLAY_CASES } from './export-row-cases';
import { GOODS_RECEPTION_REPLAY_CASES } from './goods-reception-cases';
import { PRODUCT_REPLAY_CASES } from './product-cases';
import { PURCHASE_ORDER_REPLAY_CASES } from './purchase-order-cases';
import { STOCK_REPLAY_CASES, stockDriverOf } from './stock-cases';
import { STORES_REPLAY_CASES } from './stores-cases';
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
  ...REPLAY_CASES.map((one): Recording => ({
    prefix: 'order',
    workflow: 'orderWorkflow',
    name: one.name,
    play: async (server) => {
      const order = new OrderDriver(server);
      await one.play(order);
      return { workflowId: order.workflowId, runId: order.recordedRunId };
    },
  })),
  ...CUSTOMER_REPLAY_CASES.map((one): Recording => ({
    prefix: 'customer',
    workflow: 'customerWorkflow',
    name: one.name,
    play: async (server) => {
      const customer = new CustomerDriver(server);
      await one.play(customer);
      return { workflowId: customer.workflowId, runId: customer.recordedRunId };
    },
  })),
  ...SWEEP_REPLAY_CASES.map((one): Recording => ({
    prefix: 'sweep',
    workflow: 'sweepWorkflow',
    name: one.name,
    play: (server) => one.play(server),
  })),
  ...STORES_REPLAY_CASES.map((one): Recording => ({
    prefix: 'stores',
    workflow: 'storesWorkflow',
    name: one.name,
    play: async (server) => {
      const stores = new StoresDriver(server);
      await one.play(stores);
      return { workflowId: stores.workflowId, runId: stores.recordedRunId };
    },
  })),
  ...GOODS_RECEPTION_REPLAY_CASES.map((one): Recording => ({
    prefix: 'goods-reception',
    workflow: 'goodsReceptionWorkflow',
    name: one.name,
    play: async (server) => {
      const reception = new ReceptionDriver(server);
      await one.play(reception);
      return { workflowId: reception.workflowId, runId: reception.recordedRunId };
    },
  })),
  ...STOCK_REPLAY_CASES.map((one): Recording => ({
    prefix: 'stock',
    workflow: 'stockWorkflow',
    name: one.name,
    play: async (server) => {
      const stock = stockDriverOf(server, one);
      await one.play(stock);
      return { workflowId: stock.workflowId, runId: stock.recordedRunId };
    },
  })),
  ...PURCHASE_ORDER_REPLAY_CASES.map((one): Recording => ({
    prefix: 'purchase-order',
    workflow: 'purchaseOrderWorkflow',
    name: one.name,
    play: async (server) => {
      const order = new PurchaseOrderDriver(server, one.kind);
      await one.play(order);
      return { workflowId: order.workflowId, runId: order.recordedRunId };
    },
  })),
  ...PRODUCT_REPLAY_CASES.map((one): Recording => ({
    prefix: 'product',
    workflow: 'productWorkflow',
    name: one.name,
    play: async (server) => {
      const product = new ProductDriver(server);
      await one.play(product);
      return { workflowId: product.workflowId, runId: product.recordedRunId };
    },
  })),
  ...EXPORT_ROW_REPLAY_CASES.map((one): Recording => ({
    prefix: 'export-row',
    workflow: 'exportRowWorkflow',
    name: one.name,
    play: async (server) => {
      const row = new ExportRowDriver(server);
      await one.play(row);
      return { workflowId: row.workflowId, runId: row.recordedRunId };
    },
  })),
  ...EXPORT_REPLAY_CASES.map((one): Recording => ({
    prefix: 'export',
    workflow: 'exportWorkflow',
    name: one.name,
    play: (server) => one.play(server),
  })),
];
