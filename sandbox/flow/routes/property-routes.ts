import { type z } from 'zod';

import { readBody } from '../fields';
import { conflict, duplicateUid, type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import {
  type OptionProperty,
  optionPropertyCreate,
  optionPropertyFields,
  type Product,
  type Property,
  propertyCreate,
  propertyFields,
  type PropertyOption,
  propertyOptionCreate,
  propertyOptionFields,
} from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { optionKey, type TenantStore } from '../store/tenant-store';
import { crudRoutes } from './crud';
import { productOf, touchProduct } from './product-routes';
import { unknownReference } from './references';
import { type Answer, type Call, type FlowRoute, listAnswer, noContent, ok, tenantRoute } from './route';

const OPTIONS = '/properties/:propertyUid/options' as const;
const VALUES = '/products/:productUid/properties' as const;
const propertyUpdate = propertyFields.partial();

/** Properties, what can be chosen of them, and their values on products (§3.4). */
export function propertyRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'property',
      path: '/properties',
      uidField: 'propertyUid',
      collection: (tenant) => tenant.properties,
      create: propertyCreate,
      update: propertyUpdate,
      uidOf: (doc) => doc.propertyUid,
      build: (body, tenant) => ({ ...body, propertyUid: body.propertyUid ?? tenant.newUid() }),
      check: checkType,
      filters: { propertyExternalId: { test: (doc, value) => doc.externalId === value } },
    }),
    ...optionRoutes(),
    ...valueRoutes(),
  ];
}

function optionRoutes(): FlowRoute[] {
  return [
    tenantRoute(`GET ${OPTIONS}`, (call) => {
      const { propertyUid } = propertyOf(call);
      return listAnswer(call, call.tenant.propertyOptions.find('propertyUid', propertyUid));
    }),
    tenantRoute(`POST ${OPTIONS}`, (call) => {
      const { tenant } = call;
      const { propertyUid, type } = propertyOf(call);
      const body = readBody(propertyOptionCreate, call.body);
      if (type === 'TEXT') throw invalidField('propertyUid', 'is a text, of which nothing can be chosen');
      const option = { ...body, propertyOptionUid: body.propertyOptionUid ?? tenant.newUid(), propertyUid };
      if (tenant.propertyOptions.has(optionKey(propertyUid, option.propertyOptionUid))) {
        throw duplicateUid('option', 'propertyOptionUid');
      }
      const kept = { ...option, ...tenant.audit() };
      tenant.propertyOptions.add(kept);
      return ok(kept);
    }),
    tenantRoute(`GET ${OPTIONS}/:uid`, (call) => ok(optionOf(call))),
    tenantRoute(`PUT ${OPTIONS}/:uid`, (call) => {
      const option = optionOf(call);
      Object.assign(option, readBody(propertyOptionFields.partial(), call.body));
      call.tenant.touch(call.tenant.propertyOptions, option);
      return ok(option);
    }),
    tenantRoute(`DELETE ${OPTIONS}/:uid`, (call) => {
      const { propertyUid, propertyOptionUid } = optionOf(call);
      const isChosen = (value: OptionProperty): boolean =>
        value.propertyUid === propertyUid && value.propertyOptionUid === propertyOptionUid;
      if (isOnAProduct(call.tenant, isChosen)) throw conflict('OPTION_IN_USE', 'A product has this option.');
      call.tenant.propertyOptions.remove(optionKey(propertyUid, propertyOptionUid));
      return noContent;
    }),
  ];
}

function valueRoutes(): FlowRoute[] {
  return [
    tenantRoute(`POST ${VALUES}`, addValue),
    tenantRoute(`PUT ${VALUES}/:uid`, (call) => {
      const product = productOf(call);
      const value = valueOf(call, product);
      const changed = { ...value, ...readBody(optionPropertyFields.partial(), call.body) };
      refuseIfAny(valueErrors(call.tenant, changed));
      return saved(call, product, Object.assign(value, changed));
    }),
    tenantRoute(`DELETE ${VALUES}/:uid`, (call) => {
      const product = productOf(call);
      product.optionProperties.splice(product.optionProperties.indexOf(valueOf(call, product)), 1);
      touchProduct(call, product);
      return noContent;
    }),
  ];
}

