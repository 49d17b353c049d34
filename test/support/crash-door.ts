import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';

/** When the worker dies: the call has not reached the vendor, or the vendor has done it and nobody hears of it. */
export type CrashMoment = 'before' | 'after';

/** Where a worker dies. */
export interface CrashPlan {
  /** The call, from 1. */
  readonly at: number;
  readonly moment: CrashMoment;
}

/** Where both vendors are reached. */
export interface VendorUrls {
  readonly omnium: string;
  readonly flow: string;
}

const NEVER: CrashPlan = { at: Infinity, moment: 'before' };
type Vendor = keyof VendorUrls;

/**
 * Stands between one worker and both vendors. At the call of the plan it cuts the line, before or after the vendor has
 * done what was asked, and from then on it lets nothing through: what a dead worker still says reaches nobody.
 */
export class CrashDoor {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private readonly inFlight = new Set<Promise<void>>();
  private plan = NEVER;
  private isDead = false;
  private passed: string[] = [];
  private atDeath: (() => void) | undefined;

  private constructor(
    private readonly targets: VendorUrls,
    private readonly servers: Readonly<Record<Vendor, Server>>,
  ) {
    for (const vendor of ['omnium', 'flow'] as const) {
      servers[vendor].on('request', (incoming: IncomingMessage, response: ServerResponse) => {
        const passing = this.pass(vendor, incoming, response).finally(() => this.inFlight.delete(passing));
        this.inFlight.add(passing);
      });
    }
  }

  static async open(targets: VendorUrls): Promise<CrashDoor> {
    const listening = async (): Promise<Server> => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    };
    return new CrashDoor(targets, { omnium: await listening(), flow: await listening() });
  }

  get urls(): VendorUrls {
    return { omnium: urlOf(this.servers.omnium), flow: urlOf(this.servers.flow) };
  }

  /** Whether the worker behind this door has died. */
  get hasCrashed(): boolean {
    return this.isDead;
  }

  /** Calls that reached the door since {@link arm}, e.g. `flow PUT /v2/…`. */
  get calls(): readonly string[] {
    return this.passed;
  }

  /** Sets where the next worker dies; without a plan it lives. */
  arm(plan: CrashPlan = NEVER): void {
    this.plan = plan;
    this.isDead = false;
    this.passed = [];
  }

  /** Has a function called at the moment in which a worker dies. */
  whenDying(atDeath: () => void): void {
    this.atDeath = atDeath;
  }

  /** A new worker comes through; it does not die. Waits for what the vendors still do for the dead one. */
  async reopen(): Promise<void> {
    await Promise.all(this.inFlight);
    this.plan = NEVER;
    this.isDead = false;
  }

  async close(): Promise<void> {
    for (const server of Object.values(this.servers)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.agent.close();
  }

  private die(): void {
    this.isDead = true;
    this.atDeath?.();
  }

  private async pass(vendor: Vendor, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    if (this.isDead) return void response.destroy();
    this.passed.push(`${vendor} ${method} ${url}`);
    const isLast = this.passed.length === this.plan.at;
    if (isLast) this.die();
    if (isLast && this.plan.moment === 'before') return void response.destroy();
    const body = await readAll(incoming);
    const { host: _host, connection: _connection, 'content-length': _length, ...passedOn } = headers;
    const answer = await request(`${this.targets[vendor]}${url}`, {
      method: method as 'GET',
      dispatcher: this.agent,
      headers: passedOn,
      ...(body.length > 0 && { body }),
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (this.hasCrashed) return void response.destroy();
    const { 'transfer-encoding': _encoding, connection: _kept, ...told } = answer.headers;
    response.writeHead(answer.statusCode, told).end(bytes);
  }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
