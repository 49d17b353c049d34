/** Requests about orders and returns (contract §3.4). Notation: see `schema.ts`. */
export const orderRequestModels = {
  OrderSearchRequest: `
    completedFrom:dt completedTo:dt contactPersonEmail:s contactPersonPhone:s createdFrom:dt createdTo:dt
    customerContact:s customerId:s customerIds:[s] customerName:s customerNumber:s disableFacets:b email:s
    excludedShipmentExternalIdProviders:[s] excludedStatuses:[s] excludedTags:[s] externalIds:[s]
    followUpDateFrom:dt followUpDateTo:dt futureDeliveries:b hasErrors:b inventoryStatus:s modifiedFrom:dt
    modifiedTo:dt orderNumber:s orderType:s page:i paymentStatuses:[s] paymentTransactionDateFrom:dt
    paymentTransactionDateTo:dt paymentTransactionStatus:s paymentTransactionTypes:[s] phone:s picklistIds:[s]
    productNumbers:[s] productSerialNumbers:[s] productTypes:[s] projectId:s properties:[PropertyItem]
    property:PropertyItem readyForPickupFrom:dt readyForPickupTo:dt salesChannels:[s] salesPersonId:s searchText:s
    secretKey:s selectedDiscounts:[s] selectedMarkets:[s] selectedStatuses:[s] selectedStores:[s]
    shipmentExternalIds:[s] shippingMethodName:s shippingMethodNames:[s] showOrdersWithAuthExpires:b sortOrder:s
    subscriptionId:s tags:[s] take:i urgent:b`,
  OrderPatch: `
    assets:[Asset] billingAddress:OrderAddress billingCurrency:s contactPerson:ContactPerson created:dt
    customerClubMemberId:s customerContact:s customerEmail:s customerGroups:[s] customerId:s customerName:s
    customerNumber:s customerPhone:s customerPickupDeadline:dt customerReference:s customerRequisition:s
    customerType:s errors:[EntityError] externalIds:[ExternalId] followUpDate:dt forceUpdate:[s] id:s
    ignorePromotions:b invoiceComment:s isNotificationsDisabled:b isReadOnly:b keepExistingCustomProperties:b
    keepExistingListItems:b marketId:s modifiedBy:s nextOrderStatus:s orderForm:OrderFormPatch orderNotes:[Comment]
    orderNumber:s orderOrigin:s orderType:s paymentType:s projectId:s properties:[PropertyItem]
    propertiesRemovalConditions:[PropertyItem] publicOrderNotes:[Comment] received:dt relatedOrders:[s]
    remainingPayment:n= replacementOrderIds:[s] requestedDeliveryDate:dt returnOrderForms:[ReturnOrderFormPatch]
    salesChannel:s salesPersonId:s salesPersonName:s session:s status:s storeId:s storePickDate:dt subscriptionId:s
    tags:[s] updateStatusDate:dt`,
  OrderFormPatch: `
    authorizedPaymentTotal:n= capturedPaymentTotal:n= cartId:s cartName:s chargeShipmentCostAmount:n charges:[Charge]
    couponCodes:[s] creditShipmentAmount:n discountAmount:n= discounts:[Discount] fullRefund:b handlingTotal:n
    isPriority:b lineItems:[OrderLinePatch] orderLevelTax:n payments:[PaymentPatch] properties:[PropertyItem]
    shipments:[ShipmentPatch] shippingDiscountTotal:n= shippingSubTotal:n= shippingSubTotalExclTax:n= shippingTotal:n=
    subTotal:n= subTotalExclTax:n= taxTotal:n= total:n= totalExclTax:n=`,
  UpdateStatusPatch: `
    returnId:s shipmentInfo:UpdateShipmentInfo skipRunWorkflow:b status:s userId:s`,
  UpdateShipmentInfo: `
    comment:s externalIds:[ExternalId] labelLink:s orderStatus:s packages:[ShipmentPackage]
    pickUpPointInformation:ShippingPickUpPoint properties:[PropertyItem] returnLabelLink:s returnTrackingLink:s
    returnTrackingNumber:s servicePointId:s shipmentId:s shipmentMethodName:s shippingMethodProductId:s
    trackingNumber:s trackingUrl:s warehouseCode:s`,
  UpdateLineItemStatusPatch: `
    isShippingCostKeptForExistingShipment:b lineItemUpdates:[LineItemUpdate] shipmentInfo:UpdateShipmentInfo
    status:s userId:s`,
  LineItemUpdate: `
    canceledQuantity:n cost:n deliveredQuantity:n lineItemId:s readyForPickupQuantity:n reallocateQuantity:n
    splitQuantity:n`,
  ReturnRequestModel: `
    chargeShipmentCost:b chargeShipmentCostAmount:n comment:s creditAmount:n creditPayment:b creditShipment:b
    creditShipmentAmount:n handlingTotal:n omniumExchangeOrderOptions:ExchangeOrderOptions projectTypeId:s
    properties:[PropertyItem] returnType:s returns:[LineItemReturn] rmaNumber:s status:s storeId:s userId:s`,
  LineItemReturn: `
    creditAmount:n internalWarehouseLocation:s isStockUpdated:b lineItemId:s properties:[PropertyItem]
    returnQuantity:n returnReason:s returnType:s`,
  ExchangeOrderOptions: `
    additionalPayments:[Payment] exchangeOrderId:s exchangeOrderLines:[OrderLine] orderStatus:s orderType:s
    outboundWarehouseCode:s shippingMethodName:s storeId:s`,
  ReturnOrderFormPatch: `
    authorizedPaymentTotal:n= capturedPaymentTotal:n= cartId:s cartName:s chargeShipmentCostAmount:n charges:[Charge]
    claim:Claim couponCodes:[s] created:dt creditAmount:n creditPayment:b creditShipmentAmount:n discountAmount:n=
    discounts:[Discount] errors:[EntityError] externalIds:[ExternalId] fullRefund:b handlingTotal:n isPriority:b
    lineItems:[OrderLinePatch] modified:dt orderLevelTax:n payments:[PaymentPatch] properties:[PropertyItem]
    replaceLineItemsArray:b replacementOrderIds:[s] returnComment:s returnId:s returnType:s rmaNumber:s
    sentNotificationIds:[s] shipments:[ShipmentPatch] shippingDiscountTotal:n= shippingSubTotal:n=
    shippingSubTotalExclTax:n= shippingTotal:n= shouldAddMissingLineItems:b status:s storeId:s subTotal:n=
    subTotalExclTax:n= taxTotal:n= total:n= totalExclTax:n= userId:s`,
  ReturnOrderSearchRequest: `
    createdFrom:dt createdTo:dt customerId:s customerName:s email:s id:s modifiedFrom:dt modifiedTo:dt orderNumber:s
    page:i phone:s projectId:s rmaNumber:s searchText:s selectedStores:[s] take:i`,
  OrderCommentRequest: `
    commentText:s commentType:CommentType createdBy:s emailBcc:s emailCc:s emailFrom:s emailSubject:s emailTo:s
    marketId:s orderId:s sendEmail:b sendSms:b senderName:s smsPhoneNumber:s tags:[s]`,
  LineItemPropertiesPatch: `
    lineItemId:s properties:[PropertyItem]`,
} as const;
