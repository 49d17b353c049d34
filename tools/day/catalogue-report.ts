import { productKind } from '../../src/contracts/kinds/product';
import { type Chain } from '../../sandbox/chain/types';
import { countCatalogue, drawCatalogueTable } from './compare/catalogue/catalogue-table';
import { type CatalogueTally } from './compare/catalogue/catalogue-tally';
import { judgeCatalogue } from './compare/catalogue/judge-catalogue';
import { type OmniumCatalogue, readFlowCatalogue } from './compare/catalogue/read-catalogues';
import { type DayContext } from './context';
import { nameExceptions } from './exceptions';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';

/** What the catalogue's part of the report looks at. */
export interface CatalogueReportInput {
  readonly context: DayContext;
  readonly chain: Chain;
  readonly watch: OrderWatch;
  readonly narrator: Narrator;
  /** Omnium's ids of the markets whose stores have price lists of their own. */
  readonly storePriceMarkets: readonly string[];
  readonly omnium: OmniumCatalogue;
}

/** How the catalogue's day ended. */
export interface CatalogueResult {
  /** True when nothing is missing or differing; what is left out is named with its reason. */
  readonly isGood: boolean;
  /** Half a sentence for the last line on the screen. */
  readonly summary: string;
}

/** Compares the whole catalogue of both systems field by field, prints the table and every exception. */
export async function reportCatalogue(input: CatalogueReportInput): Promise<CatalogueResult> {
  const { context, chain, narrator, storePriceMarkets, omnium } = input;
  narrator.chapter('The whole catalogue is read from both systems and compared: every field, picture and price.');
  const tallies: CatalogueTally[] = [];
  for (const market of chain.markets) {
    const flow = await readFlowCatalogue(context, market.tenantUid);
    const hasLists = storePriceMarkets.includes(market.marketId);
    const storesWithLists = chain.stores.filter(({ marketId }) => hasLists && marketId === market.marketId);
    tallies.push(judgeCatalogue({ omnium, flow, market, at: new Date(), storesWithLists }));
  }
  const tenants = chain.markets.map(({ tenantUid, name }) => ({ tenantUid, name }));
  context.log(`\n${drawCatalogueTable(tallies, tenants)}`);
  const exceptions = tallies.flatMap(({ findings }) =>
    findings.map(({ kind, document, tenantUid, productId, why }) => {
      const workflowId = productId === undefined ? undefined : productKind.id({ tenantUid, productId });
      return { kind, text: `${document} (${tenantUid}) ${why}`, workflowId };
    }),
  );
  await nameExceptions(input, TITLES, exceptions);
  const { compared, missing, differing, leftOut } = countCatalogue(tallies);
  const isGood = missing + differing === 0;
  const all = compared.toLocaleString('en-GB');
  const left = leftOut > 0 ? `, ${leftOut} left out for the reason named` : '';
  const summary = isGood
    ? `all ${all} documents of the catalogue are the same in both systems${left}`
    : `of ${all} documents of the catalogue ${missing} missing, ${differing} differing${left}`;
  return { isGood, summary };
}

const TITLES = {
  missing: 'Missing in Flow',
  differing: 'Differing',
  leftOut: 'Left out, never merged',
} as const;
