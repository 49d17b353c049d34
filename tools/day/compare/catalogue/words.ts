/** What the texts and numbers of both catalogues have in common, worked out apart from the integration on purpose. */

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
};

/** The words of a text without its HTML, parted by single blanks. */
export function wordsOf(html: string | undefined): string {
  const plain = (html ?? '')
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<li\b[^>]*>/gi, ' - ')
    .replace(/<\/?(p|br|div|h[1-6]|ul|ol|li|table|tr|td|th)\b[^>]*>/gi, ' ')
    .replace(/<[a-z!/][^>]*>/gi, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&([a-z]+);/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole);
  return plain.replace(/\s+/g, ' ').trim();
}

/** Flow's uid of what has this number in Omnium: all but letters, digits and underscores is left out. */
export function uidOf(id: string): string {
  return id.replace(/[^A-Za-z0-9_]/g, '');
}

/** Flow's uid of a brand. */
export function brandUidOf(brand: string): string {
  return uidOf(brand.trim().toLowerCase().replace(/\s/g, '_'));
}

/** An amount of Omnium's in cents; the tiny extra brings 1.005 up, as people reckon. */
export function centsOf(amount: number): number {
  return Math.round(Number((amount * 100).toFixed(6)));
}

/** The day of a moment where the shops are. */
export function dayIn(moment: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  return parts.format(new Date(moment));
}

/** Whether something that begins and ends holds now. The end belongs to it no more. */
export function holdsAt(
  { validFrom, validUntil }: { readonly validFrom?: string | undefined; readonly validUntil?: string | undefined },
  at: Date,
): boolean {
  const begun = validFrom === undefined || Date.parse(validFrom) <= at.getTime();
  return begun && (validUntil === undefined || Date.parse(validUntil) > at.getTime());
}
