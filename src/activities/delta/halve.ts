import { VendorHttpError, VendorResponseInvalidError } from '../../clients/errors';
import { toApplicationFailure } from '../shared/failures';
import type { OpenRow } from './export-kind';

/** What was read, and what cannot be. */
export interface Halved<R> {
  /** One for each chunk that was read, in the order of the items. */
  readonly results: readonly R[];
  readonly open: readonly OpenRow[];
}

/** How items are halved. */
export interface HalveOptions<T> {
  /** How the row of an item is called. */
  readonly rowOf: (item: T) => string;
  /** An item that is alone and never answered is left open ({@link ExportWork.givesUpRows}); else that is an outage. */
  readonly givesUpRows?: boolean | undefined;
}

/**
 * So many failures in a row, beyond those on the way to a single bad item, mean that the vendor is away. Once it has been so
 * for some attempts, as many bad items side by side are believed.
 */
const OUTAGE_BEYOND = { atFirst: 4, givingUp: 16 };

/** When so many items are refused and none is read, it is the question that is wrong; until it has been so for some attempts. */
const ALL_REFUSED_FROM = 10;

/**
 * Reads items together. When a vendor cannot answer for them (5xx, an answer that is not the documented document) or
 * refuses the question (400, 422), they are halved until what is to blame is alone: that is left open, and the others are
 * read. Items that are all refused are believed to be bad only after some attempts.
 *
 * @param read asks for some of the items; asked again for parts of them
 * @throws VendorError when the vendor is away, or for any other reason: nothing is said about the items then
 */
export async function halve<T, R>(
  items: readonly T[],
  read: (items: readonly T[]) => Promise<R>,
  options: HalveOptions<T>,
): Promise<Halved<R>> {
  return await new Halving(items, read, options).all();
}

class Halving<T, R> {
  private readonly results: R[] = [];
  private readonly open: OpenRow[] = [];
  private failuresInARow = 0;
  private latestError: unknown;

  constructor(
    private readonly items: readonly T[],
    private readonly read: (items: readonly T[]) => Promise<R>,
    private readonly options: HalveOptions<T>,
  ) {}

  async all(): Promise<Halved<R>> {
    const { length } = this.items;
    if (length > 0) await this.some(this.items);
    const areAllRefused = this.results.length === 0 && length >= ALL_REFUSED_FROM;
    if (areAllRefused && !this.options.givesUpRows) throw this.latestError;
    return { results: this.results, open: this.open };
  }

  private async some(items: readonly T[]): Promise<void> {
    const [only, ...others] = items;
    try {
      this.results.push(await this.read(items));
      this.failuresInARow = 0;
      return;
    } catch (error) {
      this.latestError = error;
      if (!mayBeTheItems(error) || this.isOutage(error)) throw error;
      if (only !== undefined && others.length === 0) {
        this.open.push(this.openRow(only, error));
        return;
      }
    }
    const middle = Math.ceil(items.length / 2);
    await this.some(items.slice(0, middle));
    await this.some(items.slice(middle));
  }

  private isOutage(error: unknown): boolean {
    if (!isNoAnswer(error)) return false;
    this.failuresInARow += 1;
    const { length } = this.items;
    const { givesUpRows = false } = this.options;
    if (length === 1) return !givesUpRows;
    const beyond = givesUpRows ? OUTAGE_BEYOND.givingUp : OUTAGE_BEYOND.atFirst;
    return this.failuresInARow > Math.ceil(Math.log2(length)) + beyond;
  }

  private openRow(item: T, error: unknown): OpenRow {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    return { row: this.options.rowOf(item), as: 'failed', why: message, failureType };
  }
}

function mayBeTheItems(error: unknown): boolean {
  if (error instanceof VendorResponseInvalidError) return true;
  return error instanceof VendorHttpError && (error.status === 400 || error.status === 422 || error.status >= 500);
}

function isNoAnswer(error: unknown): boolean {
  return error instanceof VendorHttpError && error.status >= 500;
}
