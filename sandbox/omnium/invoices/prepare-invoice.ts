import { randomUUID } from 'node:crypto';

import { type Directory } from '../catalogue/directory';
import { type Asset, type Invoice, type InvoiceInput, type LineInput, type OrderLine } from '../documents';
import { Checker, preparePayment } from '../orders/prepare-order';
import { calculateLines } from '../orders/totals';
import { invalidFields } from '../problem';

/** What an invoice is checked against. */
export interface InvoiceContext {
  readonly directory: Directory;
  readonly hasOrder: (orderId: string) => boolean;
  /** UTC, as Omnium writes it. */
  readonly now: string;
  readonly previous: Invoice | undefined;
}

/** How Omnium writes a date that was never set. */
const unsetDate = '0001-01-01T00:00:00';

/** Ids that fit into a path as they are. */
export const invoiceIdPattern = /^[A-Za-z0-9][\w.@:-]{0,127}$/;

const checkReferences = (input: InvoiceInput, context: InvoiceContext, check: Checker): void => {
  const { directory } = context;
  if (input.id === undefined || !invoiceIdPattern.test(input.id)) {
    check.fail('id', input.id === undefined ? 'is required' : 'is not a valid id');
  }
  if (input.orderId !== undefined && !context.hasOrder(input.orderId)) {
    check.fail('orderId', 'is not an order');
  }
  check.oneOf('storeId', input.storeId, directory.stores);
  check.oneOf('marketId', input.marketId, directory.markets);
  check.oneOf('customerType', input.customerType, new Set(['Business', 'Private']));
  const market = directory.markets.get(input.marketId ?? '');
  const currencies = market === undefined ? [...directory.markets.values()] : [market];
  check.oneOf('currency', input.currency, new Set(currencies.map(({ currency }) => currency)));
};

/** Lines need no product: an invoice may charge what is in no catalogue, such as a remittance. */
const linesOf = (inputs: readonly LineInput[], check: Checker): OrderLine[] => {
  const seen = new Set<string>();
  const lines = inputs.map((line, index): OrderLine => {
    const field = `lineItems[${index}]`;
    const lineItemId = line.lineItemId ?? randomUUID();
    for (const member of ['code', 'quantity', 'placedPrice'] as const) {
      if (line[member] === undefined || line[member] === '') {
        check.fail(`${field}.${member}`, 'is required');
      }
    }
    if (line.taxRate !== undefined && (line.taxRate < 0 || line.taxRate > 100)) {
      check.fail(`${field}.taxRate`, 'must be a percentage');
    }
    if (seen.has(lineItemId)) {
      check.fail(`${field}.lineItemId`, 'occurs twice');
    }
    seen.add(lineItemId);
    const { code = '', quantity = 0, placedPrice = 0 } = line;
    return { ...line, lineItemId, code, quantity, placedPrice };
  });
  calculateLines(lines);
  return lines;
};

/** Assets that are left out stay; those given replace the list, with what is known of their files kept. */
const assetsOf = (input: InvoiceInput, { previous, now }: InvoiceContext): Asset[] => {
  const known = new Map((previous?.assets ?? []).map((asset) => [asset.assetId, asset]));
  return (input.assets ?? previous?.assets ?? []).map((asset) => {
    const assetId = asset.assetId ?? randomUUID();
    return { created: now, modified: now, ...known.get(assetId), ...asset, assetId };
  });
};

/**
 * An invoice as it is stored: references and lines checked, line amounts calculated, members that are never null filled.
 * @throws OmniumProblem 400 naming every wrong member.
 */
export const prepareInvoice = (input: InvoiceInput, context: InvoiceContext): Invoice => {
  const check = new Checker();
  checkReferences(input, context, check);
  const lineItems = linesOf(input.lineItems ?? [], check);
  const payments = (input.payments ?? []).map((payment, index) => preparePayment(payment, check, `payments[${index}]`));
  if (check.issues.length > 0) {
    throw invalidFields(check.issues);
  }
  const { previous, now } = context;
  return {
    amount: 0,
    amountExcludingTax: 0,
    amountOutstanding: 0,
    amountRoundoff: 0,
    invoiceDate: unsetDate,
    invoiceDueDate: unsetDate,
    deliveryDate: unsetDate,
    isCreditNote: false,
    ...input,
    id: input.id ?? '',
    invoiceNumber: input.invoiceNumber ?? input.id ?? '',
    lineItems,
    payments,
    assets: assetsOf(input, context),
    created: input.created ?? previous?.created ?? now,
    modified: now,
  };
};
