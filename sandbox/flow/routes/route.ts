import { type IncomingHttpHeaders } from 'node:http';

import { type Actor, type EventSink } from '../events';
import { FlowProblem, invalid, type FieldError } from '../problem';
import { type Audited } from '../store/collection';
import { type ChangeView, type Direction } from '../store/change-log';
import { type Store, type Warehouse } from '../store/setup-documents';
import { type TenantStore, type VatCode } from '../store/tenant-store';

/** A request as a route sees it, already authenticated. */
export interface Call extends Actor {
  readonly tenant: TenantStore;
  readonly events: EventSink;
  readonly user: string;
  readonly vatCodes: ReadonlyMap<string, VatCode>;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
  /** A named part of the path. */
  readonly param: (name: string) => string;
}

export interface StoreCall extends Call {
  readonly store: Audited<Store>;
}

export interface WarehouseCall extends StoreCall {
  readonly warehouse: Audited<Warehouse>;
}

/** What a route answers. A `Buffer` body goes out as it is, with `contentType`. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body: documents that are written one to a line while they are read. */
  readonly lines?: Iterable<object>;
  readonly contentType?: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface RouteBase {
  readonly method: Method;
  /** Below the scope's prefix, express style. */
  readonly path: string;
}

type Handler<C> = (call: C) => Answer | Promise<Answer>;

/** One call of the API. The scope says what the path begins with, and what the handler gets. */
export type FlowRoute =
  | (RouteBase & { readonly scope: 'open' | 'tenant' | 'flow-itself'; readonly handle: Handler<Call> })
  | (RouteBase & { readonly scope: 'store' | 'till'; readonly handle: Handler<StoreCall> })
  | (RouteBase & { readonly scope: 'warehouse'; readonly handle: Handler<WarehouseCall> });

/** `GET /countries` → a path below `/v2`. */
type MethodAndPath = `${Method} /${string}` | Method;

function split(methodAndPath: MethodAndPath): RouteBase {
  const [method = '', path = ''] = methodAndPath.split(' ', 2);
  if (method !== 'GET' && method !== 'POST' && method !== 'PUT' && method !== 'DELETE') {
    throw new Error(`not a route: ${methodAndPath}`);
  }
  return { method, path };
}

/** Below `/v2`, for any tenant's token. */
export function openRoute(methodAndPath: MethodAndPath, handle: Handler<Call>): FlowRoute {
  return { ...split(methodAndPath), scope: 'open', handle };
}

/** Below `/v2/tenants/{tenantUid}`. */
export function tenantRoute(methodAndPath: MethodAndPath, handle: Handler<Call>): FlowRoute {
  return { ...split(methodAndPath), scope: 'tenant', handle };
}

/** Below `/v2/tenants/{tenantUid}/stores/{storeUid}`. */
export function storeRoute(methodAndPath: MethodAndPath, handle: Handler<StoreCall>): FlowRoute {
  return { ...split(methodAndPath), scope: 'store', handle };
}

/** Below `/_sim/tenants/{tenantUid}/stores/{storeUid}`: what people do at the tills; needs no token. */
export function tillRoute(methodAndPath: MethodAndPath, handle: Handler<StoreCall>): FlowRoute {
  return { ...split(methodAndPath), scope: 'till', handle };
}

/** Below `/_sim/tenants/{tenantUid}`: what Flow itself does for a tenant now and then; needs no token. */
export function flowItselfRoute(methodAndPath: MethodAndPath, handle: Handler<Call>): FlowRoute {
  return { ...split(methodAndPath), scope: 'flow-itself', handle };
}

