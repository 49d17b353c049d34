/** The workflow bundle's only entry: a workflow that is not named here does not exist for Temporal. */
export { customerWorkflow } from './customer';
export { exportWorkflow } from './export';
export { exportRowWorkflow } from './export-row';
export { goodsReceptionWorkflow } from './goods-reception';
export { orderWorkflow } from './order';
export { productWorkflow } from './product';
export { purchaseOrderWorkflow } from './purchase-order';
export { stockWorkflow } from './stock';
export { storesWorkflow } from './stores';
export { sweepWorkflow } from './sweep';
