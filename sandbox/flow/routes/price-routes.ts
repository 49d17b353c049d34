import { referenceTo } from '../events';
import { readBody } from '../fields';
import { neverHolds } from '../orders/prices';
import { duplicateUid, invalidField, notFound, refuseIfAny } from '../problem';
import { type Price, priceCreate, priceFields, pricelistCreate, pricelistFields } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type WebhookAction } from '../store/setup-documents';
import { contains, crudRoutes } from './crud';
import { unknownReference } from './references';
import {
  type Answer,
  type Call,
  type FlowRoute,
  isSorted,
  listAnswer,
  noContent,
  ok,
  queryText,
  tenantRoute,
} from './route';

const PRICES = '/pricelists/:pricelistUid/prices' as const;

/** Price lists and the prices on them (§3.5). Prices are in cents incl. VAT. */
export function priceRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'price list',
      path: '/pricelists',
      uidField: 'pricelistUid',
      collection: (tenant) => tenant.pricelists,
      create: pricelistCreate,
      update: pricelistFields.partial(),
      deletable: true,
      uidOf: (doc) => doc.pricelistUid,
      build: (body, tenant) => ({ ...body, pricelistUid: body.pricelistUid ?? tenant.newUid() }),
      // Deletes the list and all its prices (documented).
      afterDelete: (tenant, uid) => {
        tenant.prices.removeList(uid);
      },
      filters: {
        pricelistExternalId: { index: 'externalId' },
        pricelistName: { test: (doc, value) => contains(doc.name, value) },
      },
    }),
    tenantRoute(`GET ${PRICES}`, listPrices),
    tenantRoute(`POST ${PRICES}`, createPrice),
    tenantRoute(`GET ${PRICES}/:priceUid`, (call) => ok(priceOf(call))),
    tenantRoute(`PUT ${PRICES}/:priceUid`, changePrice),
    tenantRoute(`DELETE ${PRICES}/:priceUid`, (call) => {
      const price = priceOf(call);
      tell(call, 'PRICE_DELETE', price);
      call.tenant.prices.remove(price.priceUid);
      return noContent;
    }),
  ];
}

function listPrices(call: Call): Answer {
  const { prices } = call.tenant;
  const pricelistUid = pricelistOf(call);
  const productUids = askedProducts(call);
  if (productUids) {
    return listAnswer(
      call,
      productUids.flatMap((productUid) => prices.of(pricelistUid, productUid)),
    );
  }
  return listAnswer(call, isSorted(call) ? prices.each(pricelistUid) : prices.in(pricelistUid));
}

/** The products the query's filters name; nothing when it has none. */
function askedProducts(call: Call): string[] | undefined {
  const { products } = call.tenant;
  const productUid = queryText(call, 'productUid');
  const sku = queryText(call, 'productSku');
  const externalId = queryText(call, 'productExternalId');
  if (productUid !== undefined) return [productUid];
  if (sku !== undefined) return products.find('sku', sku).map((product) => product.productUid);
  if (externalId !== undefined) return products.find('externalId', externalId).map((product) => product.productUid);
  return undefined;
}

function createPrice(call: Call): Answer {
  const { tenant } = call;
  const pricelistUid = pricelistOf(call);
  const body = readBody(priceCreate, call.body);
  const priceUid = body.priceUid ?? tenant.newUid();
  if (tenant.prices.has(priceUid)) throw duplicateUid('price', 'priceUid');
  refuseIfAny(unknownReference('productUid', body.productUid, tenant.products));
  refuseUnlessHolds(call, body);
  // The product's own text: the same uid a million times over would be a million texts.
  const productUid = tenant.products.get(body.productUid)?.productUid ?? body.productUid;
  const price = { ...body, priceUid, pricelistUid, productUid, ...tenant.audit() };
  tenant.prices.add(price);
  tell(call, 'PRICE_CREATE', price);
  return ok(price);
}

function changePrice(call: Call): Answer {
  const { tenant } = call;
  const price = priceOf(call);
  const change = readBody(priceFields.partial(), call.body);
  refuseUnlessHolds(call, { ...price, ...change });
  tenant.prices.change(price.priceUid, change, { now: tenant.now(), by: 'integration' });
  tell(call, 'PRICE_UPDATE', price);
  return ok(tenant.prices.get(price.priceUid));
}

function refuseUnlessHolds({ tenant }: Call, price: Pick<Price, 'fromDate' | 'toDate'>): void {
  if (neverHolds(price, tenant.market.timezone)) throw invalidField('toDate', 'must not be before fromDate');
}

function pricelistOf({ tenant, param }: Call): string {
  const uid = param('pricelistUid');
  if (!tenant.pricelists.has(uid)) throw notFound('price list');
  return uid;
}

function priceOf(call: Call): Audited<Price> {
  const price = call.tenant.prices.get(call.param('priceUid'));
  if (price?.pricelistUid !== pricelistOf(call)) throw notFound('price');
  return price;
}

function tell({ tenant, events }: Call, action: WebhookAction, price: Price): void {
  events.emit(tenant, action, {
    product: referenceTo(tenant.products, price.productUid),
    price: referenceTo(tenant.prices, price.priceUid),
  });
}
