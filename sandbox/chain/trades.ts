import { parse } from 'csv-parse/sync';

import { type CatalogueLine } from './types';

interface Known {
  name: string;
  unitCents: number;
}

/**
 * The catalogue that a trading log implies: every stock code once, exactly as written (letters' case and blanks
 * included), under the first description it has, at the first price above 0 it was sold for.
 *
 * @param csv text with the columns `StockCode, Description, UnitPrice` among others; prices in units with decimals
 * @throws Error when a column is missing or a price is not a number
 */
export function catalogueOfTrades(csv: string): CatalogueLine[] {
  const rows: unknown = parse(csv, { columns: true, bom: true, skip_empty_lines: true });
  const known = new Map<string, Known>();
  for (const row of Array.isArray(rows) ? (rows as unknown[]) : []) {
    const sku = cell(row, 'StockCode');
    if (sku === '') continue;
    const name = cell(row, 'Description').trim();
    const unitCents = Math.round(Number(cell(row, 'UnitPrice')) * 100);
    if (!Number.isFinite(unitCents)) throw new Error(`the price of stock code ${sku} is not a number`);
    const article = known.get(sku) ?? { name: '', unitCents: 0 };
    if (article.name === '') article.name = name;
    if (article.unitCents <= 0) article.unitCents = Math.max(unitCents, 0);
    known.set(sku, article);
  }
  return [...known].map(([sku, { name, unitCents }]) => ({ sku, name: name === '' ? sku : name, unitCents }));
}

function cell(row: unknown, column: string): string {
  const value: unknown =
    typeof row === 'object' && row !== null && column in row ? Reflect.get(row, column) : undefined;
  if (typeof value !== 'string') throw new Error(`the trading log has no column ${column}`);
  return value;
}
