import { z } from 'zod';
import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type JsonApi } from '../vendors/json-api';
import { eachOf } from '../pace';
import { type WarehousePair } from './goods-summaries';
import { hundredths } from './omnium-words';
import { allPages } from './read-flow';

const READERS = 6;

const warehousePage = z.object({
  items: z.array(
    z.object({ warehouseUid: z.string(), storeUid: z.string().nullish(), externalId: z.string().nullish() }),
  ),
  paging: z.object({ totalCount: z.number() }),
});
const levelPage = z.object({
  items: z.array(z.object({ productSku: z.string(), quantityStock: z.number() })),
  paging: z.object({ totalCount: z.number() }),
});
const batchSchema = z.object({
  result: z.array(z.object({ sku: z.string(), warehouseCode: z.string(), inventory: z.number() })),
  scrollId: z.string().nullish(),
});

/** Levels of one warehouse: SKU → hundredths of a piece. What is not listed is not in it. */
type Levels = ReadonlyMap<string, number>;

/** The levels of a warehouse in both systems. */
export interface WarehouseLevels extends WarehousePair {
  readonly inFlow: Levels;
  readonly inOmnium: Levels;
}

/** The warehouses that some stores own, each with the one of Omnium's that it is. */
export async function readWarehouses(
  api: JsonApi,
  about: { readonly tenantUid: string; readonly storeUids: readonly string[]; readonly omniumIds: readonly string[] },
): Promise<WarehousePair[]> {
  const { tenantUid, storeUids, omniumIds } = about;
  const pairs: WarehousePair[] = [];
  for (const storeUid of storeUids) {
    for (const { warehouseUid, externalId } of await allPages(api, `/stores/${storeUid}/warehouses?`, warehousePage)) {
      const warehouseId =
        omniumIds.find((id) => id === externalId) ?? omniumIds.find((id) => flowUidOf(id) === warehouseUid);
      pairs.push({ tenantUid, storeUid, warehouseUid, ...(warehouseId === undefined ? {} : { warehouseId }) });
    }
  }
  return pairs;
}

/** All levels of some warehouses, read from both systems. */
export async function readLevels(
  pairs: readonly WarehousePair[],
  apis: { readonly omniumApi: JsonApi; readonly flowApi: JsonApi; readonly signal: AbortSignal },
): Promise<WarehouseLevels[]> {
  const { omniumApi, flowApi, signal } = apis;
  const levels: WarehouseLevels[] = [];
  await eachOf(pairs, { atOnce: READERS, signal }, async (pair) => {
    const { storeUid, warehouseUid, warehouseId } = pair;
    const path = `/stores/${storeUid}/warehouses/${warehouseUid}/stock?`;
    const inFlow = new Map(
      (await allPages(flowApi, path, levelPage)).map(({ productSku, quantityStock }) => [productSku, quantityStock]),
    );
    const inOmnium = warehouseId === undefined ? new Map() : await readOmniumLevels(omniumApi, warehouseId);
    levels.push({ ...pair, inFlow, inOmnium });
  });
  return levels;
}

async function readOmniumLevels(api: JsonApi, warehouseId: string): Promise<Levels> {
  const levels = new Map<string, number>();
  const body = { warehouseCodes: [warehouseId], isBatchesExcluded: true };
  let answer = await api.send({ method: 'POST', path: '/api/Inventory/Search', body });
  for (;;) {
    const { result, scrollId } = batchSchema.parse(answer.body);
    for (const { sku, inventory } of result) levels.set(sku, hundredths(inventory));
    if (result.length === 0 || !scrollId) return levels;
    answer = await api.send({ method: 'GET', path: `/api/Inventory/Scroll/${encodeURIComponent(scrollId)}` });
  }
}
