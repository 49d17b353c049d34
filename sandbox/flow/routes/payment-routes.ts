import { type FieldError, notFound } from '../problem';
import {
  PAYMENT_CODES,
  type PaymentMethod,
  paymentMethodCreate,
  paymentMethodFields,
  type StorePaymentMethod,
} from '../store/setup-documents';
import { type TenantStore } from '../store/tenant-store';
import { crudRoutes } from './crud';
import { type FlowRoute, listAnswer, ok, openRoute, storeRoute } from './route';

const paymentMethodUpdate = paymentMethodFields.partial();

/** Payment methods: Flow's own, the tenant's with their names in other systems, and each store's (§3.7). */
export function paymentRoutes(): FlowRoute[] {
  return [
    openRoute('GET /paymentmethods', (call) => listAnswer(call, PAYMENT_CODES.map(codeDocument))),
    ...crudRoutes({
      entity: 'payment method',
      path: '/paymentmethods',
      uidField: 'tenantPaymentMethodUid',
      collection: (tenant) => tenant.paymentMethods,
      create: paymentMethodCreate,
      update: paymentMethodUpdate,
      uidOf: (doc) => doc.tenantPaymentMethodUid,
      build: (body, tenant): PaymentMethod => {
        const tenantPaymentMethodUid = body.tenantPaymentMethodUid ?? tenant.newUid();
        // Methods of Flow's own have their payment code as settlement code.
        const settlementCode = body.settlementCode ?? body.paymentCode;
        return { active: true, visibility: 'FEATURED', ...body, tenantPaymentMethodUid, settlementCode };
      },
      check: (_tenant, body) => ('paymentCode' in body ? checkSettlementCode(body) : []),
      filters: {
        systemCode: {
          test: (doc, value) => (doc.externalSystemMappings ?? []).some((mapping) => mapping.systemCode === value),
        },
      },
      render: ({ paymentCode, ...method }) => ({
        ...method,
        externalSystemMappings: method.externalSystemMappings ?? [],
        paymentMethod: codeDocument(paymentCode),
      }),
    }),
    storeRoute('GET /paymentmethods', (call) =>
      listAnswer(call, call.tenant.storePaymentMethods.find('storeUid', call.store.storeUid), (method) =>
        storeMethodDocument(call.tenant, method),
      ),
    ),
    storeRoute('GET /paymentmethods/:uid', (call) => {
      const method = call.tenant.storePaymentMethods.get(call.param('uid'));
      if (method?.storeUid !== call.store.storeUid) throw notFound('payment method');
      return ok(storeMethodDocument(call.tenant, method));
    }),
  ];
}

function checkSettlementCode(body: {
  paymentCode?: string | undefined;
  settlementCode?: string | null | undefined;
}): FieldError[] {
  const external = body.paymentCode === 'EXTERNAL';
  const prefixed = body.settlementCode?.startsWith('EXTERNAL_') ?? false;
  if (external && !prefixed) return [{ field: 'settlementCode', message: 'must begin with EXTERNAL_' }];
  if (!external && body.settlementCode && body.settlementCode !== body.paymentCode) {
    return [{ field: 'settlementCode', message: 'must be the payment code' }];
  }
  return [];
}

function codeDocument(paymentCode: string): object {
  return {
    paymentCode,
    allowRefund: true,
    allowSale: true,
    allowAmount: true,
    allowCashback: false,
    requireExclusiveUse: false,
    parameters: [],
  };
}

function storeMethodDocument(tenant: TenantStore, method: StorePaymentMethod): object {
  const { storePaymentMethodUid, storeUid, tenantPaymentMethodUid, active } = method;
  const ofTenant = tenant.paymentMethods.get(tenantPaymentMethodUid);
  return {
    storePaymentMethodUid,
    storeUid,
    tenantPaymentMethodUid,
    settlementCode: ofTenant?.settlementCode ?? null,
    name: ofTenant?.name ?? null,
    active: active && ofTenant?.active !== false,
  };
}
