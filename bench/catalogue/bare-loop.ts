import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { closedLoop } from '../rig/closed-loop';
import { answerQuestions } from '../rig/peer';
import type { VendorUrls } from '../rig/services';
import { scrollIdOf } from '../vendors/recording-proxy';
import type { BareCall, BareRow, BareScript } from './bare-script';

/** What the loop works with. */
export interface BareParts {
  readonly vendors: VendorUrls;
  /** Connections to each vendor: as many as our worker makes calls at once. */
  readonly connections: { readonly omnium: number; readonly flow: number };
  /** Rows that are worked on at once. */
  readonly rowsAtOnce: number;
}

/**
 * The bare loop that an export of the catalogue is compared with, in a process of its own: the same HTTP calls with the same
 * bodies, all known beforehand. It reads every answer, compares nothing, keeps nothing and stops at the first answer that
 * has another status than the recorded one.
 */
export type BareLoop = {
  /** @param file a {@link BareScript} as JSON */
  load(about: { readonly file: string; readonly parts: BareParts }): void;
  /** Makes all calls, so often. */
  run(times: number): { readonly elapsedMs: number };
  unload(nothing: undefined): void;
};

interface ReadyCall extends Omit<BareCall, 'body'> {
  readonly body: Buffer | null;
}

class Loop {
  private readonly pools: Readonly<Record<BareCall['vendor'], Pool>>;

  constructor(
    private readonly phases: readonly (readonly (readonly ReadyCall[])[])[],
    private readonly parts: BareParts,
  ) {
    const open = (url: string, connections: number): Pool =>
      new Pool(url, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    const { vendors, connections } = parts;
    this.pools = {
      omnium: open(vendors.omniumUrl, connections.omnium),
      flow: open(vendors.flowUrl, connections.flow),
    };
  }

  async run(): Promise<void> {
    for (const rows of this.phases) {
      await closedLoop({ concurrency: this.parts.rowsAtOnce, count: rows.length }, async (index) => {
        await this.makeRow(rows[index] ?? []);
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((pool) => pool.close()));
  }

  private async makeRow(row: readonly ReadyCall[]): Promise<void> {
    let scrollId: string | undefined;
    for (const call of row) {
      const answer = await this.make(call, scrollId);
      if (call.vendor === 'omnium') scrollId = scrollIdOf(answer);
    }
  }

  private async make(call: ReadyCall, scrollId: string | undefined): Promise<string> {
    const { vendor, method, headers, body, status } = call;
    const path = call.goesOn ? `${call.path}${scrollId ?? ''}` : call.path;
    const answer = await this.pools[vendor].request({
      method: method as 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path,
      headers,
      body,
    });
    const text = await answer.body.text();
    // What Flow has named itself has another name each time.
    const isGone = method === 'DELETE' && answer.statusCode === 404;
    if (answer.statusCode !== status && !isGone) {
      const found = `${answer.statusCode} instead of ${status}`;
      throw new Error(`${method} ${vendor} ${path}: ${found}: ${text.slice(0, 300)}`);
    }
    return text;
  }
}

function readyRow(row: BareRow): ReadyCall[] {
  return row.map(({ body, ...call }) => ({
    ...call,
    body: body === undefined ? null : Buffer.from(body, 'latin1'),
  }));
}

if (require.main === module) {
  let loop: Loop | undefined;
  answerQuestions<BareLoop>({
    load: async ({ file, parts }) => {
      await loop?.close();
      const script = JSON.parse(readFileSync(file, 'utf8')) as BareScript;
      loop = new Loop(
        script.map((rows) => rows.map(readyRow)),
        parts,
      );
    },
    run: async (times) => {
      const startedAt = performance.now();
      for (let round = 0; round < times; round += 1) await loop?.run();
      return { elapsedMs: performance.now() - startedAt };
    },
    unload: async () => {
      await loop?.close();
      loop = undefined;
    },
  });
}
