import { createHash } from 'node:crypto';

/** A file as it came in. */
export interface IncomingFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** What is known about a stored file. */
export interface StoredFile {
  readonly invoiceId: string;
  readonly assetId: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly length: number;
  readonly sha256: string;
}

/** Files as a saved state holds them; equal contents are kept once. */
export interface SavedFiles {
  readonly files: StoredFile[];
  readonly contents: { readonly sha256: string; readonly base64: string }[];
}

interface Content {
  /** Kept as text, so that saving a state need not turn every file into text again. */
  readonly base64: string;
  uses: number;
}

const keyOf = ({ invoiceId, assetId }: { invoiceId: string; assetId: string }): string => `${invoiceId}/${assetId}`;

/** The bytes behind the assets of invoices, one file per asset. */
export class InvoiceFiles {
  readonly #files = new Map<string, StoredFile>();
  readonly #contents = new Map<string, Content>();

  /** Puts a file in place of what the asset had. */
  put(at: { invoiceId: string; assetId: string }, { fileName, contentType, bytes }: IncomingFile): StoredFile {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const content = this.#contents.get(sha256) ?? { base64: bytes.toString('base64'), uses: 0 };
    content.uses += 1;
    this.#contents.set(sha256, content);
    this.remove(at);
    const file: StoredFile = { ...at, fileName, contentType, length: bytes.length, sha256 };
    this.#files.set(keyOf(at), file);
    return file;
  }

  get(at: { invoiceId: string; assetId: string }): StoredFile | undefined {
    return this.#files.get(keyOf(at));
  }

  bytesOf({ sha256 }: StoredFile): Buffer {
    return Buffer.from(this.#contents.get(sha256)?.base64 ?? '', 'base64');
  }

  remove(at: { invoiceId: string; assetId: string }): void {
    const file = this.#files.get(keyOf(at));
    const content = this.#contents.get(file?.sha256 ?? '');
    if (file === undefined || content === undefined) {
      return;
    }
    this.#files.delete(keyOf(at));
    content.uses -= 1;
    if (content.uses === 0) {
      this.#contents.delete(file.sha256);
    }
  }

  clear(): void {
    this.#files.clear();
    this.#contents.clear();
  }

  capture(): SavedFiles {
    return {
      files: [...this.#files.values()],
      contents: [...this.#contents].map(([sha256, { base64 }]) => ({ sha256, base64 })),
    };
  }

  restore({ files, contents }: SavedFiles): void {
    this.clear();
    for (const { sha256, base64 } of contents) {
      this.#contents.set(sha256, { base64, uses: 0 });
    }
    for (const file of files) {
      const content = this.#contents.get(file.sha256);
      if (content !== undefined) {
        content.uses += 1;
        this.#files.set(keyOf(file), file);
      }
    }
  }
}
