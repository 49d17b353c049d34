import type { SweepStream } from '../../contracts/sweep-messages';
import type { StreamReader } from './sweep-stream';
import { readFlowCustomers, readOmniumCustomers } from './streams/customers';
import { readFlowOrders } from './streams/flow-orders';
import { readFlowReceipts } from './streams/flow-receipts';
import { readFlowReceivements } from './streams/flow-receivements';
import { readFlowStock } from './streams/flow-stock';
import { readOmniumOrders } from './streams/omnium-orders';
import { readOmniumPurchaseOrders } from './streams/omnium-purchase-orders';

/** How each stream is read. */
export function readerOf(stream: SweepStream): StreamReader {
  switch (stream) {
    case 'omnium-orders':
      return readOmniumOrders;
    case 'flow-orders':
      return readFlowOrders;
    case 'flow-receipts':
      return readFlowReceipts;
    case 'omnium-customers':
      return readOmniumCustomers;
    case 'flow-customers':
      return readFlowCustomers;
    case 'flow-receivements':
      return readFlowReceivements;
    case 'flow-stock':
      return readFlowStock;
    case 'omnium-purchase-orders':
      return readOmniumPurchaseOrders;
  }
}
