/** Order documents (contract §3.3). Notation: see `schema.ts`. */
export const orderModels = {
  Order: `
    assets:[Asset] billingAddress:OrderAddress billingCurrency:s completed:dt= contactPerson:ContactPerson
    created:dt customerClubMemberId:s customerContact:s customerEmail:s customerId:s customerName:s customerNumber:s
    customerPhone:s customerPickupDeadline:dt= customerReference:s customerRequisition:s customerType:s
    discountTotalIncVat:n= errors:[EntityError] externalIds:[ExternalId] followUpDate:dt groups:[OrderGroup] id:s
    invoiceComment:s isNewCustomer:b isNotificationsDisabled:b isReadOnly:b lineItemsCost:n= marketId:s modified:dt=
    modifiedBy:s= netTotal:n= netTotalExclTax:n= nextOrderStatus:s orderForm:OrderForm orderNotes:[Comment]
    orderNumber:s orderOrigin:s orderType:s paymentTermsNet:i paymentType:s projectId:s projectIds:[s]
    properties:[PropertyItem] publicOrderNotes:[Comment] readyForPickup:dt= received:dt relatedOrders:[s]
    remainingPayment:n= replacementOrderIds:[s] requestedDeliveryDate:dt returnOrderForms:[ReturnOrderForm]
    salesChannel:s salesPersonId:s salesPersonName:s secretKey:s session:s shippingDiscountTotal:n=
    shippingSubTotal:n= status:s storeId:s storePickDate:dt= subTotal:n= subTotalExclTax:n= subscriptionId:s tags:[s]
    taxTotal:n= total:n= totalExclTax:n= updateStatusDate:dt versionId:s`,
  OrderForm: `
    authorizedPaymentTotal:n= capturedPaymentTotal:n= cartId:s cartName:s charges:[Charge] couponCodes:[s]
    creditPaymentTotal:n= discountAmount:n= discounts:[Discount] fullRefund:b grossRoundoff:n handlingTotal:n
    isPriority:b lineItems:[OrderLine] orderLevelTax:n payments:[Payment] properties:[PropertyItem]
    purchaseOrderId:s shipments:[Shipment] shippingCreditedTotal:n= shippingDiscountTotal:n= shippingSubTotal:n=
    shippingSubTotalExclTax:n= shippingTotal:n= subTotal:n= subTotalExclTax:n= taxTotal:n= total:n= totalExclTax:n=`,
  OrderLine: `
    alternativeProductName:s brand:s campaignId:s cancelComment:s cancelReason:s canceledDate:dt canceledQuantity:n
    code:s color:s comment:s components:[ProductComponent] cost:n costTotal:n= createPurchaseOrder:b
    creditedAmount:n= customerPickupDeadline:dt deliveredDate:dt deliveredQuantity:n discountReasonCode:s
    discounted:n discountedExclTax:n discountedPrice:n= discountedPriceExclTax:n= displayName:s ean:s
    expectedDeliveryDate:dt extendedPrice:n= extendedPriceExclTax:n= externalIds:[ExternalId] groupId:s gtins:[s]
    imageUrl:s internalWarehouseLocation:s isAwaitingPurchaseOrder:b isBackorder:b isBundle:b
    isConfigurableProduct:b isExcludedFromPromotions:b= isGift:b isPackage:b isPackageBrokeDown:b isPackageProduct:b
    isReadOnly:b isReadOnlyByCustomer:b isSerializableProduct:b isSkuAccessory:b isVirtualProduct:b
    lineItemDiscountAmount:n= lineItemDiscountAmountExclTax:n= lineItemId:s modifiedReason:s orderDiscountAmount:n=
    orderLineBonusPoints:OrderLineBonusPoints orderLineDiscounts:[OrderLineDiscount] originalExtendedPricePerUnit:n=
    packageLineItemId:s packageSkuId:s placedPrice:n placedPriceExclTax:n= priceListId:s= priceListItemId:s=
    productId:s productType:s properties:[PropertyItem] quantity:n readyForPickupDate:dt readyForPickupQuantity:n
    replacedDate:dt replacedQuantity:n replacementReason:s replacementType:s requestedDeliveryDate:dt
    reservedInventory:b= reservedInventoryDeliveryId:s= reservedInventoryPurchaseOrderId:s=
    reservedInventoryPurchaseOrderLineId:s= reservedInventoryQuantity:n= returnDate:dt returnQuantity:n
    returnReason:s returnType:s selectedUnit:s selectedUnitConversionFactor:n selectedUnitQuantity:n serialNumber:s
    size:s storePickDate:dt suggestedRetailPrice:n suggestedRetailPriceExclTax:n supplierId:s supplierName:s
    supplierSkuId:s taxRate:n taxTotal:n= unit:s updateStock:b webSiteProductUrl:s`,
  Shipment: `
    address:OrderAddress comment:s completed:dt contactPerson:ContactPerson discounts:[Discount]
    expectedDeliveryDate:dt expectedShipmentDate:dt= externalIds:[ExternalId] goodsDescription:s isAllocated:b
    lineItems:[OrderLine] orderStatus:s orderStatusLog:[OrderStatusLogItem] packages:[ShipmentPackage]
    pickUpPointInformation:ShippingPickUpPoint pickUpWarehouseCode:s prevStatus:s properties:[PropertyItem]
    returnLabelLink:s returnTrackingLink:s returnTrackingNumber:s servicePointId:s shipmentId:s shipmentLabelLink:s
    shipmentTaxRate:n shipmentTrackingLink:s shipmentTrackingNumber:s shippingCreditedTotal:n
    shippingDiscountAmount:n= shippingLabel:s shippingMethodId:s shippingMethodName:s shippingMethodProductId:s
    shippingSubTotal:n shippingSubTotalExclTax:n= shippingTax:n shippingTotal:n= status:s subTotal:n= taxTotal:n
    total:n= transit:b virtualWarehouseCode:s warehouseCode:s`,
  Payment: `
    amount:n authorizationCode:s authorizationExpires:dt comment:s created:dt customerName:s
    externalIds:[ExternalId] id:s implementationClass:s internalReference:s invoiceId:s isManuallyAdded:b
    orderLineReferences:[PaymentOrderLineReference] paidDate:dt paymentId:i paymentMethodId:s paymentMethodName:s
    paymentType:s properties:[PropertyItem] reason:s shipmentId:s status:s storeId:s transactionId:s
    transactionType:s validationCode:s`,
  Discount: `
    alwaysApply:b canBeCombinedWithOtherPromotions:b discountAmount:n discountCode:s discountId:s discountName:s
    discountSource:s discountType:s discountValue:n isBonusPointsReward:b maxDiscountAmount:n priority:i
    promotionFixedPriceReward:PromotionFixedPriceReward promotionMultiBuyReward:PromotionMultiBuyReward rewardType:s
    skuIds:[s]`,
  OrderLineDiscount: `
    alwaysApply:b canBeCombinedWithOtherPromotions:b discountAmount:n discountAmountPrItem:n discountCode:s
    discountId:s discountName:s discountSource:s discountValue:n isBonusPointsReward:b maxDiscountAmount:n
    priority:i promotionFixedPriceReward:PromotionFixedPriceReward promotionMultiBuyReward:PromotionMultiBuyReward
    rewardType:s`,
  ShippingPickUpPoint: `
    address:PickUpPointAddress name:s openingHours:[PickUpPointOpeningHour] servicePointId:s`,
  ShipmentPackage: `
    barcode:s dimensions:ShipmentDimensions goodsDescription:s id:s
    lineItemReferences:[ShipmentPackageLineItemReference] shipmentTracking:ShipmentTracking volume:n weightInKg:n`,
  ShipmentTracking: `
    shipmentLabelLink:s shipmentTrackingLink:s shipmentTrackingNumber:s`,
  OrderStatusLogItem: `
    durationSincePreviousMs:i status:s timestamp:dt`,
  OrderLineBonusPoints: `
    earnedPoints:n newPointsOnHold:n`,
  PaymentOrderLineReference: `
    lineItemId:s`,
  ReturnCharge: `
    amount:n key:s`,
  Charge: `
    amount:n code:s`,
  OrderGroup: `
    description:s id:s name:s`,
  Claim: `
    projectId:s projectType:s`,
  ShipmentPackageLineItemReference: `
    lineItemId:s`,
  ShipmentDimensions: `
    heightInCm:i lengthInCm:i widthInCm:i`,
  PickUpPointAddress: `
    city:s country:s countryCode:s postalCode:s street:s streetName:s streetNumber:s`,
  PickUpPointOpeningHour: `
    day:s from:s to:s`,
} as const;
