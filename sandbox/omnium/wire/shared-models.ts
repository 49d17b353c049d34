/** Models used by several resources (contract §2). Notation: see `schema.ts`. */
export const sharedModels = {
  PropertyItem: `
    key:s keyGroup:s value:s valueType:s`,
  ExternalId: `
    id:s providerName:s`,
  EntityError: `
    comment:s details:s key:s message:s occurred:dt referenceId:s severity:s status:s`,
  Address: `
    apartmentNumber:s city:s countryCode:s countryName:s email:s externalId:s line1:s line2:s locationName:s name:s
    phone:s postalCode:s properties:[PropertyItem] purposes:[s] regionCode:s regionName:s state:s streetNumber:s`,
  OrderAddress: `
    apartmentNumber:s city:s countryCode:s countryName:s daytimePhoneNumber:s email:s eveningPhoneNumber:s
    externalId:s firstName:s lastName:s line1:s line2:s name:s organization:s organizationalNumber:s phone:s
    postalCode:s regionCode:s regionName:s state:s streetNumber:s`,
  ContactPerson: `
    address:Address email:s externalIds:[ExternalId] firstName:s id:s isPrimaryContact:b lastName:s notify:b phone:s
    privateCustomerId:s properties:[PropertyItem] role:s roles:[s]`,
  Comment: `
    attachments:[Asset] created:dt creator:s customerId:s deliveryMethod:s detail:s emailFromAddress:s
    emailFromName:s emailRecipient:s emailSubject:s id:s lineItemId:s objectId:s objectType:s parentId:s
    sendNotification:b smsFrom:s smsRecipient:s tags:[s] title:s type:s userId:s`,
  Asset: `
    altText:s assetId:s assetType:s contentType:s= created:dt description:s externalUrl:s fileName:s forceUpload:b
    isMainImage:b length:i= modified:dt name:s parentId:s properties:[PropertyItem] purpose:s sortOrder:i url:s=`,
  ProductComponent: `
    componentId:s componentName:s id:s isRequired:b options:[ComponentOption] productId:s quantity:n skuId:s`,
  CustomerGroupReference: `
    id:s name:s`,
} as const;
