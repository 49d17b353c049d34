import { type Command, Option } from 'commander';
import { catalogueDiff } from './catalogue-diff';
import { type CatalogueStream } from './catalogue-choice';
import { productsDiff } from './catalogue-product';
import { type CommandRunner } from './command-runner';
import { parseLimit } from './limit';

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly market?: string;
  readonly product?: readonly string[];
  readonly prices?: boolean;
  readonly categories?: boolean;
  readonly limit: number;
}

const DEFAULT_LIMIT = 20;
const PRICES = ['prices', 'cost-prices', 'soa-prices'] as const;

/** `catalogue diff`: what of products, categories and prices differs in Flow, and what would be written. */
export function addCatalogueCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const catalogue = program.command('catalogue').description('products, categories and prices in both systems');
  withOptions(
    catalogue.command('diff'),
    'what differs in Flow and what would be written, field by field; writes nothing',
  )
    .option('--market <id>', 'only this market, or market group')
    .option('--product <id...>', 'only these products with their prices, every field: Omnium’s ids or SKUs')
    .option('--prices', 'only prices')
    .addOption(new Option('--categories', 'only categories and product groups').conflicts('product'))
    .option('--limit <n>', 'how many rows of each export to show', parseLimit, DEFAULT_LIMIT)
    .action(({ json, tenant, market, product = [], limit, ...which }: Options) =>
      run(json, (context) => {
        const choice = { tenantUid: tenant, market, productIds: product, limit, streams: streamsOf(which) };
        return product.length > 0 ? productsDiff(context, choice) : catalogueDiff(context, choice);
      }),
    );
}

function streamsOf({ prices, categories }: Pick<Options, 'prices' | 'categories'>): CatalogueStream[] {
  if (!prices && !categories) return ['products', 'categories', ...PRICES];
  return [...(categories ? (['categories'] as const) : []), ...(prices ? PRICES : [])];
}
