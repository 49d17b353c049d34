import { type ChainMarket } from '../../chain/types';
import { notFound } from '../problem';
import { customerGroupCreate, customerGroupFields } from '../store/customer-documents';
import {
  deliveryProviderCreate,
  deliveryProviderFields,
  handlingCreate,
  handlingFields,
  numberSeriesCreate,
  numberSeriesFields,
  organizationCreate,
  organizationFields,
  reasonCreate,
  reasonFields,
} from '../store/setup-documents';
import { contains, crudRoutes } from './crud';
import { type Call, type FlowRoute, listAnswer, ok, openRoute, queryText, tenantRoute } from './route';

/** Countries, VAT codes, the tenant itself, number series, reasons, organizations, handlings (§3.1, §3.2, §3.7). */
export function setupRoutes(markets: readonly ChainMarket[]): FlowRoute[] {
  return [
    ...countryRoutes(markets),
    openRoute('GET /tenants', (call) => listAnswer(call, [tenantDocument(call)])),
    tenantRoute('GET', (call) => ok(tenantDocument(call))),
    ...crudRoutes({
      entity: 'number series',
      path: '/number-series',
      uidField: 'numberSeriesUid',
      collection: (tenant) => tenant.numberSeries,
      create: numberSeriesCreate,
      update: numberSeriesFields.partial(),
      uidOf: (doc) => doc.numberSeriesUid,
      build: (body, tenant) => ({
        ...body,
        numberSeriesUid: body.numberSeriesUid ?? tenant.newUid(),
        currentValue: body.start,
      }),
      check: (_tenant, body) =>
        (body.end ?? Infinity) < (body.start ?? 0) ? [{ field: 'end', message: 'is before the start' }] : [],
      filters: { numberSeriesType: { test: (doc, value) => doc.type === value } },
    }),
    ...crudRoutes({
      entity: 'reason',
      path: '/reasons',
      uidField: 'reasonUid',
      collection: (tenant) => tenant.reasons,
      create: reasonCreate,
      update: reasonFields,
      uidOf: (doc) => doc.reasonUid,
      build: (body, tenant) => ({ ...body, reasonUid: body.reasonUid ?? tenant.newUid() }),
      filters: { reasonType: { test: (doc, value) => doc.type === value } },
    }),
    ...crudRoutes({
      entity: 'organization',
      path: '/organizations',
      uidField: 'organizationUid',
      collection: (tenant) => tenant.organizations,
      create: organizationCreate,
      update: organizationFields.partial(),
      uidOf: (doc) => doc.organizationUid,
      build: (body, tenant) => ({
        isActive: true,
        ...body,
        organizationUid: body.organizationUid ?? tenant.newUid(),
      }),
      filters: {
        organizationExternalId: { test: (doc, value) => doc.externalId === value },
        organizationName: { test: (doc, value) => contains(doc.name, value) },
      },
    }),
    ...orderSetupRoutes(),
  ];
}

function orderSetupRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'handling',
      path: '/handlings',
      uidField: 'handlingUid',
      collection: (tenant) => tenant.handlings,
      create: handlingCreate,
      update: handlingFields.partial(),
      createStatus: 201,
      uidOf: (doc) => doc.handlingUid,
      build: (body, tenant) => ({ active: true, ...body, handlingUid: body.handlingUid ?? tenant.newUid() }),
      render: (doc) => ({ requireSerialnumberForComplete: false, templateUidForComplete: null, triggers: [], ...doc }),
    }),
    ...crudRoutes({
      entity: 'delivery provider',
      path: '/delivery-providers',
      uidField: 'deliveryProviderUid',
      collection: (tenant) => tenant.deliveryProviders,
      create: deliveryProviderCreate,
      update: deliveryProviderFields.partial(),
      createStatus: 201,
      uidOf: (doc) => doc.deliveryProviderUid,
      build: (body, tenant) => ({ ...body, deliveryProviderUid: body.deliveryProviderUid ?? tenant.newUid() }),
    }),
    ...crudRoutes({
      entity: 'customer group',
      path: '/customer-groups',
      uidField: 'customerGroupUid',
      collection: (tenant) => tenant.customerGroups,
      create: customerGroupCreate,
      update: customerGroupFields.partial(),
      createStatus: 201,
      uidOf: (doc) => doc.customerGroupUid,
      build: (body, tenant) => ({ ...body, customerGroupUid: body.customerGroupUid ?? tenant.newUid() }),
    }),
  ];
}

function countryRoutes(markets: readonly ChainMarket[]): FlowRoute[] {
  const countries = markets.map((market) => ({
    countryUid: market.countryCode.toLowerCase(),
    code: market.countryCode,
    name: market.name,
    currency: market.currency,
    phonePrefix: market.phonePrefix,
    languageCode: market.language.slice(0, 2),
  }));
  return [
    openRoute('GET /countries', (call) => listAnswer(call, countries)),
    openRoute('GET /countries/:countryUid', (call) => {
      const country = countries.find(({ countryUid }) => countryUid === call.param('countryUid'));
      if (!country) throw notFound('country');
      return ok(country);
    }),
    openRoute('GET /vat', (call) => {
      const country = queryText(call, 'vatCountryCode');
      const codes = [...call.vatCodes.values()];
      return listAnswer(call, country === undefined ? codes : codes.filter((code) => code.countryCode === country));
    }),
  ];
}

function tenantDocument({ tenant }: Call): object {
  const { market } = tenant;
  return {
    tenantUid: tenant.tenantUid,
    name: `Nordlys ${market.name}`,
    countryCode: market.countryCode,
    pricelistUid: tenant.pricelistUid,
    vatNumber: market.organization.organizationNumber,
    settings: {
      allowExternalCashDrawer: false,
      autoLogout: false,
      autoPrintReceipt: true,
      numericSkuCounter: false,
      printCardPaymentDetails: true,
      sendInvoicesExternally: false,
    },
    appSettings: { showOutOfStockWarning: true },
    extensions: [{ extensionCode: 'OMNIUM', name: 'Omnium OMS', active: true }],
    timezone: market.timezone,
    languageCode: market.language.slice(0, 2),
    currency: {
      code: market.currency,
      name: market.currencyName,
      symbol: market.currency,
      cashRounding: market.cashRoundingCents,
    },
  };
}
