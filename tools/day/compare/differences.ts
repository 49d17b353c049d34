import { type Quantities } from './summaries';

const NAMES_SHOWN = 4;

/** Says which quantities are not the same; nothing when all are. */
export function compareQuantities(omnium: Quantities, flow: Quantities, what = 'quantity'): string[] {
  const skus = new Set([...omnium.keys(), ...flow.keys()]);
  const different = [...skus].filter((sku) => omnium.get(sku) !== flow.get(sku));
  if (different.length === 0) return [];
  const pieces = (hundredths = 0): string => String(hundredths / 100);
  return [
    `${what} of ${shorten(different.map((sku) => `${sku} (Omnium ${pieces(omnium.get(sku))}, Flow ${pieces(flow.get(sku))})`))}`,
  ];
}

/** Says that two amounts are not the same; nothing when they are. */
export function compareCents(what: string, omniumCents: number, flowCents: number): string[] {
  if (omniumCents === flowCents) return [];
  return [`${what}: Omnium ${major(omniumCents)}, Flow ${major(flowCents)}`];
}

/** Says that two words are not the same; nothing when they are. */
export function compareWords(what: string, found: string | undefined, wanted: string): string[] {
  return found === wanted ? [] : [`${what} ${found ?? 'none'} instead of ${wanted}`];
}

/** `12345` → `123.45`. */
export function major(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** The first few of many names. */
export function shorten(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
