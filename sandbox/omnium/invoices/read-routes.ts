import { Decimal } from 'decimal.js';
import { type Request, type Response, type Router } from 'express';

import { type Invoice } from '../documents';
import { sendDocument, sendDocuments, sendPage } from '../http';
import { invalidField, notFound } from '../problem';
import { anyOf, type CommonSearch, findHits, refuseUnoffered, type Test, textIn, textIs, when } from '../state/filters';
import { listRange, type PageRequest, queryFlag, searchRange } from '../state/paging';
import { model, readBody } from '../wire/schema';
import { type World } from '../world';

interface InvoiceSearch extends CommonSearch, PageRequest {
  readonly customerId?: string;
  readonly customerName?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly includeTotals?: boolean;
  readonly invoiceId?: string;
  readonly invoiceTypes?: readonly string[];
  readonly isPaid?: boolean;
  readonly marketIds?: readonly string[];
  readonly orderId?: string;
  readonly projectId?: string;
  readonly query?: string;
  readonly storeIds?: readonly string[];
}

const searchModel = model<InvoiceSearch>('InvoiceSearchRequest');
const offered = new Set([
  ...['createdFrom', 'createdTo', 'customerId', 'customerName', 'email', 'includeTotals', 'invoiceId', 'invoiceTypes'],
  ...['isPaid', 'marketIds', 'orderId', 'page', 'phone', 'projectId', 'properties', 'query', 'sortOrder', 'storeIds'],
  ...['take'],
]);

const paidIs = (wanted: boolean | undefined): Test<Invoice>[] =>
  when<boolean, Invoice>(
    wanted,
    (paid) =>
      ({ amountOutstanding }) =>
        (amountOutstanding === 0) === paid,
  );

const phoneOf = ({ customerAddress }: Invoice): unknown =>
  typeof customerAddress === 'object' && customerAddress !== null && 'phone' in customerAddress
    ? customerAddress.phone
    : undefined;

const testsOf = (search: InvoiceSearch): Test<Invoice>[] => [
  ...textIs<Invoice>(search.invoiceId, ({ id }) => id),
  ...textIs<Invoice>(search.orderId, ({ orderId }) => orderId),
  ...textIs<Invoice>(search.customerId, ({ customerId }) => customerId),
  ...textIs<Invoice>(search.projectId, ({ projectId }) => projectId),
  ...textIs<Invoice>(search.email, (invoice) => invoice['customerEmail']),
  ...textIs<Invoice>(search.phone, phoneOf),
  ...textIn<Invoice>(search.customerName, (invoice) => [invoice['customerName']]),
  ...textIn<Invoice>(search.query, (invoice) => [
    invoice.id,
    invoice.invoiceNumber,
    invoice.orderId,
    invoice['customerName'],
  ]),
  ...anyOf<Invoice>(search.invoiceTypes, ({ invoiceType }) => invoiceType),
  ...anyOf<Invoice>(search.marketIds, ({ marketId }) => marketId),
  ...anyOf<Invoice>(search.storeIds, ({ storeId }) => storeId),
  ...paidIs(search.isPaid),
];

const sum = (invoices: readonly Invoice[], amount: (invoice: Invoice) => number): number =>
  invoices.reduce((total, invoice) => total.plus(amount(invoice)), new Decimal(0)).toNumber();

const addSearch = (router: Router, { invoices }: World): void => {
  router.post('/api/Invoices/Search', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offered);
    const [from, to] = searchRange(search);
    const { invoiceId, orderId, customerId } = search;
    const source = invoices.documents.narrowedBy({ invoiceId, orderId, customerId });
    const hits = findHits(source, search, testsOf(search));
    const totals = {
      amount: sum(hits, ({ amount }) => amount),
      amountExcludingTax: sum(hits, ({ amountExcludingTax }) => amountExcludingTax),
      amountOutstanding: sum(hits, ({ amountOutstanding }) => amountOutstanding),
    };
    const rest = { totalHits: hits.length, ...(search.includeTotals === true ? { totals } : {}) };
    sendDocuments(res, hits.slice(from, to), rest);
  });
};

const addLists = (router: Router, { invoices }: World): void => {
  const list = (req: Request, of: { orderId?: string; customerId?: string }): Invoice[] =>
    findHits(invoices.documents.narrowedBy(of), {}, [
      ...textIs<Invoice>(of.orderId, ({ orderId }) => orderId),
      ...textIs<Invoice>(of.customerId, ({ customerId }) => customerId),
      ...paidIs(queryFlag(req, 'isPaid')),
    ]);
  /** Two of the lists answer 404 when they would be empty (contract §8). */
  const sendSome = (req: Request, res: Response, hits: readonly Invoice[]): void => {
    const range = listRange(req);
    if (hits.length === 0) {
      throw notFound('An invoice');
    }
    sendPage(res, hits, range);
  };
  router.get('/api/Invoices', (req, res) => {
    sendSome(req, res, list(req, {}));
  });
  router.get('/api/Invoices/Customers/:customerId', (req, res) => {
    const { customerId } = req.params;
    if (customerId.trim() === '') {
      throw invalidField('customerId', 'is required');
    }
    sendSome(req, res, list(req, { customerId }));
  });
  router.get('/api/Invoices/Orders/:orderId', (req, res) => {
    const range = listRange(req);
    sendPage(res, list(req, { orderId: req.params.orderId }), range);
  });
};

/** Invoices as they are read (contract §8). */
export const addInvoiceReadRoutes = (router: Router, world: World): void => {
  const { invoices } = world;
  addSearch(router, world);
  addLists(router, world);
  router.get('/api/Invoices/GetAsPdf/:invoiceId', (req, res) => {
    const invoice = invoices.require(req.params.invoiceId);
    const file = [...invoice.assets]
      .reverse()
      .map(({ assetId }) => invoices.files.get({ invoiceId: invoice.id, assetId }))
      .find((each) => each?.contentType === 'application/pdf');
    if (file === undefined) {
      throw notFound('A PDF of the invoice');
    }
    res.type('application/pdf').send(invoices.files.bytesOf(file));
  });
  router.get('/api/Invoices/:invoiceId', (req, res) => {
    sendDocument(res, invoices.require(req.params.invoiceId));
  });
};

/** The files of invoices, below `/_sandbox`: what is kept of each, and the bytes at the `url` of the asset. */
export const addInvoiceControlRoutes = (router: Router, { invoices }: World): void => {
  router.get('/invoices/:invoiceId/files', (req, res) => {
    const { invoiceId } = req.params;
    const { assets = [] } = invoices.documents.get(invoiceId) ?? {};
    res.json({ files: assets.flatMap(({ assetId }) => invoices.files.get({ invoiceId, assetId }) ?? []) });
  });
  router.get('/invoices/:invoiceId/files/:assetId', (req, res) => {
    const file = invoices.files.get(req.params);
    if (file === undefined) {
      res.status(404).json({ message: 'no such file' });
      return;
    }
    res.type(file.contentType).send(invoices.files.bytesOf(file));
  });
};
