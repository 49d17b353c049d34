import { randomUUID } from 'node:crypto';

import { type Router } from 'express';

import { type InvoiceInput } from '../documents';
import { causeOf, sendDocument } from '../http';
import { queryValue } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';
import { readUpload } from './uploads';

const invoiceModel = model<InvoiceInput>('Invoice');

/** Invoices as they are made, given files and taken away (contract §8). */
export const addInvoiceWriteRoutes = (router: Router, { invoices }: World): void => {
  router.put('/api/Invoices/UpdateInvoice', (req, res) => {
    sendDocument(res, invoices.put(readBody(invoiceModel, req.body), causeOf(req, res)));
  });
  // Not repeat-safe: without an asset id, every call adds one more file.
  router.post('/api/Invoices/:invoiceId/AddFileToInvoice', (req, res) => {
    const invoice = invoices.require(req.params.invoiceId);
    sendDocument(res, invoices.attach(invoice, readUpload(req), causeOf(req, res)));
  });
  router.post('/api/Invoices/:invoiceId/AddAsset', (req, res) => {
    const invoice = invoices.require(req.params.invoiceId);
    const file = { ...readUpload(req), assetId: queryValue(req, 'assetId') };
    sendDocument(res, invoices.attach(invoice, file, causeOf(req, res)));
  });
  // Not repeat-safe either: every call makes a new invoice.
  router.post('/api/Invoices/AddInvoice', (req, res) => {
    const file = readUpload(req);
    const cause = causeOf(req, res);
    const orderId = queryValue(req, 'orderId');
    const projectId = queryValue(req, 'projectId');
    const input: InvoiceInput = {
      id: randomUUID(),
      ...(orderId === undefined ? {} : { orderId }),
      ...(projectId === undefined ? {} : { projectId }),
    };
    sendDocument(res, invoices.attach(invoices.put(input, cause), file, cause));
  });
  router.delete('/api/Invoices/:invoiceId', (req, res) => {
    invoices.remove(invoices.require(req.params.invoiceId), causeOf(req, res));
    res.status(200).end();
  });
};
