/** Purchase orders, deliveries, goods receptions and suppliers (contract §7). Notation: see `schema.ts`. */
export const purchaseModels = {
  PurchaseOrder: `
    billingCurrency:s created:dt deliveryId:s errors:[EntityError] externalIds:[ExternalId] id:s isDelivery:b
    marketId:s modified:dt= name:s origin:s properties:[PropertyItem] publicPurchaseOrderNotes:[Comment]
    purchaseOrderForm:PurchaseOrderForm purchaseOrderNotes:[Comment] purchaseOrderNumber:s purchaserId:s
    purchaserName:s referenceNumber:s requestedDeliveryDate:dt status:s storeId:s subTotal:n= subTotalExclTax:n=
    supplierEmail:s supplierId:s supplierName:s supplierPhone:s supplierWarehouseCode:s tags:[s] taxTotal:n= total:n=
    totalExclTax:n= versionId:s`,
  PurchaseOrderForm: `
    lineItems:[PurchaseOrderLine] properties:[PropertyItem] total:n= totalExclTax:n=`,
  PurchaseOrderLine: `
    allocateBasedOnRules:b allowSupplierPackageBreak:b alternativeProductName:s brand:s canceledQuantity:n code:s
    color:s comment:s components:[ProductComponent] countedQuantity:n currency:s customsCode:s deliveredQuantity:n
    deliveryId:s discountedPrice:n= discountedPriceExclTax:n= displayName:s ean:s estimatedTimeOfArrival:dt
    extendedPrice:n= extendedPriceExclTax:n= gtin:s imageUrl:s isConfigurableProduct:b isDisabledForAllocation:b
    isPackage:b lineItemDiscountAmount:n lineItemDiscountAmountExclTax:n lineItemId:s location:s packageLineItemId:s
    packageName:s packageSkuId:s placedPrice:n placedPriceExclTax:n properties:[PropertyItem] purchaseOrderId:s
    quantity:n selectedUnit:s selectedUnitConversionFactor:n selectedUnitQuantity:n size:s supplierName:s
    supplierPackagingQuantity:n supplierSkuId:s taxRate:n taxTotal:n= unit:s updateCostPrice:b updateStock:b
    virtualWarehouseAllocations:[VirtualWarehouseAllocation] volume:n warehouseCode:s`,
  Delivery: `
    created:dt deliveryNotes:[Comment] deliveryProvider:s deliveryStatus:s deliveryTrackingLink:s
    deliveryTrackingNumber:s estimatedTimeOfArrival:dt estimatedTimeOfDeparture:dt id:s invoiceDate:dt
    invoiceNumber:s isAutoDeliveryStatusDisabled:b isCounted:b modified:dt= orderType:s properties:[PropertyItem]
    publicDeliveryNotes:[Comment] supplierIds:[s] supplierWarehouseCode:s suppliers:[s] tags:[s] warehouseCode:s`,
  DeliveryGoodsReceptionLine: `
    allocateBasedOnRules:b costPrice:n deliveredQuantity:n goodsReceptionId:s lineItemId:s receiveAsUnallocated:b
    updateProductCostPrice:b warehouseCode:s`,
  PurchaseOrderLineReference: `
    code:s lineItemId:s packageBarcode:s quantity:n`,
  PurchaseOrderWorkflowRequest: `
    expectedDeliveryDate:dt status:s`,
  PurchaseOrderSearchRequest: `
    createdFrom:dt createdTo:dt email:s excludedTags:[s] externalIds:[s] modifiedFrom:dt modifiedTo:dt orderNumber:s
    orderType:s page:i phone:s productNumbers:[s] requestedDeliveryDateFrom:dt requestedDeliveryDateTo:dt
    searchText:s selectedStatuses:[s] selectedStores:[s] sortOrder:s supplierId:s supplierName:s
    supplierWarehouseCode:s tags:[s] take:i urgent:b`,
  DeliverySearchRequest: `
    createdFrom:dt createdTo:dt customerName:s email:s estimatedTimeOfArrivalFrom:dt estimatedTimeOfArrivalTo:dt
    excludedTags:[s] orderType:s page:i purchaseOrderNumber:s searchText:s selectedDeliveries:[s]
    selectedStatuses:[s] selectedStores:[s] sortOrder:s supplierIds:[s] tags:[s] take:i`,
  SplitPurchaseOrderLine: `
    lineItemId:s newLineItemId:s quantityToSplit:n virtualWarehouseAllocationsToSplit:[VirtualWarehouseAllocationToSplit]`,
  Supplier: `
    address:Address addresses:[Address] contacts:[ContactPerson] created:dt defaultLeadTime:i
    defaultLeadTimeSafetyMarginDays:i defaultOrderIntervalDays:i email:s externalIds:[ExternalId] id:s incoterms:s
    maximumOrderAmount:n minimumOrderAmount:n modified:dt= name:s omniumStoreId:s paymentTerms:i phone:s
    preferredCurrency:s preferredLanguage:s previousVersionId:s= properties:[PropertyItem] shipmentCost:n
    shippingProvider:s storeGroupIds:[s] storeIds:[s] tags:[s] taxId:s versionId:s=`,
} as const;
