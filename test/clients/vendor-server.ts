import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import assert from 'node:assert/strict';

/** A request as it reached the server. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON, or undefined when there was no body or it was none. */
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server on a free port, whose answers each test writes itself. */
export class VendorServer {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  /** Requests in work now, and the most there ever were. */
  inWork = 0;
  mostInWork = 0;
  answer: Answer;

  private constructor(
    private readonly server: Server,
    answer: Answer,
  ) {
    this.answer = answer;
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => void this.handle(request, response));
  }

  static async start(answer: Answer = json(200, {})): Promise<VendorServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new VendorServer(server, answer);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const isJson = bytes.length > 0 && request.headers['content-type'] === 'application/json';
    const url = new URL(request.url ?? '/', 'http://vendor');
    const received = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: isJson ? (JSON.parse(bytes.toString()) as unknown) : undefined,
      bytes,
    };
    this.requests.push(received);
    this.inWork += 1;
    this.mostInWork = Math.max(this.mostInWork, this.inWork);
    response.on('close', () => (this.inWork -= 1));
    await this.answer(received, response);
  }
}

/** Answers JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Answers text or bytes as they are. */
export function text(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Waits for a failure and returns it as the class it must be. */
export async function failureOf<T extends Error>(
  promise: Promise<unknown>,
  errorClass: abstract new (...args: never[]) => T,
): Promise<T> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof errorClass, `expected ${errorClass.name}, got ${inspect(outcome)}`);
  return outcome;
}

/** Fails when any of the secrets can be found anywhere in the error. */
export function assertKeepsSecret(error: Error, secrets: readonly string[]): void {
  const all = `${inspect(error, { depth: 20, showHidden: true })}${error.stack ?? ''}${JSON.stringify(error)}`;
  for (const secret of secrets) assert.ok(!all.includes(secret), `the error reveals "${secret}"`);
}

/** Resolves after some milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Reads batches to their end. */
export async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

/** Takes batches as they come. */
export async function batchesOf<T>(batches: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
