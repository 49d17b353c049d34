/** What is compared of a catalogue, as the table shows it. */
export const CATALOGUE_ROWS = [
  'product',
  'variant',
  'image',
  'package',
  'category',
  'group',
  'mainPrice',
  'storePrice',
  'recommended',
  'cost',
  'gone',
] as const;
export type CatalogueRow = (typeof CATALOGUE_ROWS)[number];

/** What can be wrong, or why it is nobody's fault. */
export type CatalogueFindingKind = 'missing' | 'differing' | 'leftOut';

/** One document that is not the same in both systems. */
export interface CatalogueFinding {
  readonly row: CatalogueRow;
  readonly kind: CatalogueFindingKind;
  readonly tenantUid: string;
  /** As people call it. */
  readonly document: string;
  /** In words, with both sides' values. */
  readonly why: string;
  /** Omnium's number of the product it belongs to: its own workflow may know more. */
  readonly productId?: string;
}

/** What was compared of one tenant, row by row. */
export interface CatalogueTally {
  readonly tenantUid: string;
  readonly compared: Readonly<Record<CatalogueRow, number>>;
  readonly findings: readonly CatalogueFinding[];
}

/** A document that is looked at. */
export type Looked = Pick<CatalogueFinding, 'row' | 'document'> & { readonly productId?: string };

/** Counts what is looked at, and keeps what is found. */
export class TallyBook {
  private readonly compared = new Map<CatalogueRow, number>();
  private readonly findings: CatalogueFinding[] = [];

  constructor(private readonly tenantUid: string) {}

  /** Counts a document, or several that are alike. */
  look(row: CatalogueRow, count = 1): void {
    this.compared.set(row, (this.compared.get(row) ?? 0) + count);
  }

  /** Looks at a document whose differences are known. */
  judge(looked: Looked, differences: readonly string[]): void {
    this.look(looked.row);
    if (differences.length > 0) this.add(looked, 'differing', differences.join('; '));
  }

  add(looked: Looked, kind: CatalogueFindingKind, why: string): void {
    this.findings.push({ ...looked, tenantUid: this.tenantUid, kind, why });
  }

  tally(): CatalogueTally {
    const counts = CATALOGUE_ROWS.map((row) => [row, this.compared.get(row) ?? 0] as const);
    const compared = Object.fromEntries(counts) as Record<CatalogueRow, number>;
    return { tenantUid: this.tenantUid, compared, findings: this.findings };
  }
}
