import { randomUUID } from 'node:crypto';

import { type Customer, type Order, type OrderInput } from '../documents';
import { type EventCause } from '../events/event-stream';
import { type JsonObject } from '../wire/schema';
import { type World } from '../world';

const personalOfCustomer = new Set([
  ...['firstName', 'lastName', 'fullName', 'email', 'phone', 'address', 'addresses', 'birthDate', 'gender'],
  ...['customerDetails', 'externalIds', 'properties', 'consents', 'consentHistory', 'customerRelations'],
]);
const personalOfOrder = new Set([
  ...['customerName', 'customerEmail', 'customerPhone', 'customerContact', 'billingAddress', 'contactPerson'],
  ...['customerReference', 'orderNotes', 'publicOrderNotes'],
]);

const without = <T extends JsonObject>(document: T, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !names.has(name)));

/** The id itself tells who it is when the tenant made the e-mail address or the phone number the id. */
const isPersonal = (id: string, { email, phone }: Customer): boolean =>
  id.includes('@') || [email, phone].some((value) => value?.replace(/\s/g, '').toLowerCase() === id);

const withoutPayer = (order: Order): OrderInput['orderForm'] => ({
  ...order.orderForm,
  payments: order.orderForm.payments.map(({ customerName: _name, ...payment }) => payment),
  shipments: order.orderForm.shipments.map((shipment) => {
    const { address: _address, contactPerson: _contact, ...rest } = shipment;
    return { ...rest, shipmentId: shipment.shipmentId, lineItems: shipment.lineItems };
  }),
});

const anonymousOrder = (order: Order, customer: Customer, newId: string): OrderInput => ({
  ...without(order, personalOfOrder),
  customerId: newId,
  ...(order.customerNumber === customer.customerId ? { customerNumber: newId } : {}),
  orderForm: withoutPayer(order) ?? order.orderForm,
});

/**
 * Takes everything personal out of a customer's orders, their amounts untouched, and gives the customer without it
 * (contract §5.1). Where the id is personal, the customer goes on under a new one.
 */
export const anonymizeCustomer = (
  world: World,
  customer: Customer,
  cause: EventCause,
): Partial<Customer> & { customerId: string } => {
  const customerId = isPersonal(customer.customerId, customer) ? randomUUID() : customer.customerId;
  for (const order of world.orders.documents.values()) {
    if (order.customerId === customer.customerId) {
      const next = anonymousOrder(order, customer, customerId);
      world.orders.change(order, next, { operation: 'apiOrderPatch', cause });
    }
  }
  const { customerNumber = customerId } = customer;
  return {
    ...without(customer, personalOfCustomer),
    customerId,
    ...(isPersonal(customerNumber, customer) ? { customerNumber: customerId } : {}),
  };
};
