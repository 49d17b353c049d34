/** The workflow bundle's only entry: a workflow that is not named here does not exist for Temporal. */
export { customerWorkflow } from './customer';
export { orderWorkflow } from './order';
export { sweepWorkflow } from './sweep';
export { stockWorkflow } from './stock';
export { storesWorkflow } from './stores';
