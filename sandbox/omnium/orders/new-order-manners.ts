import { randomUUID } from 'node:crypto';

import { type MannerSwitches } from '../../kit/manners';
import { type Directory } from '../catalogue/directory';
import { type Order, type OrderInput, type Payment, type PaymentInput, type ShipmentInput } from '../documents';
import { isJsonObject } from '../wire/schema';

const isPickUp = ({ pickUpWarehouseCode }: ShipmentInput): boolean => pickUpWarehouseCode !== undefined;

/** Shipments as the tenant's workflow makes them of those that the web shop sent. */
const shipmentsOf = (
  { orderForm: { shipments = [], lineItems = [] } = {}, marketId }: OrderInput,
  manners: MannerSwitches,
  { stores }: Directory,
): ShipmentInput[] => {
  const [first] = shipments;
  if (first === undefined || shipments.length > 1) {
    return shipments;
  }
  if (manners.has('lines-in-no-shipment')) {
    return [{ ...first, lineItems: [] }];
  }
  const shops = [...stores.values()].filter((store) => store.isWarehouse && store.isPrimaryStore);
  const shopsHere = shops.filter((store) => store.availableOnMarkets.includes(marketId ?? ''));
  const other = shopsHere.find(({ id }) => id !== first.pickUpWarehouseCode)?.id;
  const splits = manners.has('pickup-in-two-shops') && isPickUp(first) && other !== undefined;
  const parts =
    lineItems.length > 1 && (splits || manners.has('shipment-per-line'))
      ? lineItems.map((line, index) => ({
          ...first,
          shipmentId: String(index + 1),
          lineItems: [line],
          ...(splits && index > 0 ? { pickUpWarehouseCode: other, warehouseCode: other } : {}),
        }))
      : shipments;
  return manners.has('shop-address-on-pickup')
    ? parts.map((part) => (isPickUp(part) ? { ...part, address: shopAddress(stores, part) } : part))
    : parts;
};

const shopAddress = (stores: Directory['stores'], { pickUpWarehouseCode = '' }: ShipmentInput): object => {
  const shop = stores.get(pickUpWarehouseCode);
  const address = shop?.['address'];
  const { streetName, streetNumber, zipcode, city, countryCode } = isJsonObject(address) ? address : {};
  return { name: shop?.name, line1: streetName, streetNumber, postalCode: zipcode, city, countryCode };
};

const newId = (manners: MannerSwitches): string => (manners.has('payments-without-ids') ? '' : randomUUID());

const paymentsOf = (payments: readonly PaymentInput[], manners: MannerSwitches): PaymentInput[] => {
  const taken = payments.map((payment) => (manners.has('payments-without-ids') ? { ...payment, id: '' } : payment));
  return manners.has('failed-payment-first')
    ? taken.flatMap((payment) => [
        { ...payment, id: newId(manners), transactionId: randomUUID(), status: 'Failed' },
        payment,
      ])
    : taken;
};

/**
 * A web order as the tenant takes it in: shipments, currency, VAT and payments as the manners have it. It stays what the web
 * shop sent where none is on.
 */
export const asTakenIn = (input: OrderInput, manners: MannerSwitches, directory: Directory): OrderInput => {
  const { orderForm } = input;
  if (orderForm === undefined) {
    return input;
  }
  const lines = orderForm.lineItems ?? [];
  return {
    ...input,
    ...(manners.has('orders-in-euro') ? { billingCurrency: 'EUR' } : {}),
    orderForm: {
      ...orderForm,
      lineItems: manners.has('vat-free-lines') ? lines.map((line) => ({ ...line, taxRate: 0 })) : lines,
      shipments: shipmentsOf(input, manners, directory),
      payments: paymentsOf(orderForm.payments ?? [], manners),
    },
  };
};

/** What of a promise is neither captured nor voided, by transaction. */
const promised = (payments: readonly Payment[]): Payment[] =>
  payments
    .filter(({ transactionType, status }) => transactionType === 'Authorization' && status !== 'Failed')
    .flatMap((authorized) => {
      const used = payments
        .filter(({ transactionId, transactionType = '' }) => {
          return transactionId === authorized.transactionId && /^(Capture|Captured|Void)$/.test(transactionType);
        })
        .reduce((sum, { amount }) => sum + amount, 0);
      return authorized.amount > used ? [{ ...authorized, amount: authorized.amount - used }] : [];
    });

/**
 * Payments after the workflow of a status: what was promised is captured, in two parts, when the goods are handed over, and
 * voided when the order is cancelled.
 */
export const paymentsAfter = (
  { orderForm: { payments } }: Order,
  reached: 'handed-over' | 'cancelled',
  manners: MannerSwitches,
): readonly Payment[] => [
  ...payments,
  ...promised(payments).flatMap((payment) => {
    const part = (transactionType: string, amount: number): Payment => ({
      ...payment,
      id: newId(manners),
      transactionType,
      amount,
    });
    const half = Math.round(payment.amount * 50) / 100;
    return reached === 'cancelled'
      ? [part('Void', payment.amount)]
      : [part('Capture', half), part('Capture', Math.round((payment.amount - half) * 100) / 100)];
  }),
];