/** One value of each property, or one per option where several can be chosen; the same again replaces it. */
function addValue(call: Call): Answer {
  const product = productOf(call);
  const body = readBody(optionPropertyCreate, call.body);
  refuseIfAny(valueErrors(call.tenant, body));
  const isMultiple = call.tenant.properties.get(body.propertyUid)?.type === 'MULTISELECT';
  const values = product.optionProperties;
  const at = values.findIndex(
    (value) =>
      value.propertyUid === body.propertyUid && (!isMultiple || value.propertyOptionUid === body.propertyOptionUid),
  );
  const productPropertyUid = body.productPropertyUid ?? values[at]?.productPropertyUid ?? call.tenant.newUid();
  if (values.some((value, index) => index !== at && value.productPropertyUid === productPropertyUid)) {
    throw duplicateUid('product property', 'productPropertyUid');
  }
  const value: OptionProperty = { ...body, productPropertyUid };
  if (at >= 0) values[at] = value;
  else values.push(value);
  return { ...saved(call, product, value), status: 201 };
}

function saved(call: Call, product: Audited<Product>, value: OptionProperty): Answer {
  touchProduct(call, product);
  return ok(value);
}

/** A text for a text, an option of the property for a choice. */
function valueErrors(tenant: TenantStore, value: Omit<OptionProperty, 'productPropertyUid'>): FieldError[] {
  const { propertyUid, propertyText, propertyOptionUid } = value;
  const property = tenant.properties.get(propertyUid);
  if (!property) return unknownReference('propertyUid', propertyUid, tenant.properties);
  if (property.type === 'TEXT') {
    if (propertyOptionUid) return [{ field: 'propertyOptionUid', message: 'cannot be given: the property is a text' }];
    return propertyText ? [] : [{ field: 'propertyText', message: 'is missing' }];
  }
  if (propertyText) return [{ field: 'propertyText', message: 'cannot be given: the property is a choice' }];
  if (!propertyOptionUid) return [{ field: 'propertyOptionUid', message: 'is missing' }];
  const isKnown = tenant.propertyOptions.has(optionKey(propertyUid, propertyOptionUid));
  return isKnown ? [] : [{ field: 'propertyOptionUid', message: 'names no option of the property' }];
}

/** The type of a property stays as long as anything is of that type. */
function checkType(
  tenant: TenantStore,
  { type }: z.output<typeof propertyCreate | typeof propertyUpdate>,
  uid: string,
): FieldError[] {
  const before = tenant.properties.get(uid);
  if (!type || !before || before.type === type) return [];
  const isUsed =
    tenant.propertyOptions.count('propertyUid', uid) > 0 || isOnAProduct(tenant, (value) => value.propertyUid === uid);
  return isUsed ? [{ field: 'type', message: 'must stay: the property has options or values' }] : [];
}

function isOnAProduct(tenant: TenantStore, test: (value: OptionProperty) => boolean): boolean {
  for (const { optionProperties } of tenant.products.all()) if (optionProperties.some(test)) return true;
  return false;
}

function propertyOf({ tenant, param }: Call): Audited<Property> {
  const property = tenant.properties.get(param('propertyUid'));
  if (!property) throw notFound('property');
  return property;
}

function optionOf(call: Call): Audited<PropertyOption> {
  const option = call.tenant.propertyOptions.get(optionKey(propertyOf(call).propertyUid, call.param('uid')));
  if (!option) throw notFound('option');
  return option;
}

function valueOf(call: Call, product: Product): OptionProperty {
  const uid = call.param('uid');
  const value = product.optionProperties.find(({ productPropertyUid }) => productPropertyUid === uid);
  if (!value) throw notFound('product property');
  return value;
}
