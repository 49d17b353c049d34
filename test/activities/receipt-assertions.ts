import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { STORE, type DueReceipt, type Json, type ReceiptRig } from './receipt-rig';

/** A customer whose name and address must never be told. */
export const PERSON = {
  customerType: 'PERSON',
  firstname: 'Solveig',
  lastname: 'Hemmelig',
  email: 'solveig.hemmelig@example.com',
  mobile: '+4791234567',
  countryCode: 'NO',
};

/** Nothing that names the customer, at any depth. */
export function assertNothingPersonal(told: unknown): void {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const name of Object.getOwnPropertyNames(value)) visit(Reflect.get(value, name));
  };
  visit(told);
  const text = texts.join('\n');
  for (const secret of [...Object.values(PERSON).slice(1, 5), '%PDF']) {
    assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `${secret} is in: ${text}`);
  }
}

/** The type of an attempt's failure. */
export function typeOf(error: unknown): unknown {
  return error instanceof ApplicationFailure ? error.type : error;
}

/** The order's only invoice, checked to be this receipt's and to have the whole PDF as its only file. */
export async function onlyInvoice(rig: ReceiptRig, receipt: DueReceipt): Promise<Json> {
  const invoices = await rig.invoicesOf(receipt);
  assert.equal(invoices.length, 1, 'one invoice');
  const [invoice = {}] = invoices;
  assert.equal(invoice['id'], receipt.orderReceiptUid);
  const assets = invoice['assets'] as Json[];
  assert.deepEqual(
    assets.map(({ assetId }) => assetId),
    [receipt.orderReceiptUid],
  );
  const pdf = await rig.tenant.flow.receipts.downloadPdf(STORE, receipt.orderReceiptUid);
  const file = await rig.fileOf(receipt);
  assert.equal(file.subarray(0, 5).toString('latin1'), '%PDF-');
  assert.ok(Math.abs(file.length - (pdf?.length ?? 0)) < 100, 'the whole file');
  return invoice;
}
