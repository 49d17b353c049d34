/** Stores and warehouses (contract §9.4). Notation: see `schema.ts`. */
export const storeModels = {
  Store: `
    additionalOpeningHours:[SpecialOpeningHours] address:StoreAddress assortmentExcludeCategoryIds:[s]
    assortmentIncludeCategoryIds:[s] availableOnMarkets:[s] availableReturnLocations:[StoreWarehouse]
    availableWarehouses:[StoreWarehouse] bank:s bestBets:[s] comment:s created:dt customerPickupDeadlineLimit:s
    defaultOrderType:s description:s documentFooter:s email:s employees:[Employee] externalIds:[s]
    externalIdsList:[ExternalId] fridayOpeningHours:OpeningHours googlePlaceId:s hasVirtualStockLocations:b iban:s
    id:s imageUrl:s isInactive:b isPrimaryStore:b isPrimaryWarehouse:b isPublicVisible:b isVirtual:b isWarehouse:b
    isWebWarehouse:b latitude:s logoUrl:s longitude:s modified:dt= mondayOpeningHours:OpeningHours name:s
    notificationEmailAddresses:[s] notificationPhoneNumbers:[s] organizationalNumber:s phoneNumber:s
    properties:[PropertyItem] saturdayOpeningHours:OpeningHours shippingAddress:StoreAddress shortDescription:s
    storeExtendedPickLimit:s storeGroupId:s storePickLimit:s storeRoleIds:[s] sundayOpeningHours:OpeningHours swift:s
    thursdayOpeningHours:OpeningHours tuesdayOpeningHours:OpeningHours url:s useCustomPickLimits:b
    wednesdayOpeningHours:OpeningHours zipCodeRanges:[ZipCodeRange]`,
  StoreAddress: `
    city:s contactPersonName:s country:s countryCode:s email:s name:s region:s regionCode:s streetName:s
    streetNumber:s zipcode:s`,
  OpeningHours: `
    isOpen:b openFrom:s openTo:s`,
  SpecialOpeningHours: `
    closed:b date:dt label:s openingHours:OpeningHours`,
  StoreWarehouse: `
    priority:i warehouseCode:s`,
} as const;
