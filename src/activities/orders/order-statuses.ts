import { VendorHttpError } from '../../clients/errors';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumOrderType } from '../../clients/omnium/directory';
import type { OmniumOrder } from '../../clients/omnium/orders';
import { BUILT_IN_STATUSES, classOfStatus, type StatusClass } from '../../domain/order-status';
import { CachedLookup } from '../shared/cached-lookup';
import type { SyncContext } from '../shared/sync-context';

const KEPT_MS = 10 * 60_000;

/** An Omnium that does not let the API user read its order types leaves the built-in names and the configuration. */
const NOT_READABLE: ReadonlySet<number> = new Set([403, 404]);

/** The tenant's order types with its own statuses. */
export function orderTypesOf({ directory }: OmniumClient): CachedLookup<readonly OmniumOrderType[]> {
  return new CachedLookup<readonly OmniumOrderType[]>(
    (_, context) =>
      directory.listOrderTypes(context).catch((error: unknown) => {
        if (error instanceof VendorHttpError && NOT_READABLE.has(error.status)) return [];
        throw error;
      }),
    KEPT_MS,
  );
}

/** Whether Omnium works on the order: it must not be updated meanwhile (Omnium, FAQ). */
export function isQueued({ status }: OmniumOrder): boolean {
  return status?.toLowerCase() === 'queued';
}

/**
 * What an order's status means: by the configuration, else by the flags that the tenant gave it in Omnium (contract:
 * additions of 2026-11-30), else by Omnium's built-in names, also that of the status it is a kind of. No status is `New`.
 *
 * @returns undefined when neither says it: then the order is held
 */
export async function statusClassOf(
  context: SyncContext,
  { status = 'New', orderType }: Pick<OmniumOrder, 'status' | 'orderType'>,
): Promise<StatusClass | undefined> {
  const { config, orderTypes } = context.tenant;
  const { statusClasses } = config.orders;
  const configured = statusClasses[status.toLowerCase()];
  if (configured) return configured;
  const is = (name: string | undefined, other: string | undefined): boolean =>
    name?.toLowerCase() === other?.toLowerCase();
  const own = await orderTypes.find('order types', context, (types) => {
    const ofType = types.filter(({ name }) => is(name, orderType));
    return [...ofType, ...types].flatMap(({ orderStatuses }) => orderStatuses).find(({ name }) => is(name, status));
  });
  if (own?.isCanceledStatus) return 'cancelled';
  if (own?.isDeliveredStatus) return 'finished';
  if (own?.isPicked === true || own?.isInProgressStatus === true) return 'bring';
  return classOfStatus(status, statusClasses) ?? classOfStatus(own?.mainOrderStatus, statusClasses);
}

/** Statuses, in Omnium's spelling, that mean for every order type that the order is over: finished or cancelled. */
export async function statusesOfOrdersThatAreOver(context: SyncContext): Promise<readonly string[]> {
  const types = await context.tenant.orderTypes.get('order types', context);
  const own = types.flatMap(({ orderStatuses }) => orderStatuses.flatMap(({ name }) => name ?? []));
  const over: string[] = [];
  for (const status of new Set([...own, ...BUILT_IN_STATUSES])) {
    const classes = await Promise.all(
      [undefined, ...types.map(({ name }) => name)].map((orderType) =>
        statusClassOf(context, { status, ...(orderType && { orderType }) }),
      ),
    );
    if (classes.every((is) => is === 'finished' || is === 'cancelled')) over.push(status);
  }
  return over;
}
