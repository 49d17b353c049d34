import { type WebhookAction } from './store/setup-documents';
import { type TenantStore } from './store/tenant-store';

/** How Flow names an object in a webhook: its number and its uid (HOOK-OLD). */
export interface Reference {
  readonly Id: number;
  readonly Uid: string;
}

/** The objects a webhook is about, by kind: `store`, `order`, `customer`, `product`, `warehouse`, … */
export type References = Readonly<Record<string, Reference>>;

/** Where changes are told. */
export interface EventSink {
  emit(tenant: TenantStore, action: WebhookAction, references: References): void;
}

/** Who does something in a tenant, and where it is told. */
export interface Actor {
  readonly tenant: TenantStore;
  readonly events: EventSink;
  /** `integration` for API calls, `pos` for the tills, `system` for what Flow does by itself. */
  readonly user: string;
}

/** Reference to an object of a collection. */
export function referenceTo(collection: { idOf(uid: string): number }, uid: string): Reference {
  return { Id: collection.idOf(uid), Uid: uid };
}

const USER_IDS: ReadonlyMap<string, number> = new Map([
  ['integration', 1],
  ['pos', 2],
  ['system', 3],
]);

/** The user who caused something, as webhooks name them. */
export function referenceToUser({ user }: Actor): Reference {
  return { Id: USER_IDS.get(user) ?? 0, Uid: user };
}

/** Tells that stock of a product in a warehouse has changed. */
export function emitStockChange(actor: Actor, warehouseUid: string, productUid: string): void {
  const { tenant, events } = actor;
  const storeUid = tenant.warehouses.get(warehouseUid)?.storeUid ?? '';
  events.emit(tenant, 'STOCK_CHANGE', {
    store: referenceTo(tenant.stores, storeUid),
    product: referenceTo(tenant.products, productUid),
    warehouse: referenceTo(tenant.warehouses, warehouseUid),
    tenantUser: referenceToUser(actor),
  });
}