/** Below `/v2/tenants/{tenantUid}/stores/{storeUid}/warehouses/{warehouseUid}`. */
export function warehouseRoute(methodAndPath: MethodAndPath, handle: Handler<WarehouseCall>): FlowRoute {
  return { ...split(methodAndPath), scope: 'warehouse', handle };
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** A query parameter; of several, the first; an empty one counts as absent. */
export function queryText(call: Call, name: string): string | undefined {
  const value = call.query[name];
  const first = Array.isArray(value) ? (value[0] as string | undefined) : (value as string | undefined);
  return first === '' ? undefined : first;
}

/** A query parameter that may be repeated, written `name`, `name[]` or comma-separated. */
export function queryList(call: Call, name: string): string[] {
  const values = [call.query[name], call.query[`${name}[]`]].flat();
  return values.flatMap((value) => (value ?? '').split(',')).filter((value) => value !== '');
}

interface Paging {
  readonly pageNumber: number;
  readonly pageSize: number;
}

/**
 * Answers one page in Flow's envelope. Pages count from 1, 25 by default and at most 100 (§2, assumed). `documents`
 * are in the order they were made unless `sortBy` names one of their fields; a view by last change is paged as it is.
 */
export function listAnswer<T extends object>(
  call: Call,
  documents: Iterable<T> | ChangeView<T>,
  render: (document: T) => unknown = (document) => document,
): Answer {
  const { pageNumber, pageSize } = pagingOf(call);
  const start = (pageNumber - 1) * pageSize;
  if ('page' in documents) {
    const items = documents.page(start, pageSize, directionOf(call)).map(render);
    return ok({ items, paging: { pageNumber, pageSize, totalCount: documents.size } });
  }
  const all = Array.isArray(documents) ? (documents as T[]) : [...documents];
  const sorted = sortDocuments(call, all);
  const items = sorted.slice(start, start + pageSize).map(render);
  return ok({ items, paging: { pageNumber, pageSize, totalCount: all.length } });
}

/** Like {@link listAnswer}, for members that cost something to make: only those of the page are made. */
export function lazyListAnswer<S, T extends object>(call: Call, sources: readonly S[], make: (source: S) => T): Answer {
  if (queryText(call, 'sortBy') !== undefined) return listAnswer(call, sources.map(make));
  return listAnswer<T>(call, {
    size: sources.length,
    page: (start, count, direction) => {
      const places = direction === 'ASC' ? sources : [...sources].reverse();
      return places.slice(start, start + count).map(make);
    },
  });
}

function pagingOf(call: Call): Paging {
  const errors: FieldError[] = [];
  const read = (name: string, fallback: number): number => {
    const text = queryText(call, name);
    if (text === undefined) return fallback;
    if (!/^[1-9][0-9]{0,8}$/.test(text)) errors.push({ field: name, message: 'must be a whole number above 0' });
    return Number(text);
  };
  const paging = { pageNumber: read('pageNumber', 1), pageSize: read('pageSize', 25) };
  if (paging.pageSize > 100) errors.push({ field: 'pageSize', message: 'must be at most 100' });
  if (errors.length > 0) throw invalid(errors);
  return paging;
}

function sortDocuments<T extends object>(call: Call, documents: T[]): T[] {
  const sortBy = queryText(call, 'sortBy');
  const direction = directionOf(call);
  if (sortBy === undefined || documents.length === 0) return documents;
  const first = documents[0];
  if (!first || !Object.hasOwn(first, sortBy)) throw invalid([{ field: 'sortBy', message: 'names no field' }]);
  const keyed = documents.map((document) => ({ document, key: sortKey(document, sortBy) }));
  const sign = direction === 'ASC' ? 1 : -1;
  // Stable, and quick for what is in order already.
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return keyed.map(({ document }) => document);
}

/** Whether a list is asked for in another order than that in which its documents were made. */
export function isSorted(call: Call): boolean {
  return queryText(call, 'sortBy') !== undefined;
}

/** Whether a list is asked for by the time of the last change. */
export function sortsByChange(call: Call): boolean {
  return queryText(call, 'sortBy') === 'lastModifiedAt';
}

/** @throws FlowProblem 422 */
export function directionOf(call: Call): Direction {
  const direction = queryText(call, 'sortDirection') ?? 'ASC';
  if (direction === 'ASC' || direction === 'DESC') return direction;
  throw invalid([{ field: 'sortDirection', message: 'must be ASC or DESC' }]);
}

function sortKey(document: object, field: string): string | number {
  const value: unknown = Reflect.get(document, field);
  return typeof value === 'number' || typeof value === 'string' ? value : '';
}

/** 401 for a missing or unknown token. */
export function unauthorized(): FlowProblem {
  return new FlowProblem(401, 'UNAUTHORIZED', { message: 'A valid integration token is needed.' });
}

/** 403 for the token of another tenant. */
export function forbidden(): FlowProblem {
  return new FlowProblem(403, 'FORBIDDEN', { message: 'The token does not belong to this tenant.' });
}
