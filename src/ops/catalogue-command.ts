import { type Command, Option } from 'commander';
import { fieldDifferencesOf } from '../activities/catalogue/field-differences';
import { planById } from '../activities/catalogue/plan-product';
import { readDocument } from '../activities/catalogue/read-documents';
import { exportContext, NO_CHECKPOINT, readPlan } from '../activities/delta/plan-export';
import { DELTA_EXPORTS } from '../activities/delta/streams';
import { toApplicationFailure } from '../activities/shared/failures';
import { type SyncContext } from '../activities/shared/sync-context';
import { PRODUCT_EXPORTER } from '../config/connector';
import { exportScheduleId } from '../contracts/exports';
import { concernsRecord } from '../contracts/failure-types';
import { EXPORTS, type ExportStream } from '../contracts/streams';
import { compact } from '../domain/compact';
import { recordOf } from '../domain/records';
import { type ExportSchedule, exportSchedules } from '../temporal/schedules';
import { compareExport, type ExportComparison, type NotCompared, type ProductFindings } from './catalogue-findings';
import { describeCatalogue, describeProduct } from './catalogue-text';
import {
  type CommandOutput,
  type CommandRunner,
  EXIT,
  type OpsContext,
  OpsError,
  parseLimit,
  withTenants,
} from './context';
import { chosenKeys } from './exports';

const DEFAULT_LIMIT = 20;
const PRICES = ['prices', 'cost-prices', 'soa-prices'] as const;

/** What of the catalogue is compared. */
interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  /** Omnium's id of the market or market group. */
  readonly market?: string;
  /** Omnium's ids, of products or SKUs; all products when empty. */
  readonly product?: readonly string[];
  readonly prices?: boolean;
  readonly categories?: boolean;
  /** Records that are shown. */
  readonly limit: number;
}

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
    .action((options: Options) =>
      run(options.json, (context) =>
        options.product ? productsDiff(context, options, options.product) : catalogueDiff(context, options),
      ),
    );
}

/**
 * What differs in Flow of all that Omnium has, and what the exports would write. They read and compare everything here and
 * now, with their own code.
 *
 * Exit code 0: the same in both; 4: something would be written, or cannot be brought over.
 */
