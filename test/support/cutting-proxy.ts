import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a call is cut: before the vendor has seen it, or after the vendor did it and before the answer is told. */
export type Cut = 'before' | 'after';

/**
 * Stands between the integration and a vendor, counts its calls, and cuts one of them. Calls for a token are passed on
 * and not counted.
 */
export class CuttingProxy {
  private readonly server: Server;
  private target: URL | undefined;

  private constructor(private readonly counter: CallCounter) {
    this.server = createServer((incoming, outgoing) => void this.pass(incoming, outgoing));
  }

  /** @param counter shared by the proxies of both vendors, so that calls are counted in their order */
  static async start(counter: CallCounter): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(counter);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The address that stands for `url`: same path, other host. */
  standFor(url: string): string {
    this.target = new URL(url);
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.target.pathname.replace(/\/$/, '')}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const isToken = /\/api\/Token/i.test(incoming.url ?? '');
    const cut = isToken ? undefined : this.counter.next(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (cut === 'before') {
      outgoing.destroy();
      return;
    }
    const forwarded = request({
      host: this.target?.hostname,
      port: this.target?.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, host: this.target?.host },
      agent: false,
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.on('response', (answer) => {
      if (cut === 'after') {
        answer.resume();
        answer.on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.end(Buffer.concat(chunks));
  }
}

/** Counts the calls of a flow, and says which one is cut. */
export class CallCounter {
  readonly calls: string[] = [];
  private cutAt: { readonly call: number; readonly cut: Cut } | undefined;

  /** Starts counting again; with an argument, the call of that number (from 1) is cut, once. */
  restart(cutAt?: { readonly call: number; readonly cut: Cut }): void {
    this.calls.length = 0;
    this.cutAt = cutAt;
  }

  /** Whether the call that was to be cut has come. */
  get hasCut(): boolean {
    return this.cutAt !== undefined && this.calls.length >= this.cutAt.call;
  }

  next(call: string): Cut | undefined {
    this.calls.push(call);
    return this.calls.length === this.cutAt?.call ? this.cutAt.cut : undefined;
  }
}
