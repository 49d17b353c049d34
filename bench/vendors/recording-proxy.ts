import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';

/** A call that went through the proxy. */
export interface RecordedCall {
  readonly vendor: 'omnium' | 'flow';
  /** Place in the order in which calls came to their proxy. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One character per byte (latin1), so that files survive as well as JSON. */
  readonly body?: string;
  readonly status: number;
  /** Of an answer that is not the last batch of a scroll. */
  readonly scrollId?: string;
}

const KEPT_HEADERS = ['accept', 'authorization', 'content-type', 'user-agent'] as const;
const CONNECTIONS = 64;

/** What a proxy stands before, and where it writes down what passes. */
interface ProxyOptions {
  readonly vendor: RecordedCall['vendor'];
  readonly target: string;
  /** Calls are added when their answer has arrived; several proxies may share one list. */
  readonly calls: RecordedCall[];
}

/** Starts a proxy between a client and a sandbox that writes down what passes, bodies included; answers its URL. */
async function startRecordingProxy(stops: Stops, { vendor, target, calls }: ProxyOptions): Promise<string> {
  const pool = new Pool(target, { connections: CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  stops.add(() => pool.close());
  let number = 0;
  const server = createServer((request, response) => {
    number += 1;
    relay({ vendor, number, pool, request, response }).then(
      (call) => calls.push(call),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.add(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Proxies before both vendors, and the calls that have passed either. */
export interface RecordingProxies {
  readonly urls: VendorUrls;
  /** In the order of their answers; may be emptied. */
  readonly calls: RecordedCall[];
}

/** Starts a recording proxy before each of the two. */
export async function startRecordingProxies(stops: Stops, vendors: VendorUrls): Promise<RecordingProxies> {
  const calls: RecordedCall[] = [];
  const omniumUrl = await startRecordingProxy(stops, { vendor: 'omnium', target: vendors.omniumUrl, calls });
  const flowUrl = await startRecordingProxy(stops, { vendor: 'flow', target: vendors.flowUrl, calls });
  return { urls: { omniumUrl, flowUrl }, calls };
}

interface Exchange {
  readonly vendor: RecordedCall['vendor'];
  readonly number: number;
  readonly pool: Pool;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function relay({ vendor, number, pool, request, response }: Exchange): Promise<RecordedCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const { method = 'GET', url: path = '/' } = request;
  const headers = kept(request.headers);
  const answer = await pool.request({
    method: method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path,
    headers,
    body: body ?? null,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const status = answer.statusCode;
  const type = answer.headers['content-type'];
  response.writeHead(status, { 'content-type': typeof type === 'string' ? type : 'application/json' });
  response.end(bytes);
  const scrollId = scrollIdOf(bytes.toString('latin1'));
  return {
    ...{ vendor, number, method, path, headers, status },
    ...(body && { body: body.toString('latin1') }),
    ...(scrollId !== undefined && { scrollId }),
  };
}

/** The scroll that an answer of Omnium is a batch of. */
export function scrollIdOf(answer: string): string | undefined {
  return /"scrollId":"([^"]+)"/.exec(answer)?.[1];
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}