async function catalogueDiff(context: OpsContext, options: Options): Promise<CommandOutput> {
  const { tenant: tenantUid, prices, categories, limit } = options;
  const chosen = [...(categories ? (['categories'] as const) : []), ...(prices ? PRICES : [])];
  const streams = chosen.length > 0 ? chosen : (['products', 'categories', ...PRICES] as const);
  const { compared, notCompared } = chosenExports(context, streams, tenantUid, options.market);
  const exports = await withTenants(context, tenantUid, async (tenants) => {
    const done: ExportComparison[] = [];
    for (const schedule of compared) {
      const open = tenants.find(({ tenant }) => tenant.config.tenantUid === schedule.tenantUid);
      if (!open) continue;
      const { marketOrGroup, stream, input } = schedule;
      const key = { tenantUid: schedule.tenantUid, marketOrGroup, stream };
      const now = new Date();
      const reading = exportContext({ ...open }, key, {
        to: now.toISOString(),
        since: 'asked',
      });
      const wanted = { overlapSeconds: input.overlapSeconds, ask: { kind: 'everything' }, now } as const;
      const plan = await readPlan(DELTA_EXPORTS[stream], reading, context.temporal.client, NO_CHECKPOINT, wanted);
      done.push(await compareExport(open, key, plan, limit));
    }
    return done;
  });
  const differs = exports.some(({ differing, leftOpen }) => differing + leftOpen > 0);
  return {
    text: describeCatalogue(exports, notCompared),
    json: { same: !differs, exports, notCompared },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

/**
 * The exports of some streams that the configuration has switched on, and those that it has not.
 *
 * @throws OpsError when there is no such tenant, market or market group
 */
function chosenExports(
  context: OpsContext,
  streams: readonly ExportStream[],
  tenantUid: string | undefined,
  market: string | undefined,
): { readonly compared: readonly ExportSchedule[]; readonly notCompared: readonly NotCompared[] } {
  const schedules = new Map(exportSchedules(context.config).map((schedule) => [schedule.scheduleId, schedule]));
  const compared: ExportSchedule[] = [];
  const notCompared: NotCompared[] = [];
  for (const key of streams.flatMap((stream) => chosenKeys(context, { stream, tenantUid, market }))) {
    const schedule = schedules.get(exportScheduleId(key));
    const orCategories = key.stream === 'categories' ? ', or the market does not say SyncCategoriesToFlow' : '';
    const reason = `nobody brings them to Flow: no ${EXPORTS[key.stream].task} is switched on${orCategories}`;
    if (schedule) compared.push(schedule);
    else notCompared.push({ ...key, reason });
  }
  return { compared, notCompared };
}

/**
 * `catalogue diff --product`: the same for some products, every field of them, with their prices, in the tenants that have
 * the product or shall have it.
 *
 * @throws OpsError when neither system has one of the products
 */
async function productsDiff(context: OpsContext, options: Options, ids: readonly string[]): Promise<CommandOutput> {
  const found = await withTenants(context, options.tenant, async (tenants) => {
    const all: ProductFindings[] = [];
    for (const id of ids) {
      const ofTenants: ProductFindings[] = [];
      for (const open of tenants) ofTenants.push(await findingsOf(context, open, options, id));
      const known = ofTenants.filter(
        ({ productUids, failure, prices }) => failure !== undefined || productUids.length + prices.length > 0,
      );
      if (known.length === 0) {
        const where = tenants.map(({ tenant }) => tenant.config.tenantUid).join(', ');
        const message = [
          `No market of ${where} has a product ${id}, and Flow has none that was made of it.`,
          'Is it Omnium’s id, of the product or of a SKU, and may the API user see its market?',
        ].join('\n');
        throw new OpsError(EXIT.refused, message, { found: false, product: id });
      }
      all.push(...known);
    }
    return all;
  });
  const differs = found.some(
    ({ fields, failure, prices }) =>
      failure !== undefined || fields.length > 0 || prices.some(({ differing, leftOpen }) => differing + leftOpen > 0),
  );
  return {
    text: found.map((one) => describeProduct(one)).join('\n\n'),
    json: { same: !differs, products: found },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

async function findingsOf(
  ops: OpsContext,
  context: SyncContext,
  { market, prices: onlyPrices }: Options,
  id: string,
): Promise<ProductFindings> {
  const { tenant } = context;
  const { tenantUid, connector } = tenant.config;
  const isCompared = !onlyPrices && connector.implementations.includes(PRODUCT_EXPORTER);
  const product = isCompared ? await inspectProduct(context, id) : { productUids: [], fields: [], problems: [] };
  const { productId = id, productUids } = product;
  const isOfMarket = ({ marketOrGroup }: NotCompared | ExportSchedule): boolean =>
    market === undefined || marketOrGroup === market;
  const { compared, notCompared } = chosenExports(ops, PRICES, tenantUid, undefined);

  // Omnium's SKUs of the product; of one that is gone those that Flow still has.
  const document = await readDocument(context, productId);
  const inFlow = document ? [] : await Promise.all(productUids.map((uid) => tenant.flow.products.get(uid, context)));
  const skus = document
    ? document.variants.length > 0
      ? document.variants.map(({ skuId }) => skuId)
      : [document.skuId ?? document.productId]
    : inFlow.flatMap((one) => one?.externalId ?? []);

  const prices: ExportComparison[] = [];
  for (const key of compared.filter(isOfMarket)) {
    const window = { to: new Date().toISOString(), since: 'asked' } as const;
    const { names, leftOut } = await DELTA_EXPORTS[key.stream].partitions(exportContext({ ...context }, key, window));
    const records = names.flatMap((name) => skus.map((sku) => recordOf(sku, name)));
    const partitions = records.length > 0 ? [{ name: 'the product’s records', read: 'unresolved' } as const] : [];
    prices.push(await compareExport(context, key, { partitions, window, leftOut }, records.length, records));
  }
  return {
    ...{ tenantUid, askedFor: id, productId, ...product },
    prices: prices.filter(({ compared: count }) => count > 0),
    notCompared: notCompared.filter(isOfMarket),
  };
}

/** By the code of a product's sync; what is wrong with the product itself is shown, a vendor that is away is thrown. */
async function inspectProduct(
  context: SyncContext,
  id: string,
): Promise<
  Pick<ProductFindings, 'productUids' | 'fields' | 'problems' | 'because' | 'failure'> & { productId?: string }
> {
  try {
    const plan = await planById(context, id);
    if ('forwardTo' in plan) return await inspectProduct(context, plan.forwardTo);
    const { productId, productUids, problems, because } = plan;
    return { productId, productUids, problems, fields: fieldDifferencesOf(plan), ...compact({ because }) };
  } catch (error) {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (!concernsRecord(failureType)) throw error;
    return { productUids: [], fields: [], problems: [], failure: { failureType, why: message } };
  }
}
