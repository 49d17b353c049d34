import { asHundredths } from '../../domain/quantity';
import type { FlowStockRecord } from '../../clients/flow/stock';
import type { Attempt } from '../shared/sync-context';
import { chunksOf } from '../shared/concurrency';
import type { Tenant } from '../tenants';
import type { FlowLevel, LevelKey } from './level';

/** Products of one question. */
const PRODUCTS_PER_READ = 100;

/** Where levels are read from. */
export interface FlowRead {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/** Flow's levels of some products in some warehouses, in batches. What Flow does not list does not come. */
export async function* readLevels(keys: readonly LevelKey[], read: FlowRead): AsyncGenerator<FlowLevel[]> {
  for (const chunk of chunksOf(keys, PRODUCTS_PER_READ)) {
    const wanted = new Set(chunk.map(keyOf));
    const question = {
      productUids: [...new Set(chunk.map(({ productUid }) => productUid))],
      warehouseUids: [...new Set(chunk.map(({ warehouseUid }) => warehouseUid))],
    };
    const products = await read.tenant.flow.stock.get(question, read.attempt);
    yield products
      .flatMap(({ productUid, productSku, warehouseStockDetails }) =>
        warehouseStockDetails.map(({ warehouseUid, quantityStock }) => ({
          ...{ warehouseUid, productUid, sku: productSku ?? productUid },
          quantityStock: asHundredths(quantityStock),
        })),
      )
      .filter((level) => wanted.has(keyOf(level)));
  }
}

/** Flow's levels in a store that have changed after a moment, in batches. */
export async function* readChanges(storeUid: string, since: string, read: FlowRead): AsyncGenerator<FlowLevel[]> {
  const changes = read.tenant.flow.stock.listChanges(storeUid, { modifiedAfter: since }, read.attempt);
  for await (const records of changes) yield records.map(levelOf);
}

/** All levels of a warehouse, in batches. */
export async function* readWarehouse(
  { storeUid, warehouseUid }: { readonly storeUid: string; readonly warehouseUid: string },
  read: FlowRead,
): AsyncGenerator<FlowLevel[]> {
  for await (const records of read.tenant.flow.stock.listOfWarehouse(storeUid, warehouseUid, read.attempt)) {
    yield records.map(levelOf);
  }
}

function levelOf({ warehouseUid, productUid, productSku, quantityStock, lastModifiedAt }: FlowStockRecord): FlowLevel {
  return {
    ...{ warehouseUid, productUid, sku: productSku ?? productUid },
    quantityStock: asHundredths(quantityStock),
    ...(lastModifiedAt && { lastModifiedAt }),
  };
}

function keyOf({ warehouseUid, productUid }: LevelKey): string {
  return `${warehouseUid}/${productUid}`;
}
