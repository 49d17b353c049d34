import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a vendor answers, changed in place before the integration gets it. */
export type Rewrite = (answer: { readonly path: string; readonly body: Record<string, unknown> }) => void;

/**
 * Stands between the integration and a vendor and lets a test change what the vendor answers: members that are spelled in
 * another way, left out, or told in another form than the sandbox tells them.
 */
export class RewritingProxy {
  private readonly server: Server;
  private target = '';
  /** What is done to each answer in JSON; nothing by default. */
  rewrite: Rewrite | undefined;

  private constructor() {
    this.server = createServer((incoming, outgoing) => void this.pass(incoming, outgoing));
  }

  static async start(): Promise<RewritingProxy> {
    const proxy = new RewritingProxy();
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The address that stands for `url`: same path, other host. */
  standFor(url: string): string {
    const { origin, pathname } = new URL(url);
    this.target = origin;
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${pathname.replace(/\/$/, '')}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = incoming;
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = incoming.headers;
    try {
      const answer = await fetch(`${this.target}${url}`, {
        method,
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' && name !== 'content-length' && name !== 'accept-encoding' ? [[name, value]] : [],
        ),
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      let body = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get('content-type') ?? '';
      if (this.rewrite && type.includes('json') && body.length > 0) {
        const json = JSON.parse(body.toString()) as Record<string, unknown>;
        this.rewrite({ path: url, body: json });
        body = Buffer.from(JSON.stringify(json));
      }
      const retryAfter = answer.headers.get('retry-after');
      outgoing.writeHead(answer.status, {
        'content-type': type,
        'content-length': body.length,
        ...(retryAfter && { 'retry-after': retryAfter }),
      });
      outgoing.end(body);
    } catch {
      outgoing.destroy();
    }
  }
}
