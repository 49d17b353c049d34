import { countTable } from '../table';
import { CATALOGUE_ROWS, type CatalogueFindingKind, type CatalogueRow, type CatalogueTally } from './catalogue-tally';

const LABELS: Readonly<Record<CatalogueRow, string>> = {
  product: 'Products and styles',
  variant: 'Variants',
  image: 'Images, in their order',
  package: 'Packages, part by part',
  category: 'Categories',
  group: 'Product groups',
  mainPrice: 'Prices on the main list',
  storePrice: 'Prices of single stores',
  recommended: 'Recommended prices',
  cost: 'Cost prices',
  gone: 'Gone, and not sold',
};

/** What was counted over all tenants. */
export interface CatalogueCounts extends Readonly<Record<CatalogueFindingKind, number>> {
  readonly compared: number;
}

/** Counts over all tenants and rows. */
export function countCatalogue(tallies: readonly CatalogueTally[]): CatalogueCounts {
  const compared = tallies.reduce((sum, tally) => sum + comparedIn(tally), 0);
  return { compared, ...findingsIn(tallies) };
}

function comparedIn({ compared }: CatalogueTally): number {
  return CATALOGUE_ROWS.reduce((sum, row) => sum + compared[row], 0);
}

function findingsIn(tallies: readonly CatalogueTally[], row?: CatalogueRow): Record<CatalogueFindingKind, number> {
  const counts = { missing: 0, differing: 0, leftOut: 0 };
  for (const finding of tallies.flatMap(({ findings }) => findings)) {
    if (row === undefined || finding.row === row) counts[finding.kind] += 1;
  }
  return counts;
}

/** Draws the table of the catalogue: how many documents of each tenant were compared, and what of all is not the same. */
export function drawCatalogueTable(
  tallies: readonly CatalogueTally[],
  tenants: readonly { readonly tenantUid: string; readonly name: string }[],
): string {
  const columns = [...tenants.map(({ name }) => name), 'All', 'MISSING', 'DIFFER', 'LEFT\nOUT'];
  const rows: (string | number)[][] = [];
  const of = (tenantUid: string, row: CatalogueRow): number =>
    tallies.find((tally) => tally.tenantUid === tenantUid)?.compared[row] ?? 0;
  for (const row of CATALOGUE_ROWS) {
    const counts = tenants.map(({ tenantUid }) => of(tenantUid, row));
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) continue;
    const { missing, differing, leftOut } = findingsIn(tallies, row);
    rows.push([LABELS[row], ...counts, all, missing, differing, leftOut]);
  }
  return countTable(['Compared field by field', ...columns], rows);
}
