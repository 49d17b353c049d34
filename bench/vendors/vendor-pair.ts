import { Peer } from '../rig/peer';
import type { VendorUrls } from '../rig/services';
import type { Stops } from '../rig/stops';
import type { ChainSize, OneVendor } from './one-vendor';

/** Beyond every number that a sandbox gives to a request. */
const NO_REQUESTS = Number.MAX_SAFE_INTEGER;

/** The chains that the two sandboxes are seeded from: with fewer products in Flow, the others are still to come. */
export interface PairChains {
  readonly omnium: ChainSize;
  readonly flow: ChainSize;
}

/** Both sandboxes, each in a process of its own. */
export class VendorPair {
  private constructor(
    readonly urls: VendorUrls,
    readonly pids: { readonly omnium: number | undefined; readonly flow: number | undefined },
  ) {}

  static async start(stops: Stops, chains: PairChains): Promise<VendorPair> {
    const [omnium, flow] = (['omnium', 'flow'] as const).map((vendor) => {
      const peer = Peer.start<OneVendor>(require.resolve('./one-vendor'), stops);
      return { url: peer.ask('start', { vendor, chain: chains[vendor] }), pid: peer.process.pid };
    });
    const urls = { omniumUrl: (await omnium?.url) ?? '', flowUrl: (await flow?.url) ?? '' };
    return new VendorPair(urls, { omnium: omnium?.pid, flow: flow?.pid });
  }

  /** Number of requests that both have ever seen. Their logs forget old ones, their numbers do not. */
  async countCalls(): Promise<number> {
    const counts = await Promise.all(
      [this.urls.omniumUrl, this.urls.flowUrl].map(async (url) => {
        const answer = await fetch(`${url}/_sandbox/requests?since=${NO_REQUESTS}`);
        return ((await answer.json()) as { readonly next: number }).next;
      }),
    );
    return counts.reduce((total, count) => total + count, 0);
  }

  /** Both wait so long before each answer while the work is done, as vendors do that are far away. */
  async withLatency<T>(delayMs: number, work: () => Promise<T>): Promise<T> {
    const body = JSON.stringify({ kind: 'latency', delayMs });
    await this.faults({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    try {
      return await work();
    } finally {
      await this.faults({ method: 'DELETE' });
    }
  }

  private async faults(init: RequestInit): Promise<void> {
    for (const url of [this.urls.omniumUrl, this.urls.flowUrl]) {
      const answer = await fetch(`${url}/_sandbox/faults`, init);
      if (!answer.ok) throw new Error(`a sandbox answered ${answer.status} to a fault`);
      await answer.arrayBuffer();
    }
  }
}
