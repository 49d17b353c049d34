import { LRUCache } from 'lru-cache';
import type { FlowClient } from '../../clients/flow/client';
import type { CallContext } from '../../clients/http';
import type { FlowPaymentMethod, FlowStorePaymentMethod } from '../../clients/flow/schemas';

/** Flow's reference data changes rarely; a new mapping takes effect within this time. */
const METHODS_KEPT_MS = 5 * 60_000;
/** System code of the tenant's payment method mappings (Flow, setup page). */
const OMNIUM_SYSTEM_CODE = 'OMNIUM';

/** Where payment methods are read from. */
export type PaymentMethodSource = Pick<FlowClient['directory'], 'listPaymentMethods' | 'listStorePaymentMethods'>;

/**
 * Payment methods between the systems, by the tenant's mapping with system code `OMNIUM`. Web payment → the store's
 * external payment method: by the mapping, else the method whose settlement code is `EXTERNAL_` and the name, else the
 * configured fall-back. Payment at a till → Omnium's name: by the mapping, else the settlement code.
 */
export class PaymentMethodDirectory {
  private readonly ofTenant: LRUCache<'tenant', FlowPaymentMethod[], CallContext>;
  private readonly ofStore: LRUCache<string, FlowStorePaymentMethod[], CallContext>;

  constructor(
    source: PaymentMethodSource,
    private readonly fallbackSettlementCode: string,
  ) {
    this.ofTenant = new LRUCache({
      max: 1,
      ttl: METHODS_KEPT_MS,
      fetchMethod: (_key, _stale, { context }) => source.listPaymentMethods(context),
    });
    this.ofStore = new LRUCache({
      max: 2_000,
      ttl: METHODS_KEPT_MS,
      fetchMethod: (storeUid, _stale, { context }) => source.listStorePaymentMethods(storeUid, context),
    });
  }

  /** Uid of the store's payment method; `undefined` when the store has none that fits. */
  async resolve(
    storeUid: string,
    paymentMethodName: string | undefined,
    context: CallContext,
  ): Promise<string | undefined> {
    const shared: CallContext = context.onCall ? { onCall: context.onCall } : {};
    const tenantMethods = (await this.ofTenant.fetch('tenant', { context: shared })) ?? [];
    const storeMethods = (await this.ofStore.fetch(storeUid, { context: shared })) ?? [];
    const usable = storeMethods.filter((method) => method.active !== false);
    const mapped = tenantMethods.find((method) => isMappedTo(method, paymentMethodName));
    const codes = [
      `EXTERNAL_${paymentMethodName?.toUpperCase().replace(/[^A-Z0-9]+/g, '_') ?? ''}`,
      this.fallbackSettlementCode,
    ];
    const found =
      (mapped && usable.find((method) => method.tenantPaymentMethodUid === mapped.tenantPaymentMethodUid)) ??
      codes.map((code) => usable.find((method) => method.settlementCode === code)).find(Boolean);
    return found?.storePaymentMethodUid;
  }

  /**
   * Omnium's name of what was paid with at a till: the `externalId` of the tenant's mapping with system code `OMNIUM`,
   * else the settlement code itself (Flow, setup page, "Payment Method Mapping"). A mapping holds for a method that is
   * no longer in use as well: old receipts keep their names.
   */
  async omniumNameOf(settlementCode: string, context: CallContext): Promise<string> {
    const shared: CallContext = context.onCall ? { onCall: context.onCall } : {};
    const tenantMethods = (await this.ofTenant.fetch('tenant', { context: shared })) ?? [];
    const mappings = tenantMethods
      .filter((method) => method.settlementCode === settlementCode)
      .flatMap((method) => method.externalSystemMappings);
    return mappings.find((mapping) => mapping.systemCode === OMNIUM_SYSTEM_CODE)?.externalId ?? settlementCode;
  }
}

function isMappedTo(method: FlowPaymentMethod, omniumName: string | undefined): boolean {
  return (
    omniumName !== undefined &&
    method.externalSystemMappings.some(
      ({ systemCode, externalId }) =>
        systemCode === OMNIUM_SYSTEM_CODE && externalId?.toLowerCase() === omniumName.toLowerCase(),
    )
  );
}
