import { Peer } from '../rig/peer';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import type { VendorProcess } from './vendor-process';

/** One call as a sandbox has seen it. */
export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** When it arrived, ISO-8601 with milliseconds. */
  readonly at: string;
  readonly durationMs: number;
}

type Vendor = 'omnium' | 'flow';
const VENDORS: readonly Vendor[] = ['omnium', 'flow'];

/** The two sandboxes and their control switches. */
export class Sandboxes {
  private constructor(
    readonly urls: VendorUrls,
    readonly pid: number | undefined,
  ) {}

  static async start(stops: Stops): Promise<Sandboxes> {
    const peer = Peer.start<VendorProcess>(require.resolve('./vendor-process'), stops);
    return new Sandboxes(await peer.ask('start', undefined), peer.process.pid);
  }

  /** Forgets the calls seen so far. */
  async clearCalls(): Promise<void> {
    await Promise.all(VENDORS.map((vendor) => this.control(vendor, 'requests', { method: 'DELETE' })));
  }

  /** Number of calls that both have seen since the last clearing. */
  async countCalls(): Promise<number> {
    const counts = await Promise.all(
      VENDORS.map(async (vendor) => (await this.json<{ count: number }>(vendor, 'requests/count')).count),
    );
    return counts.reduce((total, count) => total + count, 0);
  }

  /** The calls that both have seen since the last clearing, in order of arrival. */
  async calls(): Promise<SeenCall[]> {
    const lists = await Promise.all(
      VENDORS.map(async (vendor) => (await this.json<{ requests: SeenCall[] }>(vendor, 'requests')).requests),
    );
    return lists.flat().sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Flow answers 503 from now on and asks everybody to come back in so many seconds. */
  async breakFlow(retryAfterSeconds: number): Promise<void> {
    await this.control('flow', 'faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'error', status: 503, retryAfter: retryAfterSeconds }),
    });
  }

  private async json<T>(vendor: Vendor, path: string): Promise<T> {
    return (await (await this.control(vendor, path, {})).json()) as T;
  }

  private async control(vendor: Vendor, path: string, init: RequestInit): Promise<Response> {
    const base = vendor === 'omnium' ? this.urls.omniumUrl : this.urls.flowUrl;
    const response = await fetch(`${base}/_sandbox/${path}`, init);
    if (!response.ok) throw new Error(`${vendor} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
