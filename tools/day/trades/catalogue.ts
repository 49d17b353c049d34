import { type Sale } from './sales';

/** A product that the log implies. */
export interface CatalogueProduct {
  readonly stockCode: string;
  readonly name: string;
  /** First price above 0 in the log, major units; 0 when there is none. */
  readonly unitPrice: number;
  readonly flowUid: string;
  readonly marketIds: ReadonlySet<string>;
}

/** A code that Flow cannot have, with the reason. */
interface ImpossibleCode {
  readonly stockCode: string;
  readonly reason: string;
}

/** The catalogue behind a log. */
export interface Catalogue {
  /** All codes that were sold, in the order of their first sale. */
  readonly products: readonly CatalogueProduct[];
  /** Codes among them that are not created in Flow. */
  readonly impossible: ReadonlyMap<string, ImpossibleCode>;
}

interface Draft {
  name: string;
  unitPrice: number;
  readonly marketIds: Set<string>;
}

/**
 * The products of the sales: case and blanks in codes matter, as they do for Omnium. Two codes that become the same Flow
 * uid after stripping are never merged: the first one sold keeps the uid, the other is reported.
 *
 * @param marketOf - Omnium market of a sale
 */
export function catalogueOf(sales: readonly Sale[], marketOf: (sale: Sale) => string): Catalogue {
  const drafts = new Map<string, Draft>();
  for (const sale of sales) {
    for (const { stockCode, description, unitPrice } of sale.lines) {
      const draft = drafts.get(stockCode) ?? { name: '', unitPrice: 0, marketIds: new Set<string>() };
      drafts.set(stockCode, draft);
      if (draft.name === '') draft.name = description;
      if (draft.unitPrice === 0) draft.unitPrice = unitPrice;
      draft.marketIds.add(marketOf(sale));
    }
  }
  const owners = new Map<string, string>();
  const impossible = new Map<string, ImpossibleCode>();
  const products = [...drafts].map(([stockCode, { name, ...rest }]) => {
    const flowUid = stockCode.replace(/[^A-Za-z0-9_]/g, '');
    const owner = owners.get(flowUid);
    if (flowUid === '') impossible.set(stockCode, { stockCode, reason: 'nothing of the code is left in a Flow uid' });
    else if (owner === undefined) owners.set(flowUid, stockCode);
    else impossible.set(stockCode, { stockCode, reason: collision(stockCode, owner, flowUid) });
    return { stockCode, name: name === '' ? stockCode : name, ...rest, flowUid };
  });
  return { products, impossible };
}

/** Why a code is not in Flow when another product has its uid. */
export function collision(stockCode: string, ownerSku: string, flowUid: string): string {
  return `codes ${JSON.stringify(ownerSku)} and ${JSON.stringify(stockCode)} become the same Flow uid ${flowUid}`;
}
