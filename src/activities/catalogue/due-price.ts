import { VendorHttpError } from '../../clients/errors';
import type { FlowProductUpdate } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { openRowOf } from '../../contracts/export-rows';
import { priceUidOf, type KnownPrice, type PriceVerdict } from './mapping/list-price';
import type { Tenant } from '../tenants';
import type { FieldDifference } from '../shared/field-difference';
import type { DueRow } from '../delta/export-kind';
import type { FlowPriceIndex } from './flow-price-index';

/** A price list that is written to. */
export interface WrittenList {
  readonly pricelistUid: string;
  readonly tenant: Tenant;
  readonly index: FlowPriceIndex;
  /** Makes the list when Flow does not have it; lists that somebody else makes have none. */
  readonly ensure?: (context: CallContext) => Promise<void>;
}

/** What a price of a list is written with. */
export interface DuePriceParts {
  readonly sku: string;
  readonly productUid: string;
  readonly verdict: Exclude<PriceVerdict, { readonly do: 'nothing' }>;
  readonly known: KnownPrice | undefined;
}

/** A price of a list that is not right in Flow. There are thousands at a time, so they share what they can. */
export class DuePrice implements DueRow {
  constructor(
    private readonly parts: DuePriceParts,
    private readonly list: WrittenList,
  ) {}

  get row(): string {
    return openRowOf(this.parts.sku, this.list.pricelistUid);
  }

  get change(): string {
    const { known, verdict } = this.parts;
    const before = known ? inUnits(known.priceCents) : 'no price';
    return `${before} → ${verdict.do === 'write' ? inUnits(verdict.priceCents) : 'no price'}`;
  }

  get fields(): readonly FieldDifference[] {
    const { sku, known, verdict } = this.parts;
    const from = known && { from: inUnits(known.priceCents) };
    const to = verdict.do === 'write' && { to: inUnits(verdict.priceCents) };
    return [{ of: sku, field: `price ${this.list.pricelistUid}`, ...from, ...to }];
  }

  async write(context: CallContext): Promise<void> {
    const { verdict } = this.parts;
    if (verdict.do === 'remove') return await this.remove(context);
    await this.list.ensure?.(context);
    const uid = this.knownUid;
    if (uid !== undefined && (await this.update(uid, verdict.priceCents, context))) return;
    await this.create(verdict.priceCents, context);
  }

  /** Somebody may have made it since it was looked for: then it is changed instead. */
  private async create(price: number, context: CallContext): Promise<void> {
    const { tenant, pricelistUid } = this.list;
    const { productUid } = this.parts;
    const priceUid = this.ownUid;
    try {
      await tenant.flow.prices.create(pricelistUid, { priceUid, productUid, price }, context);
    } catch (error) {
      if (!(error instanceof VendorHttpError && error.status === 409)) throw error;
      if (!(await this.update(priceUid, price, context))) throw error;
    }
  }

  /** False when it is not there any more. */
  private async update(priceUid: string, price: number, context: CallContext): Promise<boolean> {
    const { tenant, pricelistUid } = this.list;
    const always = this.parts.known?.isLimited === true ? { fromDate: null, toDate: null } : {};
    try {
      await tenant.flow.prices.update(pricelistUid, priceUid, { price, ...always }, context);
      return true;
    } catch (error) {
      if (error instanceof VendorHttpError && error.status === 404) return false;
      throw error;
    }
  }

  private async remove(context: CallContext): Promise<void> {
    const { tenant, pricelistUid, index } = this.list;
    const uid = this.knownUid;
    if (uid === undefined) return;
    await tenant.flow.prices.delete(pricelistUid, uid, context);
    index.forgetPages();
  }

  private get knownUid(): string | undefined {
    const { known } = this.parts;
    return known && (known.priceUid ?? this.ownUid);
  }

  private get ownUid(): string {
    return priceUidOf(this.parts.productUid, this.list.pricelistUid);
  }
}

/** A change of a product. */
export interface ProductChange {
  readonly update: FlowProductUpdate;
  /** What of it, in words. */
  readonly field: string;
  /** As it is; absent = Flow has none. */
  readonly from?: string;
  readonly to: string;
}

/** What of a product is written. */
export interface DueProductParts extends ProductChange {
  readonly row: string;
  readonly sku: string;
  readonly productUid: string;
}

/** A product whose price is not right in Flow. */
export class DueProductPrice implements DueRow {
  constructor(
    private readonly parts: DueProductParts,
    private readonly tenant: Tenant,
  ) {}

  get row(): string {
    return this.parts.row;
  }

  get change(): string {
    const { field, from = 'none', to } = this.parts;
    return `${field} ${from} → ${to}`;
  }

  get fields(): readonly FieldDifference[] {
    const { sku, field, from, to } = this.parts;
    return [{ of: sku, field, ...(from !== undefined && { from }), to }];
  }

  write(context: CallContext): Promise<void> {
    return this.tenant.flow.products.update(this.parts.productUid, this.parts.update, context);
  }
}

/** Cents as people write them: 19950 → `199.5`. */
export function inUnits(cents: number): string {
  return String(cents / 100);
}
