/** Invoices and their search (contract §8). Notation: see `schema.ts`. */
export const invoiceModels = {
  Invoice: `
    amount:n amountExcludingTax:n amountOutstanding:n amountRoundoff:n assets:[Asset] comment:s created:dt currency:s
    customerAddress:OrderAddress customerEmail:s customerId:s customerName:s customerType:s
    deliveryAddress:OrderAddress deliveryDate:dt externalIds:[ExternalId] id:s invoiceDate:dt invoiceDueDate:dt
    invoiceNumber:s invoiceSenderAddress:OrderAddress invoiceType:s isCreditNote:b kid:s lineItems:[OrderLine]
    marketId:s modified:dt= orderId:s origin:s paymentMethodName:s payments:[Payment] projectId:s
    properties:[PropertyItem] storeId:s url:s`,
  InvoiceSearchRequest: `
    createdFrom:dt createdTo:dt customerId:s customerName:s email:s includeTotals:b invoiceId:s invoiceTypes:[s]
    isPaid:b marketIds:[s] orderId:s page:i phone:s projectId:s properties:[PropertyItem] query:s sortOrder:s
    storeIds:[s] take:i`,
} as const;
