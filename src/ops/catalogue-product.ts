import { kindOf } from '../activities/delta/export-activities';
import { workOf } from '../activities/delta/find-export-watermark';
import { type FieldDifference } from '../activities/shared/field-difference';
import { fieldDifferencesOf } from '../activities/catalogue/field-differences';
import { planById, type ProductPlan } from '../activities/catalogue/plan-product';
import { readDocument } from '../activities/catalogue/read-documents';
import { toApplicationFailure } from '../activities/shared/failures';
import { PRODUCT_EXPORTER } from '../config/connector';
import { type SyncContext } from '../activities/shared/sync-context';
import { concernsRecord, type FailureType } from '../contracts/failure-types';
import { openRowOf } from '../contracts/export-rows';
import { type WantedExportSchedule } from '../temporal/export-schedules';
import { type CatalogueChoice, chosenExports, type NotCompared } from './catalogue-choice';
import { compareExport, type ExportComparison } from './catalogue-compare';
import { describeProduct } from './catalogue-text';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';
import { EXIT, OpsError } from './ops-error';
import { type OpenTenant, withTenants } from './with-tenants';

/** What a sync of one product, and the exports of its prices, would write. */
export interface ProductFindings {
  readonly tenantUid: string;
  /** As it was asked for. */
  readonly askedFor: string;
  /** Omnium's id; absent when only prices were compared and Omnium has no such product. */
  readonly productId: string;
  /** Flow's uids of the product, or of the style and its variants; empty when Flow has none and shall have none. */
  readonly productUids: readonly string[];
  /** Why it is taken from sale. */
  readonly because?: string;
  readonly fields: readonly FieldDifference[];
  /** What cannot be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** Why the product cannot be brought over at all. */
  readonly failure?: { readonly failureType: FailureType; readonly why: string };
  readonly prices: readonly ExportComparison[];
  readonly notCompared: readonly NotCompared[];
}

/**
 * `catalogue diff --product`: the same for some products, every field of them, with their prices.
 *
 * Exit code 0: the same in both; 4: something would be written, or cannot be brought over.
 *
 * @throws OpsError when neither system has one of the products
 */
export async function productsDiff(context: OpsContext, choice: CatalogueChoice): Promise<CommandOutput> {
  const found = await withTenants(context, choice.tenantUid, async (tenants) => {
    const all: ProductFindings[] = [];
    for (const id of choice.productIds) all.push(...(await inTenants(context, tenants, { ...choice, id })));
    return all;
  });
  const differs = found.some(isDifferent);
  return {
    text: found.map((one) => describeProduct(one)).join('\n\n'),
    json: { same: !differs, products: found },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

interface OneProduct extends CatalogueChoice {
  readonly id: string;
}

/** In the tenants that have the product, or shall have it. */
async function inTenants(
  context: OpsContext,
  tenants: readonly OpenTenant[],
  choice: OneProduct,
): Promise<ProductFindings[]> {
  const all: ProductFindings[] = [];
  for (const open of tenants) all.push(await findingsOf(context, open, choice));
  const known = all.filter(({ productUids, failure, prices }) => {
    return failure !== undefined || productUids.length + prices.reduce((sum, { compared }) => sum + compared, 0) > 0;
  });
  if (known.length > 0) return known;
  const where = tenants.map(({ tenant }) => tenant.config.tenantUid).join(', ');
  const message = [
    `No market of ${where} has a product ${choice.id}, and Flow has none that was made of it.`,
    'Is it Omnium’s id, of the product or of a SKU, and may the API user see its market?',
  ].join('\n');
  throw new OpsError(EXIT.refused, message, { found: false, product: choice.id });
}

/** Whether something would be written, or cannot be. */
export function isDifferent({ fields, failure, prices }: ProductFindings): boolean {
  if (failure !== undefined || fields.length > 0) return true;
  return prices.some(({ differing, leftOpen }) => differing + leftOpen > 0);
}

async function findingsOf(context: OpsContext, open: OpenTenant, choice: OneProduct): Promise<ProductFindings> {
  const { tenant, attempt } = open;
  const { tenantUid, connector } = tenant.config;
  const run: SyncContext = { ...attempt, tenant };
  const { streams, market, id } = choice;
  const priceStreams = streams.filter((stream) => stream !== 'products' && stream !== 'categories');
  const { compared, notCompared } = chosenExports(context, { streams: priceStreams, tenantUid, market: undefined });
  const isOurs = ({ marketOrGroup }: NotCompared | WantedExportSchedule): boolean =>
    market === undefined || marketOrGroup === market;
  const isExported = connector.implementations.includes(PRODUCT_EXPORTER);
  const plan = streams.includes('products') && isExported ? await lookAt(run, id) : NOT_LOOKED_AT;
  const { productId = id, ...product } = plan;
  const skus = await skusOf(run, productId, product.productUids);
  const prices: ExportComparison[] = [];
  for (const schedule of compared.filter(isOurs)) prices.push(await pricesOf(open, { schedule, skus }));
  return {
    ...{ tenantUid, askedFor: id, productId },
    ...product,
    prices: prices.filter(({ compared: rows }) => rows > 0),
    notCompared: notCompared.filter(isOurs),
  };
}

type Look = Pick<ProductFindings, 'productUids' | 'fields' | 'problems' | 'because' | 'failure'> & {
  readonly productId?: string;
};

const NOT_LOOKED_AT: Look = { productUids: [], fields: [], problems: [] };

/** By the code of a product's sync; what is wrong with the product itself is told, a vendor that is away is not. */
async function lookAt(run: SyncContext, id: string): Promise<Look> {
  try {
    const plan = await planOf(run, id);
    const { productId, productUids, problems, because } = plan;
    return {
      productId,
      productUids,
      problems,
      fields: fieldDifferencesOf(plan),
      ...(because !== undefined && { because }),
    };
  } catch (error) {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (!concernsRecord(failureType)) throw error;
    return { ...NOT_LOOKED_AT, failure: { failureType, why: message } };
  }
}

async function planOf(run: SyncContext, id: string): Promise<ProductPlan> {
  const plan = await planById(run, id);
  return 'forwardTo' in plan ? await planOf(run, plan.forwardTo) : plan;
}

/** Omnium's SKUs of a product; of one that is gone those that Flow still has. */
async function skusOf(run: SyncContext, productId: string, productUids: readonly string[]): Promise<string[]> {
  const { tenant } = run;
  const document = await readDocument(run, productId);
  if (document) {
    const own = document.variants.map(({ skuId }) => skuId);
    return own.length > 0 ? own : [document.skuId ?? document.productId];
  }
  const inFlow = await Promise.all(productUids.map((uid) => tenant.flow.products.get(uid, run)));
  return inFlow.flatMap((product) => product?.externalId ?? []);
}

async function pricesOf(
  open: OpenTenant,
  { schedule, skus }: { readonly schedule: WantedExportSchedule; readonly skus: readonly string[] },
): Promise<ExportComparison> {
  const { tenantUid, marketOrGroup, stream } = schedule;
  const key = { tenantUid, marketOrGroup, stream };
  const { names, leftOut } = await kindOf(stream).partsOf(workOf(open.tenant, key, open.attempt));
  const rows = names.flatMap((name) => skus.map((sku) => openRowOf(sku, name)));
  return await compareExport(open, {
    ...{ key, leftOut, limit: rows.length },
    window: { to: new Date().toISOString(), since: 'asked' },
    parts: rows.length > 0 ? [{ name: 'the product’s rows', read: 'rows', rows }] : [],
  });
}
