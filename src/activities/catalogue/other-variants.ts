import type { FlowVariant } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { discontinuation } from './mapping/compare-product';
import { isDeleted, isOffered, marketsOf } from './mapping/product-context';
import { isFromOmnium } from './own-product';
import type { ProductRun } from './product-run';
import { carryOutTaking, takeFromSale, type TakenFromSale } from './take-from-sale';

/** A variant in Flow that its style in Omnium does not list. */
export interface OtherVariant {
  readonly variant: FlowVariant;
  /** Undefined = it is sold elsewhere, and only leaves its style. */
  readonly taken: TakenFromSale | undefined;
  readonly changes: readonly string[];
}

/**
 * What is to be done about variants in Flow that Omnium does not list: one that Omnium has below another product leaves the
 * style, one that is gone is taken from sale. The shop's own stay.
 */
export async function planOtherVariants(
  run: ProductRun,
  productId: string,
  others: readonly FlowVariant[],
): Promise<OtherVariant[]> {
  const planned: OtherVariant[] = [];
  for (const variant of others) {
    const { at, tenant } = run;
    if (!isFromOmnium(variant)) continue;
    const isTaken = Object.keys(discontinuation(variant, { at, timezone: tenant.config.timezone })).length === 0;
    // Nobody sells it, and it may stay where its sales are looked for.
    if (isTaken && tenant.config.catalogue.onDeletedInOmnium === 'discontinue') continue;
    if (await isSoldElsewhere(run, productId, variant.externalId ?? '')) {
      planned.push({ variant, taken: undefined, changes: [`${variant.externalId ?? ''} variant`] });
    } else {
      const taken = takeFromSale(run, variant);
      planned.push({ variant, taken, changes: taken.changes });
    }
  }
  return planned;
}

/** Does it. */
export async function carryOutOther(
  run: ProductRun,
  { variant, taken }: OtherVariant,
  about: { readonly parentUid: string; readonly context: CallContext },
): Promise<void> {
  const { parentUid, context } = about;
  if (taken) await carryOutTaking(run, taken, context);
  else await run.tenant.flow.products.unlinkVariant(parentUid, variant.productVariantUid, context);
}

async function isSoldElsewhere({ tenant, context }: ProductRun, productId: string, skuId: string): Promise<boolean> {
  const product = await tenant.omnium.products.get(skuId, context);
  if (!product || product.productId === productId || isDeleted(product)) return false;
  const markets = marketsOf(product, tenant.config.markets);
  if (!markets) return false;
  if (product.variants.length === 0) return product.skuId === skuId;
  return product.variants.some(
    (variant) => variant.skuId === skuId && !isDeleted(variant) && isOffered(variant, markets.all),
  );
}
