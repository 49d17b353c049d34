import { type Customer, type Order } from '../documents';
import { type EventCause } from '../events/event-stream';
import { type JsonObject } from '../wire/schema';
import { type World } from '../world';

const personalOfCustomer = new Set([
  ...['firstName', 'lastName', 'fullName', 'email', 'phone', 'address', 'addresses', 'birthDate', 'gender'],
  ...['customerDetails', 'externalIds', 'properties', 'consents', 'consentHistory'],
]);
const personalOfOrder = new Set([
  ...['customerName', 'customerEmail', 'customerPhone', 'customerContact', 'billingAddress', 'contactPerson'],
]);

const without = (document: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !names.has(name)));

const anonymousOrder = (order: Order): Order => ({
  ...order,
  ...Object.fromEntries([...personalOfOrder].map((name) => [name, undefined])),
  orderForm: {
    ...order.orderForm,
    shipments: order.orderForm.shipments.map((shipment) => {
      const { address: _address, contactPerson: _contact, ...rest } = shipment;
      return { ...rest, shipmentId: shipment.shipmentId, lineItems: shipment.lineItems };
    }),
  },
});

/** Takes everything personal out of a customer's orders and gives the customer without it (contract §5.1). */
export const anonymizeCustomer = (world: World, customer: Customer, cause: EventCause): Partial<Customer> => {
  for (const order of world.orders.documents.values()) {
    if (order.customerId === customer.customerId) {
      world.orders.change(order, anonymousOrder(order), { operation: 'apiOrderPatch', cause });
    }
  }
  return { ...without(customer, personalOfCustomer), customerId: customer.customerId };
};
