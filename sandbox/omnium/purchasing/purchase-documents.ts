import { type Document } from '../documents';
import { type JsonObject } from '../wire/schema';

/** A line of a purchase order; amounts in its currency. `deliveryId` names the delivery it comes with, once there is one. */
export interface PurchaseOrderLine extends JsonObject {
  lineItemId: string;
  purchaseOrderId: string;
  code: string;
  quantity: number;
  canceledQuantity: number;
  deliveredQuantity: number;
  placedPrice: number;
  placedPriceExclTax: number;
  taxRate: number;
  lineItemDiscountAmount: number;
  lineItemDiscountAmountExclTax: number;
  updateStock: boolean;
  deliveryId?: string;
  warehouseCode?: string;
  estimatedTimeOfArrival?: string;
  discountedPrice?: number;
  discountedPriceExclTax?: number;
  extendedPrice?: number;
  extendedPriceExclTax?: number;
  taxTotal?: number;
  components?: readonly { readonly skuId?: string; readonly quantity?: number }[];
}

/** A purchase order. `versionId` changes with every write. */
export interface PurchaseOrder extends Document {
  id: string;
  purchaseOrderNumber: string;
  status: string;
  versionId: string;
  isDelivery: boolean;
  purchaseOrderForm: { lineItems: PurchaseOrderLine[]; [member: string]: unknown };
  storeId?: string;
  marketId?: string;
  supplierId?: string;
  supplierName?: string;
  supplierWarehouseCode?: string;
  billingCurrency?: string;
  requestedDeliveryDate?: string;
  deliveryId?: string;
}

/** A line as a request brings it. */
export type PurchaseOrderLineInput = JsonObject & Partial<PurchaseOrderLine>;

/** A purchase order as a request brings it: nothing is certain to be there. */
export interface PurchaseOrderInput extends Document {
  id?: string;
  purchaseOrderNumber?: string;
  status?: string;
  versionId?: string;
  isDelivery?: boolean;
  storeId?: string;
  marketId?: string;
  supplierId?: string;
  supplierName?: string;
  supplierWarehouseCode?: string;
  billingCurrency?: string;
  requestedDeliveryDate?: string;
  deliveryId?: string;
  purchaseOrderForm?: JsonObject & { lineItems?: PurchaseOrderLineInput[] };
}

/** A delivery; its lines are the purchase order lines that name it. */
export interface Delivery extends Document {
  id: string;
  deliveryStatus: string;
  isAutoDeliveryStatusDisabled: boolean;
  isCounted: boolean;
  supplierIds: string[];
  suppliers: string[];
  warehouseCode?: string;
  estimatedTimeOfArrival?: string;
}

/** A supplier. */
export interface Supplier extends Document {
  id: string;
  name?: string;
  email?: string;
  phone?: string;
  versionId?: string;
  storeIds?: string[];
}

/** One line of a goods reception; `deliveredQuantity` is what came now. */
export interface GoodsReceptionLine extends JsonObject {
  readonly lineItemId?: string;
  readonly deliveredQuantity?: number;
  readonly warehouseCode?: string;
  readonly goodsReceptionId?: string;
  readonly costPrice?: number;
  readonly updateProductCostPrice?: boolean;
}

/** A line that is to come with a delivery; `quantity` of it, or all that is open when none is named. */
export interface PurchaseOrderLineReference extends JsonObject {
  readonly lineItemId?: string;
  readonly code?: string;
  readonly quantity?: number;
  readonly packageBarcode?: string;
}
