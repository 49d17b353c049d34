import { customerKind } from '../contracts/kinds/customer';
import { goodsReceptionKind } from '../contracts/kinds/goods-reception';
import { orderKind } from '../contracts/kinds/order';
import { productKind } from '../contracts/kinds/product';
import { purchaseOrderKind } from '../contracts/kinds/purchase-order';
import { stockKind } from '../contracts/kinds/stock';
import { storesKind } from '../contracts/kinds/stores';
import { entitySync } from './entity-sync';
import { OrderReceipts } from './order-receipts';
import { SecondAlignment } from './stock-alignment';

/** The workflow bundle's only entry: a workflow that is not exported here, under its wire name, does not exist for Temporal. */
export { checkpointWorkflow } from './checkpoint';
export { exportWorkflow } from './export';
export { sweepWorkflow } from './sweep';

export const orderWorkflow = entitySync(orderKind, (run, input) => new OrderReceipts(run, input));
export const customerWorkflow = entitySync(customerKind);
export const productWorkflow = entitySync(productKind);
export const purchaseOrderWorkflow = entitySync(purchaseOrderKind);
export const goodsReceptionWorkflow = entitySync(goodsReceptionKind);
export const storesWorkflow = entitySync(storesKind);
export const stockWorkflow = entitySync(stockKind, (run, input) => new SecondAlignment(run, input));
