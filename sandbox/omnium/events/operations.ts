/** Operation ids of contract §4 that the sandbox raises, with the category and text each comes with. */
export const operations = {
  addOrder: { id: 110106, category: 'Added', message: 'Order added' },
  processingOrder: { id: 110107, category: 'Updated', message: 'Processing order' },
  processedOrder: { id: 110108, category: 'Updated', message: 'Order processed' },
  deletedOrder: { id: 110109, category: 'Deleted', message: 'Order deleted' },
  workflowStarted: { id: 111100, category: 'Workflow', message: 'Workflow started' },
  workflowCompleted: { id: 111102, category: 'Workflow', message: 'Workflow completed' },
  workflowChangeStatus: { id: 111104, category: 'Workflow', message: 'Status changed' },
  createdReturn: { id: 118100, category: 'Created', message: 'Return created' },
  returnWorkflowCompleted: { id: 118102, category: 'Workflow', message: 'Return workflow completed' },
  updateManyProducts: { id: 140103, category: 'BatchUpdate', message: 'Products updated' },
  patchProduct: { id: 140105, category: 'Updated', message: 'Product patched' },
  addProduct: { id: 140106, category: 'Added', message: 'Product added' },
  subscriptionFailed: { id: 290100, category: 'Error', message: 'Event subscription executed' },
  apiOrderPatch: { id: 310100, category: 'Updated', message: 'Order patched' },
  apiOrderUpdateStatus: { id: 310101, category: 'Updated', message: 'Order status updated' },
  apiOrderUpdateStatusOnly: { id: 310102, category: 'Updated', message: 'Order status updated without workflow' },
  apiOrderUpdatePartial: { id: 310103, category: 'Updated', message: 'Order lines updated' },
  apiOrderLinePatch: { id: 310104, category: 'Updated', message: 'Order lines patched' },
  apiOrderLineCancel: { id: 310106, category: 'Canceled', message: 'Order line canceled' },
  apiOrderAddPayment: { id: 310107, category: 'Updated', message: 'Payment added' },
  apiCreateReturn: { id: 318100, category: 'Created', message: 'Return created' },
  apiAddPrivateCustomer: { id: 330100, category: 'Added', message: 'Private customer added' },
  apiUpdatePrivateCustomer: { id: 330101, category: 'Updated', message: 'Private customer updated' },
  apiPatchPrivateCustomer: { id: 330113, category: 'Updated', message: 'Private customer patched' },
  apiAddBusinessCustomer: { id: 330200, category: 'Added', message: 'Business customer added' },
  apiUpdateBusinessCustomer: { id: 330201, category: 'Updated', message: 'Business customer updated' },
  apiPatchBusinessCustomer: { id: 330210, category: 'Updated', message: 'Business customer patched' },
  /** No number is documented for this one; ours is next to the others. */
  deletedCustomer: { id: 330199, category: 'Deleted', message: 'Customer deleted' },
  updateManyInventory: { id: 350002, category: 'BatchUpdate', message: 'Inventory updated' },
} as const;

/** The name of an operation above. */
export type OperationName = keyof typeof operations;
