import { Decimal } from 'decimal.js';

import { type LineInput, type OrderInput, type ShipmentInput } from '../documents';
import { type FieldIssue, invalidFields } from '../problem';

const tillTransactions = new Set(['Sale', 'Credit']);

const refuseWrong = (input: OrderInput): void => {
  const issues: FieldIssue[] = (['marketId', 'orderNumber', 'storeId'] as const)
    .filter((name) => input[name] === undefined || input[name] === '')
    .map((field) => ({ field, message: 'is required' }));
  for (const [index, { transactionType }] of (input.orderForm?.payments ?? []).entries()) {
    if (transactionType !== undefined && !tillTransactions.has(transactionType)) {
      issues.push({ field: `orderForm.payments[${index}].transactionType`, message: 'must be Sale or Credit here' });
    }
  }
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
};

/** Handed over at the till unless the line says otherwise; pieces that came back count as negative. */
const handedOver = (line: LineInput, at: string): LineInput => ({
  ...line,
  deliveredQuantity:
    line.deliveredQuantity ?? new Decimal(line.quantity ?? 0).minus(line.canceledQuantity ?? 0).toNumber(),
  deliveredDate: line['deliveredDate'] ?? at,
});

const shipped = (shipment: ShipmentInput): ShipmentInput => ({
  status: 'Shipped',
  orderStatus: 'Completed',
  ...shipment,
});

/**
 * A sale at a till as `PUT /api/Orders/PosOrders` stores it (contract §3.2): type `Pos`, status `Completed`, its own id
 * or else the number, read-only unless told otherwise.
 * @throws OmniumProblem 400 for missing members and payments that are none of a till's.
 */
export const posOrderOf = (input: OrderInput, now: string): OrderInput & { id: string; orderNumber: string } => {
  refuseWrong(input);
  const { orderNumber = '', created = now } = input;
  const form = input.orderForm;
  return {
    ...input,
    id: input.id ?? orderNumber,
    orderNumber,
    orderType: 'Pos',
    status: 'Completed',
    isReadOnly: input['isReadOnly'] ?? true,
    created,
    completed: created,
    ...(form === undefined
      ? {}
      : {
          orderForm: {
            ...form,
            ...(form.lineItems === undefined
              ? {}
              : { lineItems: form.lineItems.map((line) => handedOver(line, created)) }),
            ...(form.shipments === undefined ? {} : { shipments: form.shipments.map(shipped) }),
          },
        }),
  };
};
