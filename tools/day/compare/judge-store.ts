import { z } from 'zod';
import { storesKind } from '../../../src/contracts/kinds/stores';
import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { compareWords } from './differences';
import { differing, type GoodsVerdict } from './goods-verdict';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const hours = z
  .object({ isOpen: z.boolean().nullish(), openFrom: z.string().nullish(), openTo: z.string().nullish() })
  .nullish();
const omniumSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  isPrimaryStore: z.boolean(),
  isWarehouse: z.boolean(),
  availableOnMarkets: z.array(z.string()),
  availableWarehouses: z.array(z.object({ warehouseCode: z.string() })).default([]),
  ...Object.fromEntries(DAYS.map((day) => [`${day}OpeningHours`, hours])),
});

/** A store or warehouse of Omnium's. */
export type OmniumStoreSummary = z.infer<typeof omniumSchema>;

const flowSchema = z.object({
  storeUid: z.string(),
  name: z.string(),
  openingHours: z
    .array(
      z.object({
        day: z.string(),
        open: z.string().nullish(),
        close: z.string().nullish(),
        closed: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

/** A store of Flow's, with the uids of the warehouses it owns. */
export type FlowStoreSummary = z.infer<typeof flowSchema> & { readonly warehouseUids: readonly string[] };

export const storesOfOmnium = z.object({ result: z.array(omniumSchema) });
export const storesOfFlow = z.object({ items: z.array(flowSchema), paging: z.object({ totalCount: z.number() }) });

/** Compares a shop with Omnium's store: its name, its week, and whether its warehouses are there. Pure. */
export function judgeStore(
  store: OmniumStoreSummary,
  inFlow: readonly FlowStoreSummary[],
  { tenantUid, all }: { readonly tenantUid: string; readonly all: readonly OmniumStoreSummary[] },
): GoodsVerdict {
  const found = inFlow.find(({ storeUid }) => storeUid === flowUidOf(store.id));
  const base = { kind: 'store', tenantUid, document: store.id, workflowIds: [storesKind.id({ tenantUid })] } as const;
  if (!found) return { ...base, issue: { kind: 'missing', why: 'is not in Flow' } };
  // One that several stores list belongs to one of them.
  const inTenant = new Set(inFlow.flatMap(({ warehouseUids }) => warehouseUids));
  const listed = store.availableWarehouses.map(({ warehouseCode }) => warehouseCode);
  const lacking = listed.filter((code) => {
    const warehouse = all.find(({ id }) => id === code);
    return warehouse?.isWarehouse === true && !inTenant.has(flowUidOf(code));
  });
  return {
    ...base,
    ...differing([
      ...compareWords('name', found.name, store.name),
      ...DAYS.flatMap((day) => compareWords(day, dayInFlow(found, day), dayInOmnium(store, day))),
      ...lacking.map((code) => `warehouse ${code} is not in Flow`),
    ]),
  };
}

function dayInOmnium(store: OmniumStoreSummary, day: string): string {
  const found = hours.parse(store[`${day}OpeningHours`]);
  if (!found) return 'closed';
  return found.isOpen === true ? `${(found.openFrom ?? '').slice(0, 5)}–${(found.openTo ?? '').slice(0, 5)}` : 'closed';
}

function dayInFlow({ openingHours }: FlowStoreSummary, day: string): string {
  const found = (openingHours ?? []).find((each) => each.day.toLowerCase() === day);
  return !found || found.closed === true ? 'closed' : `${found.open ?? ''}–${found.close ?? ''}`;
}
