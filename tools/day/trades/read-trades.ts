import { csvRows } from './csv-rows';
import { type BadRow, type Invoice, type TradeLine, type TradeLog, TradesFileError } from './trade-log';

const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::\d{2})?$/;
/** Beyond this, cents are not exact any more. */
const LARGEST_NUMBER = 1e10;

/** Column name in small letters → position. */
type Header = ReadonlyMap<string, number>;

/**
 * Looks at the first line only, before anything is started for the file's sake.
 *
 * @throws TradesFileError when the file cannot be read or its first line does not name the columns
 */
export async function assertTradesFile(file: string): Promise<void> {
  await readable(file, async () => {
    for await (const row of csvRows(file)) {
      readHeader('fields' in row ? row.fields : [], file);
      return;
    }
    throw noTradingLog(file, COLUMNS);
  });
}

/**
 * Reads a trading log (CSV, columns by name in any order). Rows that cannot be used are in the result with their line and
 * the reason; nothing else of the file is lost because of them.
 *
 * @throws TradesFileError when the file cannot be read or its first line does not name the columns
 */
export async function readTrades(file: string): Promise<TradeLog> {
  const collector = new Collector();
  let header: Header | undefined;
  await readable(file, async () => {
    for await (const row of csvRows(file)) {
      if (header === undefined) header = readHeader('fields' in row ? row.fields : [], file);
      else if ('problem' in row) collector.refuse(row.lineNumber, row.problem);
      else collector.take(row.lineNumber, row.fields, header);
    }
  });
  if (header === undefined) throw noTradingLog(file, COLUMNS);
  return collector.finish();
}

async function readable(file: string, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (error instanceof TradesFileError) throw error;
    throw new TradesFileError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readHeader(fields: readonly string[], file: string): Header {
  const header = new Map(fields.map((name, position) => [name.toLowerCase(), position]));
  const missing = COLUMNS.filter((name) => !header.has(name.toLowerCase()));
  if (missing.length > 0) throw noTradingLog(file, missing);
  return header;
}

function noTradingLog(file: string, missing: readonly string[]): TradesFileError {
  return new TradesFileError(
    `${file} is no trading log: its first line must name the columns ${COLUMNS.join(',')}; missing: ${missing.join(', ')}.`,
  );
}

/** Gathers rows into invoices. */
class Collector {
  private readonly invoices = new Map<string, Invoice>();
  private readonly badRows: BadRow[] = [];
  private rows = 0;

  take(lineNumber: number, fields: readonly string[], header: Header): void {
    if (fields.length !== header.size) {
      this.refuse(lineNumber, `${fields.length} columns instead of ${header.size}`);
      return;
    }
    const cell = (name: string): string => fields[header.get(name.toLowerCase()) ?? -1] ?? '';
    const problems: string[] = [];
    const quantity = readNumber('Quantity', cell('Quantity'), problems);
    const unitPrice = readNumber('UnitPrice', cell('UnitPrice'), problems);
    const atMs = readDate(cell('InvoiceDate'), problems);
    const invoiceNo = cell('InvoiceNo');
    const stockCode = cell('StockCode');
    if (invoiceNo === '') problems.push('InvoiceNo is empty');
    if (stockCode === '') problems.push('StockCode is empty');
    if (!Number.isInteger(Math.round(quantity * 1e6) / 1e4)) problems.push('Quantity has more than two decimals');
    if (problems.length > 0) {
      this.refuse(lineNumber, problems.join(', '));
      return;
    }
    this.rows += 1;
    const line: TradeLine = { lineNumber, stockCode, description: cell('Description'), quantity, unitPrice };
    const invoice = this.invoices.get(invoiceNo);
    if (invoice) {
      invoice.lines.push(line);
      return;
    }
    const customerId = customerIdOf(cell('CustomerID'));
    const country = cell('Country');
    this.invoices.set(invoiceNo, {
      ...{ invoiceNo, atMs, country, lines: [line] },
      ...(customerId === undefined ? {} : { customerId }),
    });
  }

  refuse(lineNumber: number, reason: string): void {
    this.rows += 1;
    this.badRows.push({ lineNumber, reason });
  }

  finish(): TradeLog {
    // `sort` is stable: invoices of the same minute stay in the order of the file.
    const invoices = [...this.invoices.values()].sort((a, b) => a.atMs - b.atMs);
    return { invoices, badRows: this.badRows, rows: this.rows };
  }
}

function readNumber(column: string, text: string, problems: string[]): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) problems.push(`${column} ${JSON.stringify(text.slice(0, 20))} is no number`);
  else if (Math.abs(value) > LARGEST_NUMBER) problems.push(`${column} ${text.slice(0, 20)} is too large`);
  else return value;
  return 0;
}

/** `M/D/YY H:MM`; the year may have four digits. The wall clock's time is taken for UTC: only the order matters. */
function readDate(text: string, problems: string[]): number {
  const [, month, day, year, hour, minute] = (DATE.exec(text) ?? []).map(Number);
  if (month === undefined || day === undefined || year === undefined || hour === undefined || minute === undefined) {
    problems.push(`InvoiceDate ${JSON.stringify(text.slice(0, 20))} is no M/D/YY H:MM`);
    return 0;
  }
  const date = new Date(Date.UTC(year < 100 ? 2_000 + year : year, month - 1, day, hour, minute));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59) {
    problems.push(`InvoiceDate ${JSON.stringify(text.slice(0, 20))} does not exist`);
  }
  return date.getTime();
}

/** Spreadsheets turn a number with gaps in its column into `17850.0`. */
function customerIdOf(text: string): string | undefined {
  const id = text.replace(/\.0+$/, '');
  return id === '' || /^(nan|null)$/i.test(id) ? undefined : id;
}
