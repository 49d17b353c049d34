import { type FieldIssue, invalidFields } from '../problem';
import { catalogueModels } from './catalogue-models';
import { customerModels } from './customer-models';
import { invoiceModels } from './invoice-models';
import { orderModels } from './order-models';
import { orderRequestModels } from './order-request-models';
import { purchaseModels } from './purchase-models';
import { sharedModels } from './shared-models';
import { storeModels } from './store-models';

/*
 * Notation of the model tables: `name:type`, where type is s text, n decimal number, i whole number, b true/false,
 * dt date-time, another model's name, or [type] for a list. `=` after the type marks a member that Omnium calculates:
 * it is ignored on input. A model that is not in a table is taken as it comes.
 */

/** Plain JSON data with members of any kind. */
export type JsonObject = Record<string, unknown>;

/** `T` is the TypeScript shape that a body read with this model has. */
export interface Model<T = JsonObject> {
  readonly name: string;
  /** Only for the type checker. */
  readonly shape?: T;
}

type Reader = (value: unknown, path: string, issues: FieldIssue[]) => unknown;

interface Member {
  readonly name: string;
  readonly read: Reader;
  readonly calculated: boolean;
}

type MemberTable = ReadonlyMap<string, Member>;

/** Whether a value is a JSON object (not a list, not null). */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refuse = (path: string, issues: FieldIssue[], message: string): undefined => {
  issues.push({ field: path, message });
  return undefined;
};

const isoPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds since 1970 of a date-time as Omnium takes it; without a zone it is UTC. `undefined` if it is none. */
export const parseDateTime = (text: string): number | undefined => {
  if (!isoPattern.test(text)) {
    return undefined;
  }
  const timeMs = Date.parse(text.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
};

/** A date-time as Omnium writes it: UTC with seven fraction digits. */
export const formatDateTime = (timeMs: number): string => new Date(timeMs).toISOString().replace('Z', '0000Z');

const scalarReaders: Readonly<Record<string, Reader>> = {
  s: (value, path, issues) => (typeof value === 'string' ? value : refuse(path, issues, 'must be a text')),
  b: (value, path, issues) => (typeof value === 'boolean' ? value : refuse(path, issues, 'must be true or false')),
  n: (value, path, issues) => (typeof value === 'number' ? value : refuse(path, issues, 'must be a number')),
  i: (value, path, issues) => (Number.isInteger(value) ? value : refuse(path, issues, 'must be a whole number')),
  dt: (value, path, issues) => {
    const timeMs = typeof value === 'string' ? parseDateTime(value) : undefined;
    return timeMs === undefined ? refuse(path, issues, 'must be an ISO 8601 date-time') : formatDateTime(timeMs);
  },
};

const definitions: Readonly<Record<string, string>> = {
  ...sharedModels,
  ...orderModels,
  ...orderRequestModels,
  ...customerModels,
  ...invoiceModels,
  ...catalogueModels,
  ...purchaseModels,
  ...storeModels,
  OrderLinePatch: `${orderModels.OrderLine} keepExistingCustomProperties:b propertiesRemovalConditions:[PropertyItem]`,
  PaymentPatch: orderModels.Payment,
  ShipmentPatch: orderModels.Shipment,
  ProductVariant: `${catalogueModels.Product} variantParentId:s`,
  ProductQueryRequest: `${catalogueModels.ProductSearchRequest} anyIds:[s] ids:[s] skuIds:[s]`,
  ProductCategoryPatch: `${catalogueModels.ProductCategory} keepExistingProperties:b fieldsToForceNull:[s]`,
  ProductPatch: `${catalogueModels.Product} keepExistingCustomProperties:b keepExistingListItems:b
    propertiesRemovalConditions:[PropertyItem] fieldsToForceNull:[s]`,
  PrivateCustomerPatch: `${customerModels.PrivateCustomer} keepExistingCustomProperties:b keepExistingListItems:b
    propertiesRemovalConditions:[PropertyItem]`,
  BusinessCustomerPatch: `${customerModels.BusinessCustomer} keepExistingCustomProperties:b keepExistingListItems:b
    propertiesRemovalConditions:[PropertyItem]`,
  PurchaseOrderPatch: `${purchaseModels.PurchaseOrder} keepExistingCustomProperties:b keepExistingListItems:b
    keepExistingOrderLines:b propertiesRemovalConditions:[PropertyItem]`,
  DeliveryPatch: `${purchaseModels.Delivery} keepExistingCustomProperties:b keepExistingListItems:b
    propertiesRemovalConditions:[PropertyItem]`,
  StorePatch: `${storeModels.Store} keepExistingCustomProperties:b keepExistingListItems:b
    propertiesRemovalConditions:[PropertyItem]`,
  OrderLineIdRequest: 'orderId:s lineItemIds:[s]',
};

const tables = new Map<string, MemberTable>();

const readerOf = (type: string): Reader => {
  const element = /^\[(.+)\]$/.exec(type)?.[1];
  if (element !== undefined) {
    const readElement = readerOf(element);
    return (value, path, issues) =>
      Array.isArray(value)
        ? value.map((each: unknown, index) => readElement(each, `${path}[${index}]`, issues))
        : refuse(path, issues, 'must be a list');
  }
  const scalar = scalarReaders[type];
  if (scalar !== undefined) {
    return scalar;
  }
  return type in definitions ? (value, path, issues) => readObject(type, { value, path }, issues) : (value) => value;
};

/** Members by their exact name and by their name in small letters. */
const tableOf = (name: string): MemberTable => {
  const known = tables.get(name);
  if (known !== undefined) {
    return known;
  }
  const table = new Map<string, Member>();
  for (const part of (definitions[name] ?? '').trim().split(/\s+/)) {
    const [memberName = '', rawType = ''] = part.split(':');
    const calculated = rawType.endsWith('=');
    const member = { name: memberName, read: readerOf(calculated ? rawType.slice(0, -1) : rawType), calculated };
    table.set(memberName, member);
    table.set(memberName.toLowerCase(), member);
  }
  tables.set(name, table);
  return table;
};

const readObject = (model: string, at: { value: unknown; path: string }, issues: FieldIssue[]): unknown => {
  if (!isJsonObject(at.value)) {
    return refuse(at.path === '' ? 'body' : at.path, issues, 'must be an object');
  }
  const table = tableOf(model);
  const result: JsonObject = {};
  for (const [key, given] of Object.entries(at.value)) {
    if (given === null || given === undefined) {
      continue;
    }
    const member = table.get(key) ?? table.get(key.toLowerCase());
    if (member !== undefined && !member.calculated) {
      result[member.name] = member.read(given, at.path === '' ? member.name : `${at.path}.${member.name}`, issues);
    }
  }
  return result;
};

/**
 * Documents of a model, or lists and envelopes of them, in which every text, list and object that is not there is `null`:
 * what the contract's models mark as nullable.
 */
export const withNulls = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map((each) => withNulls(name, each));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  if (Array.isArray(value['result'])) {
    return { ...value, result: withNulls(name, value['result']) };
  }
  return ['id', 'customerId', 'productId'].some((member) => member in value) ? filledWithNulls(name, value) : value;
};

