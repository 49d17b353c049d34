import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';

/** A call that went through the proxy. */
export interface RecordedCall {
  readonly vendor: 'omnium' | 'flow';
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One character per byte (latin1), so that files survive as well as JSON. */
  readonly body?: string;
  readonly status: number;
}

const KEPT_HEADERS = ['accept', 'authorization', 'content-type', 'user-agent'] as const;

/** What a proxy stands before, and where it writes down what passes. */
interface ProxyOptions {
  readonly vendor: RecordedCall['vendor'];
  readonly target: string;
  /** Calls are added when their answer has arrived; several proxies may share one list. */
  readonly calls: RecordedCall[];
}

/** Starts a proxy between a client and a sandbox that writes down what passes, bodies included; answers its URL. */
async function startRecordingProxy(stops: Stops, { vendor, target, calls }: ProxyOptions): Promise<string> {
  const server = createServer((request, response) => {
    relay({ vendor, target, request, response }).then(
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
  readonly target: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function relay({ vendor, target, request, response }: Exchange): Promise<RecordedCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const { method = 'GET', url = '/' } = request;
  const headers = kept(request.headers);
  const answer = await fetch(`${target}${url}`, { method, headers, ...(body !== undefined && { body }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  response.end(bytes);
  return { vendor, method, path: url, headers, ...(body && { body: body.toString('latin1') }), status: answer.status };
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}
