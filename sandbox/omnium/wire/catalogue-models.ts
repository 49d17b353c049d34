/** Products, prices, cost prices, stock, their searches and the event log (contract §4, §6, §7, §9). Notation: see `schema.ts`. */
export const catalogueModels = {
  Product: `
    additionalSuppliers:[ProductSupplier] allowSupplierPackageBreak:b alternativeProductName:s assets:[Asset]
    associatedProducts:[s] assortmentCodes:[AssortmentCode] availableInventory:n= averageRating:n=
    badges:[ProductBadge] brand:s catalog:s catalogNodes:[s] categories:[ProductCategory] colli:[ProductColli]
    color:s completionStatus:CompletionStatus components:[ProductComponent] cost:n costCurrency:s
    costInDefaultCurrency:n countryOfOrigin:s created:dt customsCode:s description:s discontinued:dt
    discountBlocked:b ean:s endDate:dt entryType:s errors:[EntityError] excludeFromPromotions:b
    expectedDeliveryDate:dt= externalIds:[ExternalId] fixedPriceCode:s fixedPriceEndDate:dt freightClass:s gender:s
    gtins:[s] id:s inventory:[ProductInventory]= inventoryStatus:s isActive:b isBackorder:b isBundle:b
    isExcludedFromAnalytics:b isInStock:b= isKit:b isLocalProduct:b isMainProductVariant:b isNotRatable:b
    isPackage:b isSerializableProduct:b isSku:b isVirtual:b isWriteProtected:b language:s leadTime:i location:s
    locationOverstock:[s] lowestPriceHistory:[PriceReference] mainCategoryId:s mainCategoryName:s= mainImageUrl:s
    marketGroupIds:[s] marketIds:[s] maxQuantity:n minQuantity:n modified:dt name:s parentId:s
    popularitySortIndices:[CustomSortIndex]= popularityStandardSortIndex:CustomSortIndex price:Price prices:[Price]
    productGroup:ProductGroup productId:s productOptions:[ProductOption] productType:s promotionIds:[s]
    properties:[PropertyItem] published:dt ratingCount:i= relatedProducts:[RelatedProduct] salesStartDate:dt
    season:s seoInfo:SeoInfo seoInformation:[SeoInfo] shortDescription:s siblings:[s] size:s sizeType:s skuId:s
    sortIndex:i= sortIndexBase:i= sortIndexBoost:i specification:s startDate:dt status:s stopPublished:dt
    storeIds:[s] supplierColor:s supplierId:s supplierLeadTime:i supplierName:s supplierPackagingQuantity:n
    supplierPackagingUnit:s supplierSkuId:s tags:[s] taxCategory:s unit:s units:[ProductUnit]
    variants:[ProductVariant] warehouseInventories:[WarehouseInventory] weight:n`,
  ProductSearchRequest: `
    assortmentCodeIds:[s] completionRate:CompletionRateFilter componentIds:[s] customerGroup:s customerGroups:[s]
    customerId:s daysSincePublished:i excludedFields:ExcludedProductFieldOptions excludedProductCategoryIds:[s]
    excludedProductIds:[s] excludedTags:[s] externalIds:[s] facets:[FacetViewModel] gtins:[s]
    ignoreCustomerAssortment:b inStockMarketIds:[s] inStockWarehouseIds:[s] includedFields:IncludedFieldsOptions
    isActive:b isAssortmentCodesRequired:b isAvailableOnline:b isBundle:b isCostOnSale:b isDeleted:b
    isFacetsDisabled:b isInStock:b isInactive:b isLocalProduct:b isMainProductVariant:b isOnSale:b isPackage:b
    isPricesExcluded:b isProductLanguageFilterIgnored:b isPublished:b isSku:b isUnionDeltaQuery:b marketGroupId:s
    marketGroupIds:[s] marketId:s marketIds:[s] modifiedFrom:dt modifiedTo:dt page:i priceActivatedFrom:dt
    priceActivatedTo:dt priceDeactivatedFrom:dt priceDeactivatedTo:dt priceFrom:n priceTo:n productCategoryIds:[s]
    productIds:[s] productLanguage:s productParentIds:[s] productType:s promotionIds:[s] property:PropertyItem
    propertyListId:s searchText:s seoUris:[s] sortIndexThreshold:i sortOrder:s sortOrder2nd:s sortOrder3rd:s
    startPublishFrom:dt startPublishTo:dt stopPublishFrom:dt stopPublishTo:dt storeGroupIds:[s] storeId:s
    storeIdPriceFilter:s storeIds:[s] supplierIds:[s] supplierSkuIds:[s] tags:[s] take:i`,
  ProductColli: `
    height:n isFreight:b isSentSeparately:b length:n volume:n weight:n width:n`,
  ProductUnit: `
    basePriceUnit:b conversionFactor:n ean:s height:n isConsumerUnit:b isSupplierUnit:b length:n supplierSkuId:s
    unit:s unitType:s volume:n weight:n width:n`,
  ProductSupplier: `
    supplierId:s supplierName:s supplierSkuId:s`,
  ProductGroup: `
    id:s name:s`,
  AssortmentCode: `
    assortmentCodeId:s validFrom:dt validTo:dt`,
  IncludedFieldsOptions: `
    specificFields:[s]`,
  ExcludedProductFieldOptions: `
    isAssetsExcluded:b isEverythingExcluded:b isInventoryExcluded:b isPricesExcluded:b isProductCategoriesExcluded:b
    isPropertiesExcluded:b isVariantsExcluded:b specificFields:[s]`,
  Price: `
    code:s cost:n currencyCode:s customerGroup:s customerId:s discountAmount:n discountPercent:n externalId:s
    isBackorder:b isCustomerClubSpecificPrice:b isExternalPromotion:b isTaxExcluded:b marketGroupId:s marketId:s
    marketType:s minQuantity:n modified:dt originalUnitPrice:n priceListId:s priceListItemId:s= priceType:s
    productId:s= promotionId:s promotionName:s promotionPriority:i properties:[PropertyItem]
    recommendedRetailPrice:n skuId:s storeId:s tags:[s] taxRate:n unit:s unitPrice:n validFrom:dt validUntil:dt`,
  PriceUpdateRequest: `
    ignoreDates:b ignoreValidUntilDate:b prices:[Price] productId:s`,
  PriceDeleteRequest: `
    ignoreDates:b ignoreValidUntilDate:b prices:[Price] productId:s`,
  CostPriceDeleteRequest: `
    costPrices:[CostPrice] productId:s`,
  ProductCategory: `
    assets:[Asset] categoryId:s description:s googleProductCategoryId:s id:s= imageUrl:s isHidden:b isMainCategory:b
    language:s metaDescription:s metaKeywords:s metaTitle:s name:s parentId:s productSearchId:s
    properties:[PropertyItem] sortIndex:i`,
  ProductCategorySearchRequest: `
    facets:[FacetViewModel] language:s page:i parentIds:[s] productCategoryId:s productCategoryIds:[s] ratingType:s
    searchText:s take:i`,
  ComponentOption: `
    priceOffsets:[Price] productId:s skuId:s`,
  PriceSearchRequest: `
    customerGroupId:s customerId:s isCustomerSpecificPrice:b lastModified:dt marketId:s priceType:s productCodes:[s]
    scrollSize:i unit:s`,
  InventoryItem: `
    atp:[InventoryAtp] batches:[InventoryBatch] calculatedInventory:n= cost:n costCurrency:s costTotal:n= created:dt
    inventory:n isVirtual:b location:s maxQuantity:n minQuantity:n modified:dt= physicalWarehouseCode:s
    properties:[PropertyItem] reorderMinQuantity:n reservedInventory:n sku:s warehouseCode:s`,
  InventoryBatch: `
    billingCost:n billingCostExchangeRate:n billingCurrency:s costPrice:n costValue:n= currencyDate:dt id:s modified:dt
    quantity:n transactionDate:dt`,
  InventoryUpdate: `
    adjustReservedInventory:b inventoryChange:n orderId:s reason:s skuId:s virtualWarehouseCode:s warehouseCode:s`,
  InventorySearchRequest: `
    isBatchesExcluded:b isInStock:b isWebWarehouse:b lastModified:dt marketGroupId:s marketId:s productCodes:[s]
    warehouseCodes:[s]`,
  InventoryTransactionSearchRequest: `
    from:dt orderId:s page:i productId:s purchaseOrderId:s searchText:s skuId:s take:i to:dt userId:s
    warehouseCodes:[s]`,
  StoreSearchRequest: `
    createdFrom:dt createdTo:dt email:s externalIds:[s] includeInactive:b isInactive:b isWarehouse:b marketGroupId:s
    marketIds:[s] modifiedFrom:dt modifiedTo:dt page:i property:PropertyItem searchText:s sortOrder:s storeGroupId:s
    storeIds:[s] take:i zipCodeRangeFilter:i`,
  CostPrice: `
    cost:n currencyCode:s discountAmount:n discountCode:s ean:s marketGroupId:s marketId:s modified:dt= originalCost:n
    productId:s= skuId:s storeGroupId:s storeId:s supplier:s type:s unit:s validFrom:dt validUntil:dt`,
  CostPriceUpdateRequest: `
    costPrices:[CostPrice] ignoreDates:b ignoreValidUntilDate:b productId:s`,
  CostPriceSearchRequest: `
    lastModified:dt marketIds:[s] productCodes:[s] storeGroupId:s storeIds:[s] validFrom:dt validUntil:dt`,
  SupplierSearchRequest: `
    createdFrom:dt createdTo:dt externalIds:[s] modifiedFrom:dt modifiedTo:dt page:i properties:[PropertyItem]
    searchText:s storeIds:[s] supplierId:s take:i`,
  EventLogSearchRequest: `
    createdFrom:dt createdTo:dt eventLogItemId:s eventLogModel:EventLogModelType eventLogType:EventLogType
    marketIds:[s] objectId:s page:i status:s storeIds:[s] take:i user:s`,
} as const;
