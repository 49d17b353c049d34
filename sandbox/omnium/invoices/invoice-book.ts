import { randomUUID } from 'node:crypto';

import { type SandboxContext } from '../../kit/vendor';
import { type Directory } from '../catalogue/directory';
import { type Asset, type Invoice, type InvoiceInput } from '../documents';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { type OmniumSettings } from '../omnium-settings';
import { differs } from '../orders/merge';
import { type OrderBook } from '../orders/order-book';
import { invalidField, notFound } from '../problem';
import { Collection } from '../state/collection';
import { type KeysOf } from '../state/key-index';
import { formatDateTime } from '../wire/schema';
import { type IncomingFile, InvoiceFiles, type SavedFiles, type StoredFile } from './invoice-files';
import { invoiceIdPattern, prepareInvoice } from './prepare-invoice';

const invoiceKeys: KeysOf<Invoice> = {
  invoiceId: ({ id }) => [id],
  orderId: ({ orderId }) => [orderId],
  customerId: ({ customerId }) => [customerId],
};

/** Where the sandbox gives out an asset's bytes, as Omnium's file store does: no token is needed. */
const urlOf = ({ invoiceId, assetId }: StoredFile): string =>
  `/_sandbox/invoices/${encodeURIComponent(invoiceId)}/files/${encodeURIComponent(assetId)}`;

/** All invoices with their files, and the rules every write keeps (contract §8). */
export class InvoiceBook {
  readonly #context: SandboxContext;
  readonly #directory: Directory;
  readonly #orders: OrderBook;
  readonly #events: EventStream;
  readonly documents: Collection<Invoice>;
  readonly files = new InvoiceFiles();

  constructor(given: {
    context: SandboxContext;
    directory: Directory;
    orders: OrderBook;
    events: EventStream;
    settings: OmniumSettings;
  }) {
    this.#context = given.context;
    this.#directory = given.directory;
    this.#orders = given.orders;
    this.#events = given.events;
    this.documents = new Collection(given.context.clock, given.settings.indexLagMs, invoiceKeys);
  }

  /** @throws OmniumProblem 400 for what can be no id, 404 for an unknown one. */
  require(invoiceId: string): Invoice {
    if (!invoiceIdPattern.test(invoiceId)) {
      throw invalidField('invoiceId', 'is not a valid id');
    }
    const invoice = this.documents.get(invoiceId);
    if (invoice === undefined) {
      throw notFound('The invoice');
    }
    return invoice;
  }

  /**
   * Adds an invoice or puts it in place of the one with its id; nothing happens when nothing changed.
   * @throws OmniumProblem 400.
   */
  put(input: InvoiceInput, cause: EventCause): Invoice {
    const previous = this.documents.get(input.id ?? '');
    const next = prepareInvoice(input, {
      directory: this.#directory,
      hasOrder: (orderId) => this.#orders.documents.get(orderId) !== undefined,
      now: this.#now(),
      previous,
    });
    if (previous !== undefined && !differs(previous, next)) {
      return previous;
    }
    const kept = new Set(next.assets.map(({ assetId }) => assetId));
    for (const { assetId } of (previous?.assets ?? []).filter((asset) => !kept.has(asset.assetId))) {
      this.files.remove({ invoiceId: next.id, assetId });
    }
    return this.#store(next, previous === undefined ? 'apiInvoiceAdd' : 'apiInvoiceUpdate', cause);
  }

  /** Attaches a file: in place of the asset's earlier one, or as a new asset. */
  attach(invoice: Invoice, file: IncomingFile & { assetId?: string | undefined }, cause: EventCause): Invoice {
    const assetId = file.assetId ?? randomUUID();
    const now = this.#now();
    const earlier = invoice.assets.find((asset) => asset.assetId === assetId);
    const known = this.files.get({ invoiceId: invoice.id, assetId });
    const stored = this.files.put({ invoiceId: invoice.id, assetId }, file);
    if (known?.sha256 === stored.sha256 && known.fileName === stored.fileName) {
      return invoice;
    }
    const asset: Asset = {
      ...earlier,
      assetId,
      fileName: file.fileName,
      name: file.fileName,
      contentType: file.contentType,
      length: stored.length,
      url: urlOf(stored),
      isMainImage: false,
      created: earlier?.created ?? now,
      modified: now,
    };
    const assets =
      earlier === undefined
        ? [...invoice.assets, asset]
        : invoice.assets.map((each) => (each === earlier ? asset : each));
    return this.#store({ ...invoice, assets, modified: now }, 'apiInvoiceUpload', cause);
  }

  remove(invoice: Invoice, cause: EventCause): void {
    for (const { assetId } of invoice.assets) {
      this.files.remove({ invoiceId: invoice.id, assetId });
    }
    this.documents.remove(invoice.id);
    this.#context.markDirty();
    this.#raise('deletedInvoice', invoice, cause);
  }

  load(invoices: readonly Invoice[], files: SavedFiles): void {
    const sorted = [...invoices].sort((a, b) => ((a.modified ?? '') < (b.modified ?? '') ? -1 : 1));
    this.documents.load(sorted.map((invoice) => [invoice.id, invoice]));
    this.files.restore(files);
  }

  capture(): { invoices: Invoice[]; files: SavedFiles } {
    return { invoices: [...this.documents.values()], files: this.files.capture() };
  }

  #now(): string {
    return formatDateTime(this.#context.clock.nowMs());
  }

  #store(invoice: Invoice, operation: OperationName, cause: EventCause): Invoice {
    this.documents.put(invoice.id, invoice);
    this.#context.markDirty();
    this.#raise(operation, invoice, cause);
    return invoice;
  }

  #raise(operation: OperationName, invoice: Invoice, cause: EventCause): void {
    const { id, invoiceNumber, marketId, storeId, orderId } = invoice;
    this.#events.raise(
      operation,
      {
        className: 'Invoice',
        objectId: id,
        objectNumber: invoiceNumber,
        ...(marketId === undefined ? {} : { marketId }),
        ...(storeId === undefined ? {} : { storeId }),
        ...(orderId === undefined ? {} : { attachments: [{ name: 'OrderId', value: orderId }] }),
      },
      cause,
    );
  }
}
