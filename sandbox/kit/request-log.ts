/** One request that reached the vendor. `status` is 0 while it runs and when no answer was sent. */
export interface LoggedRequest {
  readonly seq: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  status: number;
  durationMs: number;
  fault?: string;
  bodySha256: string;
}

/** What to list: all given members must match. `path` is a part of the path, letters' case aside; `status` may be `4xx`. */
export interface RequestFilter {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: string | undefined;
  readonly since?: number | undefined;
}

/** Remembers the last requests, oldest forgotten first. */
export interface RequestLog {
  open(request: { method: string; path: string; query: string }): LoggedRequest;
  list(filter: RequestFilter): LoggedRequest[];
  /** The number of the latest request; pass it as `since` to see only what follows. */
  lastSeq(): number;
  clear(): void;
}

const matchesStatus = (status: number, wanted: string): boolean =>
  /^[1-5]xx$/i.test(wanted) ? Math.floor(status / 100) === Number(wanted[0]) : String(status) === wanted;

const matches = (entry: LoggedRequest, filter: RequestFilter): boolean =>
  (filter.since === undefined || entry.seq > filter.since) &&
  (filter.method === undefined || entry.method === filter.method.toUpperCase()) &&
  (filter.path === undefined || entry.path.toLowerCase().includes(filter.path.toLowerCase())) &&
  (filter.status === undefined || matchesStatus(entry.status, filter.status));

export const createRequestLog = (capacity = 100_000): RequestLog => {
  let entries: LoggedRequest[] = [];
  let seq = 0;
  return {
    open: ({ method, path, query }) => {
      seq += 1;
      const at = new Date().toISOString();
      const entry: LoggedRequest = { seq, at, method, path, query, status: 0, durationMs: 0, bodySha256: '' };
      entries.push(entry);
      // Cut in one go now and then: dropping the oldest on every request would move the whole array each time.
      if (entries.length >= capacity * 1.25) {
        entries = entries.slice(-capacity);
      }
      return entry;
    },
    list: (filter) => entries.slice(-capacity).filter((entry) => matches(entry, filter)),
    lastSeq: () => seq,
    clear: () => {
      entries = [];
    },
  };
};
