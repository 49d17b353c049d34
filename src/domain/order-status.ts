/**
 * What a status of an order means for the shops. `bring`: the tills have it. `hold`: not yet, or not now. `finished`:
 * delivered, fetched or returned. `cancelled`: nobody is to get it.
 */
export const STATUS_CLASSES = ['bring', 'hold', 'finished', 'cancelled'] as const;

export type StatusClass = (typeof STATUS_CLASSES)[number];

const BY_CLASS: Readonly<Record<StatusClass, readonly string[]>> = {
  bring: [
    ...['New', 'Confirmed', 'InProgress', 'InProgressWarehouse', 'ReadyForShipment', 'ReadyForPickup', 'Delayed'],
    ...['PickingPostponed', 'PackingInProcess', 'PackedAndReady', 'PartiallyShipped', 'PartiallyDelivered'],
    'ShippedFromWarehouse',
  ],
  // An order in transit has left somebody's hands: it is neither to be sent once more nor over.
  hold: ['Draft', 'Queued', 'PaymentReview', 'OnHold', 'Pending', 'Faulted', 'InTransit'],
  finished: ['Completed', 'PickedUp', 'PickedUpAndPaid', 'Ship', 'Closed', 'Returned', 'PartiallyReturned'],
  cancelled: ['OrderCanceled', 'OrderCanceledByCustomer', 'OrderCanceledByStore', 'Expired', 'NotCollected', 'Deleted'],
};

/** Omnium's built-in statuses, in its own spelling. */
export const BUILT_IN_STATUSES: readonly string[] = STATUS_CLASSES.flatMap((is) => BY_CLASS[is]);

/** Omnium's built-in statuses, in lower case (omnium-api.md §3.5). A status that is not here is of no known class. */
const BUILT_IN: ReadonlyMap<string, StatusClass> = new Map(
  STATUS_CLASSES.flatMap((is) => BY_CLASS[is].map((status) => [status.toLowerCase(), is] as const)),
);

/**
 * Class of a status as the configuration and Omnium's built-in names have it.
 *
 * @param classes the configuration's own, by status in lower case; they come first
 */
export function classOfStatus(
  status: string | undefined,
  classes: Readonly<Record<string, StatusClass>>,
): StatusClass | undefined {
  const name = status?.toLowerCase() ?? '';
  return classes[name] ?? BUILT_IN.get(name);
}