const filledWithNulls = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map((each) => filledWithNulls(name, each));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const filled: JsonObject = { ...value };
  for (const part of (definitions[name] ?? '').trim().split(/\s+/)) {
    const [member = '', rawType = ''] = part.split(':');
    const type = rawType.replace('=', '');
    const element = type.replace(/[[\]]/g, '');
    if (['n', 'i', 'b'].includes(type)) {
      continue;
    }
    filled[member] = value[member] === undefined ? null : filledWithNulls(element, value[member]);
  }
  return filled;
};

/** Names a model of the tables above. @throws Error when there is none: a slip in our own code. */
export const model = <T = JsonObject>(name: string): Model<T> => {
  if (!(name in definitions)) {
    throw new Error(`no model is called ${name}`);
  }
  return { name };
};

/**
 * Reads a request body by a model: names in any case, unknown and calculated members dropped, nulls dropped.
 * @throws OmniumProblem 400 naming every member of a wrong type.
 */
export const readBody = <T>({ name }: Model<T>, body: unknown): T => {
  const issues: FieldIssue[] = [];
  const read = readObject(name, { value: body, path: '' }, issues);
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  // The table that was just applied is what `T` describes; required members are checked where they are used.
  return read as T;
};

/** As {@link readBody} for a list of at most `limit`. @throws OmniumProblem 400. */
export const readList = <T>({ name }: Model<T>, body: unknown, limit: number): T[] => {
  const issues: FieldIssue[] = [];
  if (!Array.isArray(body)) {
    throw invalidFields([{ field: 'body', message: 'must be a list' }]);
  }
  if (body.length > limit) {
    throw invalidFields([{ field: 'body', message: `must not hold more than ${limit} items` }]);
  }
  const read = body.map((value: unknown, index) => readObject(name, { value, path: `[${index}]` }, issues));
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return read as T[];
};

/** A list of texts as a body. @throws OmniumProblem 400. */
export const readTexts = (body: unknown, limit: number): string[] => {
  if (!Array.isArray(body) || body.length > limit || !body.every((each) => typeof each === 'string')) {
    throw invalidFields([{ field: 'body', message: `must be a list of at most ${limit} texts` }]);
  }
  return body;
};
