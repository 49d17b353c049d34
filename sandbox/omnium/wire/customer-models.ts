/** Customer documents and requests (contract §5.2). Notation: see `schema.ts`. */
export const customerModels = {
  PrivateCustomer: `
    additionalMarketIds:[s] address:Address addresses:[Address] assortmentExcludeCategoryIds:[s]
    assortmentIncludeCategoryIds:[s] birthDate:dt bonusPoints:i consentHistory:[ConsentHistory] consents:[Consent]
    created:dt customerDetails:s customerGroups:[CustomerGroupReference] customerId:s customerNumber:s
    customerRelations:[CustomerRelation] discountCoupons:[DiscountCoupon] email:s externalIds:[ExternalId]
    firstName:s fullName:s= gender:s isCustomerClubMember:b isGlobal:b isInactive:b lastName:s marketGroupId:s
    marketId:s modified:dt modifiedBy:s paymentTerms:s paymentTermsNet:i phone:s preferredCurrency:s
    preferredLanguage:s preferredShippingMethod:s properties:[PropertyItem] storeIds:[s] tags:[s] url:s`,
  BusinessCustomer: `
    additionalMarketIds:[s] address:Address addresses:[Address] assets:[Asset] assortmentCodes:[AssortmentCode]
    assortmentExcludeCategoryIds:[s] assortmentIncludeCategoryIds:[s]
    businessCustomerCredit:[BusinessCustomerCredit] consentHistory:[ConsentHistory] consents:[Consent]
    contacts:[ContactPerson] created:dt creditBalance:n creditLimit:n creditRemaining:n customerDetails:s
    customerGroups:[CustomerGroupReference] customerId:s customerNumber:s customerRelations:[CustomerRelation]
    discountGroups:[s] email:s externalIds:[ExternalId] isAssortmentRestricted:b isCreditDenied:b isGlobal:b
    isInactive:b logo:Asset marketGroupId:s marketId:s modified:dt modifiedBy:s name:s
    notificationEmailAddresses:[s] notificationPhoneNumbers:[s] paymentTerms:s paymentTermsNet:i phone:s
    preferredCurrency:s preferredLanguage:s preferredShippingMethod:s priceGroups:[s] properties:[PropertyItem]
    punchOutDomain:s punchOutPropertyOverrides:[PropertyItem] punchOutUnitConversionList:s storeIds:[s] tags:[s]
    taxId:s url:s`,
  CustomerSearchRequest: `
    consentTypes:[s] createdFrom:dt createdTo:dt customerGroups:[s] customerId:s customerIds:[s] customerNumbers:[s]
    email:s excludedTags:[s] externalIds:[s] isCustomerClubMember:b isGlobal:b isInactive:b
    isMarketGroupIdsRequired:b isStoreIdsRequired:b marketGroupIds:[s] marketIds:[s] modifiedFrom:dt modifiedTo:dt
    page:i phone:s projectTypeId:s properties:[PropertyItem] query:s searchStoreGroups:b sortOrder:s storeGroupId:s
    storeIds:[s] tags:[s] take:i taxId:s`,
  Consent: `
    content:s date:dt description:s marketIds:[s] source:s status:b type:s`,
  CustomerRelation: `
    customerId:s customerType:s externalIds:[ExternalId] properties:[PropertyItem] relationType:s`,
  BusinessCustomerCredit: `
    creditBalance:n creditCurrency:s creditLimit:n creditRemaining:n id:s isCreditDenied:b marketId:s`,
} as const;
