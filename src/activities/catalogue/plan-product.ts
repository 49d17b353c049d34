import { setTimeout as pause } from 'node:timers/promises';
import type { OmniumProduct } from '../../clients/omnium/products';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import { compareImages, compareSlots, compareValues } from './mapping/compare-parts';
import { changedProductFields } from './mapping/compare-product';
import { mapProduct } from './mapping/map-product';
import { isDeleted, marketsOf, productContext, type ProductMarkets } from './mapping/product-context';
import type { WantedProducts } from './mapping/wanted-product';
import { brandChange } from './ensure-references';
import { fieldDifferencesOf } from './field-differences';
import { planOtherVariants } from './other-variants';
import { summaryOf, type ProductComparison, type ProductState } from './product-comparison';
import { readWhole } from './product-document';
import { isStaleRead, type ProductPlan, type ProductRun } from './product-run';
import { ProductWriter } from './product-writer';
import { readInFlow, type ProductInFlow } from './read-in-flow';
import { resolveGroups, type GroupRules } from './resolve-groups';

/**
 * Somebody else writes the same product, e.g. a package that it is in: after so many readings in vain the attempt fails, and
 * the ladder goes on. Between two readings the other one gets on, for longer each time: it has to write every variant.
 */
const MOST_READINGS = 6;
const PAUSE_MS = 50;

/** Packages in packages. */
const DEEPEST_PACKAGE = 5;

/**
 * What to do so that Flow has a product of Omnium's, a style with all its variants, as Omnium has it. Reads only.
 *
 * @throws SyncError `UidCollision`; what the mapping throws for a document that cannot be carried over
 */
export async function planProduct(
  run: ProductRun,
  document: OmniumProduct,
  markets: ProductMarkets,
): Promise<ProductPlan> {
  const { tenant, context, at } = run;
  const omniumMarkets = await tenant.catalogue.marketsOfOmnium(context);
  const wanted = mapProduct(document, productContext(markets, { config: tenant.config, omniumMarkets, at }));
  const rules = markets.leading.properties;
  const comparison = await compare(run, wanted, rules);
  return {
    ...summaryOf(comparison),
    fields: () => fieldDifferencesOf(comparison),
    carryOut: (writing) => carryOut({ ...run, context: writing }, comparison),
  };
}

async function carryOut(run: ProductRun, first: ProductComparison): Promise<void> {
  let comparison = first;
  for (let readings = 1; ; readings += 1) {
    try {
      const bring = (code: string, productUid: string): Promise<void> => bringComponent(run, code, productUid);
      return await new ProductWriter(run, bring).write(comparison);
    } catch (error) {
      // Written by somebody else in between, or by ourselves in an attempt whose answer was lost.
      if (!isStaleRead(error) || readings >= MOST_READINGS) throw error;
      if (readings > 1) await pause(PAUSE_MS * 2 ** readings, undefined, { signal: run.context.signal });
      run.tenant.catalogue.forget();
      const again = await compare(run, comparison.wanted, comparison.rules);
      if (isSameAgain(comparison, again)) throw error;
      comparison = again;
    }
  }
}

/** Flow has refused this very change: reading again would change nothing. */
function isSameAgain(before: ProductComparison, after: ProductComparison): boolean {
  return summaryOf(before).changes.join() === summaryOf(after).changes.join();
}

async function compare(run: ProductRun, wanted: WantedProducts, rules: GroupRules): Promise<ProductComparison> {
  const inFlow = await readInFlow(run, wanted);
  const state = (one: ProductInFlow): Promise<ProductState> => stateOf(run, one, { wanted, rules });
  const product = await state(inFlow.product);
  const variants = await Promise.all(
    inFlow.variants.map(async (variant) => ({ ...(await state(variant)), isLinked: variant.isLinked })),
  );
  return { wanted, rules, product, variants, others: await planOtherVariants(run, wanted.productId, inFlow.others) };
}

async function stateOf(
  run: ProductRun,
  { wanted, existing, media, slots }: ProductInFlow,
  about: { readonly wanted: WantedProducts; readonly rules: GroupRules },
): Promise<ProductState> {
  const { timezone } = run.tenant.config;
  const groups = await resolveGroups(run, wanted, { rules: about.rules, existing });
  const { definitions } = about.wanted;
  return {
    ...{ wanted, existing, groups, inFlow: { media, slots } },
    update: existing ? changedProductFields(wanted, existing, { ...groups, at: run.at, timezone }) : {},
    images: compareImages(wanted.images, media),
    values: compareValues(wanted, existing, definitions),
    slots: wanted.slots ? compareSlots(wanted.slots, slots) : [],
    brand: wanted.brand && (await brandChange(run, wanted.brand)),
  };
}

/**
 * Makes sure that Flow has an article that is in a package: a package may come before what is in it.
 *
 * @throws DocumentUnmappableError when Omnium does not offer it, or packages hold each other
 */
async function bringComponent(run: ProductRun, code: string, productUid: string): Promise<void> {
  const { tenant, context, insidePackages = 0 } = run;
  if (await tenant.flow.products.get(productUid, context)) return;
  if (insidePackages >= DEEPEST_PACKAGE) throw new DocumentUnmappableError('components', 'packages hold each other');
  const document = await readWhole(run, code);
  const markets = document && !isDeleted(document) ? marketsOf(document, tenant.config.markets) : undefined;
  if (!document || !markets) {
    throw new DocumentUnmappableError('components', `Omnium offers no article ${code} in the tenant's markets`);
  }
  const plan = await planProduct({ ...run, insidePackages: insidePackages + 1 }, document, markets);
  await plan.carryOut(context);
}
