import { type JsonObject } from '../wire/schema';

/** A status an order type knows, with what reaching it means. */
export interface OrderStatus extends JsonObject {
  readonly name: string;
  readonly order: number;
  readonly isCanceledStatus: boolean;
  readonly isDeliveredStatus: boolean;
  readonly isInProgressStatus: boolean;
  /** The built-in status it is a kind of. */
  readonly mainOrderStatus?: string;
}

/** A configured order type. */
export interface OrderType extends JsonObject {
  readonly name: string;
  readonly defaultOrderType: boolean;
  readonly orderStatuses: readonly OrderStatus[];
}

const cancelled = ['OrderCanceled', 'OrderCanceledByCustomer', 'OrderCanceledByStore', 'Expired', 'NotCollected'];
const delivered = ['Completed', 'PickedUp', 'PickedUpAndPaid', 'Ship', 'Closed'];
const inProgress = ['InProgress', 'InProgressWarehouse', 'ReadyForShipment', 'PackingInProcess', 'PackedAndReady'];

const start = ['New', 'Draft', 'Queued', 'Pending', 'Confirmed', 'PaymentReview', 'OnHold'];
const ending = ['OrderCanceled', 'OrderCanceledByCustomer', 'OrderCanceledByStore', 'Deleted', 'Faulted', 'Delayed'];
const returned = ['Returned', 'PartiallyReturned'];
const shipped = [...inProgress, 'Ship', 'InTransit', 'PartiallyShipped', 'PartiallyDelivered', 'ShippedFromWarehouse'];
const pickedUp = [
  'InProgress',
  'ReadyForPickup',
  'PickingPostponed',
  'PickedUp',
  'PickedUpAndPaid',
  'PartiallyDelivered',
];

const byType: readonly (readonly [name: string, statuses: readonly string[]])[] = [
  ['Online', [...start, ...shipped, 'Completed', 'Closed', ...ending, ...returned]],
  ['OnlineOrder', [...start, ...shipped, 'Completed', 'Closed', ...ending, ...returned]],
  ['ClickAndCollect', [...start, ...pickedUp, 'Completed', 'NotCollected', 'Expired', ...ending, ...returned]],
  ['Bopis', [...start, ...pickedUp, 'Completed', 'NotCollected', 'Expired', ...ending, ...returned]],
  ['ShipFromStore', [...start, ...shipped, 'Completed', 'Closed', ...ending, ...returned]],
  ['Pos', ['New', 'Completed', 'OrderCanceled', 'Deleted', ...returned]],
  ['PreOrder', [...start, ...shipped, 'Completed', ...ending, ...returned]],
  ['Replacement', [...start, ...shipped, 'Completed', ...ending, ...returned]],
  ['ReturnOrder', ['New', 'InProgress', 'Completed', 'OrderCanceled', 'Deleted', ...returned]],
];

const statusOf = (name: string, index: number): OrderStatus => ({
  name,
  displayName: name.replace(/([a-z])([A-Z])/g, '$1 $2'),
  order: index,
  isCanceledStatus: cancelled.includes(name),
  isDeliveredStatus: delivered.includes(name),
  isInProgressStatus: inProgress.includes(name),
  isMainFilter: index < 3,
  isPicked: name === 'ReadyForPickup' || name === 'PackedAndReady',
  updateStatusButtonIsDisabledInGui: false,
  workflowSteps: [],
});

/** What a tenant has added to the statuses. */
const ownStatuses: readonly OrderStatus[] = [
  { ...statusOf('AtTheDesk', 90), isPicked: true },
  { ...statusOf('HandedToCourier', 91), isDeliveredStatus: true },
  { ...statusOf('Withdrawn', 92), isCanceledStatus: true },
  { ...statusOf('FraudCheck', 93), mainOrderStatus: 'OnHold' },
  statusOf('Mystery', 94),
];

/** The order types of the sandbox chain with their statuses, as `GET /api/Settings/OrderTypes` shows them. */
export const buildOrderTypes = (hasOwnStatuses: boolean): OrderType[] =>
  byType.map(([name, statuses]) => ({
    name,
    defaultOrderType: name === 'Online',
    deriveOrderStatusFromShipments: name === 'Online' || name === 'OnlineOrder',
    disableWorkflow: false,
    enableCreateFromCart: true,
    enableEdit: true,
    orderStatuses: [...[...new Set(statuses)].map(statusOf), ...(hasOwnStatuses ? ownStatuses : [])],
  }));
