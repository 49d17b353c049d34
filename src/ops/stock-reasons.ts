import { type Client } from '@temporalio/client';
import { type LevelDifference, type StoreComparison } from '../activities/stock/compare-stock';
import { goodsReceptionKind } from '../contracts/kinds/goods-reception';
import { orderKind } from '../contracts/kinds/order';
import { stockKind } from '../contracts/kinds/stock';
import { searchAttributes } from '../contracts/search-attributes';
import { type OpenTenant } from './context';

/** What is under way in a store, as Temporal and the vendors know it. */
export interface StoreActivity {
  /** Goods receptions that are running: uid → products in them. */
  readonly receptions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Orders of the store that wait on the ladder: their stock has not moved in Omnium yet. */
  readonly waitingOrders: readonly string[];
  /** Whether the store's stock is being written right now, or why that waits. */
  readonly stockSync?: string;
  /** Up to when Omnium's changes have been exported to Flow. */
  readonly exportedUntil?: Date;
  /** Rows (`sku@warehouseCode`) that the exports could not bring over and look at again. */
  readonly openRows: ReadonlySet<string>;
  /** Whether Omnium's levels are exported at all, else why not. */
  readonly exportRefused?: string;
}

const ASK_SERVER_MS = 5_000;
const MOST_ASKED = 50;

/** Asks who is at work on a store's stock. */
export async function activityIn(
  client: Client,
  { tenant, attempt }: OpenTenant,
  storeUid: string,
): Promise<Pick<StoreActivity, 'receptions' | 'waitingOrders' | 'stockSync'>> {
  const { tenantUid } = tenant.config;
  const inStore = `${searchAttributes.tenantUid.name} = '${tenantUid}' AND ${searchAttributes.storeUid.name} = '${storeUid}' AND ExecutionStatus = 'Running'`;
  const running = async (workflowType: string, more = ''): Promise<string[]> =>
    await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, async () => {
      const ids: string[] = [];
      const query = `WorkflowType = '${workflowType}' AND ${inStore}${more}`;
      for await (const { workflowId } of client.workflow.list({ query, pageSize: MOST_ASKED })) {
        ids.push(workflowId);
        if (ids.length >= MOST_ASKED) break;
      }
      return ids;
    });
  const receptions = new Map<string, ReadonlySet<string>>();
  for (const workflowId of await running(goodsReceptionKind.workflow)) {
    const receivementUid = goodsReceptionKind.parseId(workflowId)?.receivementUid;
    if (receivementUid === undefined) continue;
    const receivement = await tenant.flow.receivements.get(storeUid, receivementUid, attempt);
    receptions.set(receivementUid, new Set(receivement?.items.map(({ product }) => product.productUid)));
  }
  const isWaiting = ` AND ${searchAttributes.syncState.name} = 'Retrying'`;
  const orders = await running(orderKind.workflow, isWaiting);
  const stockSync = await stateOfStock(client, stockKind.id({ tenantUid, storeUid }));
  return {
    receptions,
    waitingOrders: orders.flatMap((workflowId) => orderKind.parseId(workflowId)?.orderNumber ?? []),
    ...(stockSync && { stockSync }),
  };
}

async function stateOfStock(client: Client, workflowId: string): Promise<string | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  const description = await client.connection
    .withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe())
    .catch(() => undefined);
  if (description?.status.name !== 'RUNNING') return undefined;
  const failure = description.typedSearchAttributes.get(searchAttributes.failureType);
  return failure ? `its sync waits on the ladder (${failure})` : 'its sync is at work right now';
}

/** Why a level differs, as far as anything can be known: the most certain reason first. */
export function reasonFor(
  difference: LevelDifference,
  { master }: Pick<StoreComparison, 'master'>,
  activity: StoreActivity,
): string {
  const { unreadable, inFlow } = difference;
  if (unreadable) return `Omnium's quantity cannot be carried over: ${unreadable}`;
  if (inFlow === undefined) return 'Flow does not have the product: it comes with the product export';
  const reception = receptionWith(difference.productUid, activity);
  if (reception) return `goods reception ${reception} is on its way to Omnium`;
  if (activity.stockSync && master === 'flow') return activity.stockSync;
  return master === 'flow' ? reasonUnderFlow(difference) : reasonUnderOmnium(difference, activity);
}

function receptionWith(productUid: string, { receptions }: StoreActivity): string | undefined {
  for (const [receivementUid, products] of receptions) if (products.has(productUid)) return receivementUid;
  return undefined;
}

function reasonUnderFlow({ flowChangedAt, omniumChangedAt, inOmnium }: LevelDifference): string {
  if (isLater(omniumChangedAt, flowChangedAt)) {
    return `changed in Omnium at ${omniumChangedAt}, against the master`;
  }
  if (flowChangedAt)
    return `changed in Flow at ${flowChangedAt}, and Omnium was not told; the sweep flow-stock finds it`;
  return inOmnium === undefined ? 'Omnium was never told of it' : 'nothing explains it: it drifted';
}

function reasonUnderOmnium(
  { sku, warehouseCode, flowChangedAt, omniumChangedAt }: LevelDifference,
  { exportedUntil, exportRefused, openRows, waitingOrders, stockSync }: StoreActivity,
): string {
  if (exportRefused) return exportRefused;
  if (stockSync) return stockSync;
  if (openRows.has(`${sku}@${warehouseCode}`))
    return 'the export could not bring it over, and looks at it again in every run';
  const changed = omniumChangedAt ? Date.parse(omniumChangedAt) : undefined;
  if (changed !== undefined && (!exportedUntil || changed >= exportedUntil.getTime())) {
    return `changed in Omnium at ${omniumChangedAt}; the next inventory export takes it along`;
  }
  if (isLater(flowChangedAt, omniumChangedAt)) {
    const orders = waitingOrders.length > 0 ? `; ${waitingOrders.length} orders of the store wait to reach Omnium` : '';
    return `changed in Flow at ${flowChangedAt}, and Omnium does not know${orders}`;
  }
  return 'nothing explains it: it drifted';
}

function isLater(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && (b === undefined || Date.parse(a) > Date.parse(b));
}
