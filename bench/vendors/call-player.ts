import { Pool } from 'undici';
import type { VendorUrls } from '../rig/services';
import type { RecordedCall } from './recording-proxy';

/** The vendor calls that the integration made for one order, to be made again for another order of the same kind. */
export interface CallScript {
  /** What in the calls is the order's own: its number, uids of its lines and payments. Another order of the kind has as many. */
  readonly names: readonly string[];
  readonly calls: readonly RecordedCall[];
}

/** Makes recorded calls again, one after the other, with the connection settings of the production clients. */
export class CallPlayer {
  private readonly pools: Readonly<Record<RecordedCall['vendor'], Pool>>;

  constructor(vendors: VendorUrls) {
    // The settings of src/clients/http.ts with the default number of connections.
    const options = { connections: 16, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
    this.pools = { omnium: new Pool(vendors.omniumUrl, options), flow: new Pool(vendors.flowUrl, options) };
  }

  /**
   * Makes the script's calls for the order with these names.
   *
   * @throws Error when an answer has another status than the recorded one: then it is not the same work
   */
  async play(script: CallScript, names: readonly string[]): Promise<void> {
    if (names.length !== script.names.length) throw new Error('the order has other parts than the recorded one');
    const renamed = (text: string): string =>
      script.names.reduce((result, name, index) => result.replaceAll(name, names[index] ?? name), text);
    for (const { vendor, method, path, headers, body, status } of script.calls) {
      const answer = await this.pools[vendor].request({
        method: method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
        path: renamed(path),
        headers,
        ...(body !== undefined && { body: Buffer.from(renamed(body), 'latin1') }),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== status) {
        throw new Error(
          `${method} ${vendor} answered ${answer.statusCode} instead of ${status}: ${text.slice(0, 200)}`,
        );
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((sockets) => sockets.close()));
  }
}
