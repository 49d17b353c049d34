import { type z } from 'zod';

import { readBody } from '../fields';
import { duplicateUid, type FieldError, notFound, refuseIfAny } from '../problem';
import { type Audited, type Collection } from '../store/collection';
import { type ChangeView } from '../store/change-log';
import { type WebhookAction } from '../store/setup-documents';
import { type TenantStore } from '../store/tenant-store';
import { referenceTo, referenceToUser } from '../events';
import {
  type Answer,
  type Call,
  type FlowRoute,
  isSorted,
  listAnswer,
  noContent,
  ok,
  queryText,
  sortsByChange,
  tenantRoute,
} from './route';

/** How one kind of master data is listed, made, read and changed. */
export interface CrudDefinition<T extends object, C extends z.ZodType, U extends z.ZodType<object>> {
  /** In words, for messages. */
  readonly entity: string;
  /** Below the tenant, e.g. `/brands`. */
  readonly path: `/${string}`;
  readonly uidField: string;
  readonly collection: (tenant: TenantStore) => Collection<T>;
  readonly create: C;
  /** All fields optional: updates are partial. */
  readonly update: U;
  /** Makes the document of a checked body. */
  readonly build: (body: z.output<C>, tenant: TenantStore) => T;
  /** Uid of a document. */
  readonly uidOf: (doc: T) => string;
  /** Query parameter → how it filters. */
  readonly filters?: Readonly<Record<string, Filter<T>>>;
  /** References and rules that go beyond single fields; `uid` is that of the document to be made or changed. */
  readonly check?: (tenant: TenantStore, body: z.output<C> | z.output<U>, uid: string) => FieldError[];
  /** Status of a successful create (§2). Default 200. */
  readonly createStatus?: 200 | 201;
  readonly deletable?: boolean;
  /** The document as it is answered. Default: as it is kept. */
  readonly render?: (doc: Audited<T>, tenant: TenantStore) => object;
  /** Throws when a document is still needed. Default: nothing is. */
  readonly refuseDelete?: (tenant: TenantStore, doc: Audited<T>) => void;
  /** Called after a delete, to remove what hangs on the document. */
  readonly afterDelete?: (tenant: TenantStore, uid: string) => void;
  /** Webhook actions for create, update and delete, and what they call the object. */
  readonly tells?: { readonly kind: string; readonly actions: readonly [WebhookAction, WebhookAction, WebhookAction] };
}

/** Either an index to look up, or a test of each document. */
export type Filter<T> = { readonly index: string } | { readonly test: (doc: T, value: string) => boolean };

/** Tests whether a name holds a text, letters' case aside. */
export function contains(text: string | null | undefined, part: string): boolean {
  return (text ?? '').toLowerCase().includes(part.toLowerCase());
}

/** The routes of one kind of master data. */
export function crudRoutes<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  definition: CrudDefinition<T, C, U>,
): FlowRoute[] {
  const { path } = definition;
  const one = `${path}/:uid` as const;
  const render = (doc: Audited<T>, call: Call): object => definition.render?.(doc, call.tenant) ?? doc;
  const routes = [
    tenantRoute(`GET ${path}`, (call) => listAnswer(call, listed(call, definition), (doc) => render(doc, call))),
    tenantRoute(`POST ${path}`, (call) => createOne(call, definition)),
    tenantRoute(`GET ${one}`, (call) => ok(render(required(call, definition), call))),
    tenantRoute(`PUT ${one}`, (call) => changeOne(call, definition)),
  ];
  if (definition.deletable) routes.push(tenantRoute(`DELETE ${one}`, (call) => deleteOne(call, definition)));
  return routes;
}

function listed<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  definition: CrudDefinition<T, C, U>,
): Iterable<Audited<T>> | ChangeView<Audited<T>> {
  const { filters = {} } = definition;
  const collection = definition.collection(call.tenant);
  const isFiltered = Object.keys(filters).some((name) => queryText(call, name) !== undefined);
  if (isFiltered) return filterDocuments(call, collection, filters);
  if (!isSorted(call)) return collection.inOrder();
  return (sortsByChange(call) ? collection.byLastChange('all', '') : undefined) ?? collection.all();
}

/** Makes a document of the call's body. */
export function createOne<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  definition: CrudDefinition<T, C, U>,
): Answer {
  const { tenant } = call;
  const body = readBody(definition.create, call.body);
  const doc = { ...definition.build(body, tenant), ...tenant.audit(call.user) };
  const uid = definition.uidOf(doc);
  const target = definition.collection(tenant);
  if (target.has(uid)) throw duplicateUid(definition.entity, definition.uidField);
  refuseIfAny(definition.check?.(tenant, body, uid) ?? []);
  target.add(doc);
  tell(call, definition, { uid, which: 0 });
  return { status: definition.createStatus ?? 200, body: definition.render?.(doc, tenant) ?? doc };
}

/** Changes the document of the call's path: only what the body names. */
export function changeOne<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  definition: CrudDefinition<T, C, U>,
): Answer {
  const { tenant } = call;
  const doc = required(call, definition);
  const patch = readBody(definition.update, call.body);
  refuseIfAny(definition.check?.(tenant, patch, definition.uidOf(doc)) ?? []);
  Object.assign(doc, patch);
  tenant.touch(definition.collection(tenant), doc, call.user);
  tell(call, definition, { uid: definition.uidOf(doc), which: 1 });
  return ok(definition.render?.(doc, tenant) ?? doc);
}

/** Deletes the document of the call's path. */
export function deleteOne<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  definition: CrudDefinition<T, C, U>,
): Answer {
  const doc = required(call, definition);
  definition.refuseDelete?.(call.tenant, doc);
  const uid = definition.uidOf(doc);
  // Told before it is gone: afterwards it has no number any more.
  tell(call, definition, { uid, which: 2 });
  definition.collection(call.tenant).remove(uid);
  definition.afterDelete?.(call.tenant, uid);
  return noContent;
}

function required<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  { collection, entity }: CrudDefinition<T, C, U>,
): Audited<T> {
  const doc = collection(call.tenant).get(call.param('uid'));
  if (!doc) throw notFound(entity);
  return doc;
}

function tell<T extends object, C extends z.ZodType, U extends z.ZodType<object>>(
  call: Call,
  { tells, collection }: CrudDefinition<T, C, U>,
  { uid, which }: { uid: string; which: 0 | 1 | 2 },
): void {
  if (!tells) return;
  const about = { [tells.kind]: referenceTo(collection(call.tenant), uid) };
  call.events.emit(call.tenant, tells.actions[which], { ...about, tenantUser: referenceToUser(call) });
}

/** Applies the query's filters, indexed ones first. */
export function filterDocuments<T extends object>(
  call: Call,
  collection: Collection<T>,
  filters: Readonly<Record<string, Filter<T>>>,
): Audited<T>[] {
  let found: Audited<T>[] | undefined;
  const tests: ((doc: Audited<T>) => boolean)[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    const value = queryText(call, name);
    if (value === undefined) continue;
    if ('test' in filter) {
      tests.push((doc) => filter.test(doc, value));
    } else if (found === undefined) {
      found = collection.find(filter.index, value);
    } else {
      const among = new Set(collection.find(filter.index, value));
      tests.push((doc) => among.has(doc));
    }
  }
  const base = found ?? [...collection.all()];
  return tests.length === 0 ? base : base.filter((doc) => tests.every((test) => test(doc)));
}
