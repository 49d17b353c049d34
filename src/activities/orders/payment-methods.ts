import type { FlowClient } from '../../clients/flow/client';
import type { FlowPaymentMethod, FlowStorePaymentMethod } from '../../clients/flow/directory';
import type { CallContext } from '../../clients/http';
import { CachedLookup } from '../shared/cached-lookup';

/** Flow's reference data changes rarely; a new mapping takes effect within this time. */
const METHODS_KEPT_MS = 5 * 60_000;
/** System code of the tenant's payment method mappings (Flow, setup page). */
const OMNIUM_SYSTEM_CODE = 'OMNIUM';

/**
 * Payment methods between the systems, by the tenant's mapping with system code `OMNIUM`. Web payment → the store's
 * external payment method: by the mapping, else the method whose settlement code is `EXTERNAL_` and the name, else the
 * configured fall-back. Payment at a till → Omnium's name: by the mapping, else the settlement code.
 */
export class PaymentMethodDirectory {
  private readonly ofTenant: CachedLookup<FlowPaymentMethod[]>;
  private readonly ofStore: CachedLookup<FlowStorePaymentMethod[]>;

  constructor(
    directory: Pick<FlowClient['directory'], 'listPaymentMethods' | 'listStorePaymentMethods'>,
    private readonly fallbackSettlementCode: string,
  ) {
    this.ofTenant = new CachedLookup((_, context) => directory.listPaymentMethods(context), METHODS_KEPT_MS);
    this.ofStore = new CachedLookup(
      (storeUid, context) => directory.listStorePaymentMethods(storeUid, context),
      METHODS_KEPT_MS,
      2_000,
    );
  }

  /** Settlement code of the store's payment method; `undefined` when the store has none that fits. */
  async resolve(
    storeUid: string,
    paymentMethodName: string | undefined,
    context: CallContext,
  ): Promise<string | undefined> {
    const tenantMethods = await this.ofTenant.get('tenant', context);
    const storeMethods = await this.ofStore.get(storeUid, context);
    const usable = storeMethods.filter((method) => method.active !== false);
    const mapped = tenantMethods.find((method) => isMappedTo(method, paymentMethodName));
    const codes = [
      `EXTERNAL_${paymentMethodName?.toUpperCase().replace(/[^A-Z0-9]+/g, '_') ?? ''}`,
      this.fallbackSettlementCode,
    ];
    const isMappedHere =
      mapped && usable.some((method) => method.tenantPaymentMethodUid === mapped.tenantPaymentMethodUid);
    if (isMappedHere && mapped.settlementCode) return mapped.settlementCode;
    return codes.find((code) => usable.some((method) => method.settlementCode === code));
  }

  /**
   * Omnium's name of what was paid with at a till: the `externalId` of the tenant's mapping with system code `OMNIUM`,
   * else the settlement code itself (Flow, setup page, "Payment Method Mapping"). A mapping holds for a method that is
   * no longer in use as well: old receipts keep their names.
   */
  async omniumNameOf(settlementCode: string, context: CallContext): Promise<string> {
    const tenantMethods = await this.ofTenant.get('tenant', context);
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
