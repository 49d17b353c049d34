import { Pool } from 'undici';
import { closedLoop } from '../rig/closed-loop';
import { answerQuestions } from '../rig/peer';
import type { ExportTimes } from '../rig/export-runs';
import type { VendorUrls } from '../rig/services';

/** A warehouse that is exported, by its names in both systems. */
export interface BareWarehouse {
  readonly warehouseCode: string;
  readonly warehouseUid: string;
  readonly storeUid: string;
}

/** A tenant whose inventory is exported. */
export interface BareTenant {
  readonly tenantUid: string;
  /** Flow's integration token. */
  readonly token: string;
  /** In the order in which they are read. */
  readonly warehouses: readonly BareWarehouse[];
}

/** Everything the loop knows beforehand. */
export interface BareParts {
  readonly vendors: VendorUrls;
  readonly account: { readonly clientId: string; readonly clientSecret: string };
  readonly tenants: readonly BareTenant[];
}

/**
 * The bare loop that the inventory export is compared with, in a process of its own: the same HTTP calls, all tenants at
 * once. It compares nothing, keeps nothing and stops at the first answer that is no 2xx.
 */
export type BareLoop = {
  start(parts: BareParts): void;
  /** Exports what has changed since a moment (ISO-8601). */
  run(since: string): ExportTimes;
};

/** As in src/clients/http.ts and src/activities/exports, with the default settings. */
const CONNECTIONS = 16;
const WRITES_AT_ONCE = 16;
const PRODUCTS_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/** As the production clients send them. */
const HEADERS = { accept: 'application/json', 'user-agent': 'flow-retail-omnium-integration' };

interface Level {
  readonly productUid: string;
  readonly quantityStock: number;
  readonly warehouse: BareWarehouse;
}

interface InventoryPage {
  readonly result: readonly { readonly sku: string; readonly inventory: number }[];
  readonly scrollId?: string;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly token: string;
  readonly body?: unknown;
}

/** The calls for one tenant. */
class BareExport {
  constructor(
    private readonly tenant: BareTenant,
    private readonly pools: { readonly omnium: Pool; readonly flow: Pool },
    private readonly omniumToken: string,
  ) {}

  /** @returns how many levels were written */
  async run(since: string): Promise<number> {
    await send(this.pools.omnium, { method: 'GET', path: '/api/Stores', token: this.omniumToken });
    const levels = new LevelFeed(this.pages(since));
    const writers = Array.from({ length: WRITES_AT_ONCE }, async () => {
      let written = 0;
      for (let level = await levels.next(); level; level = await levels.next()) {
        await this.write(level);
        written += 1;
      }
      return written;
    });
    return (await Promise.all(writers)).reduce((total, written) => total + written, 0);
  }

  private async *pages(since: string): AsyncGenerator<readonly Level[], void, undefined> {
    for (const warehouse of this.tenant.warehouses) {
      const body = { lastModified: since, warehouseCodes: [warehouse.warehouseCode], isBatchesExcluded: true };
      let page = await this.read({ method: 'POST', path: '/api/Inventory/Search', token: this.omniumToken, body });
      while (page.result.length > 0) {
        const levels = page.result.map(({ sku, inventory }) => ({
          productUid: sku.replace(/[^A-Za-z0-9_]/g, ''),
          quantityStock: Math.round(inventory * 100),
          warehouse,
        }));
        await this.readStock(levels, warehouse);
        yield levels;
        if (page.scrollId === undefined) break;
        const path = `/api/Inventory/Scroll/${encodeURIComponent(page.scrollId)}`;
        page = await this.read({ method: 'GET', path, token: this.omniumToken });
      }
    }
  }

  private async read(call: Call): Promise<InventoryPage> {
    return JSON.parse(await send(this.pools.omnium, call)) as InventoryPage;
  }

  private async readStock(levels: readonly Level[], { warehouseUid }: BareWarehouse): Promise<void> {
    const { tenantUid, token } = this.tenant;
    const path = `/v2/tenants/${tenantUid}/products/stock?pageSize=${PRODUCTS_PER_QUESTION}`;
    const count = Math.ceil(levels.length / PRODUCTS_PER_QUESTION);
    await closedLoop({ concurrency: QUESTIONS_AT_ONCE, count }, async (index) => {
      const some = levels.slice(index * PRODUCTS_PER_QUESTION, (index + 1) * PRODUCTS_PER_QUESTION);
      const body = { productUids: some.map(({ productUid }) => productUid), warehouseUids: [warehouseUid] };
      await send(this.pools.flow, { method: 'POST', path, token, body });
    });
  }

  private async write({ productUid, quantityStock, warehouse }: Level): Promise<void> {
    const { tenantUid, token } = this.tenant;
    const { storeUid, warehouseUid } = warehouse;
    const path = `/v2/tenants/${tenantUid}/stores/${storeUid}/warehouses/${warehouseUid}/products/${productUid}/stock`;
    await send(this.pools.flow, { method: 'PUT', path, token, body: { quantityStock } });
  }
}

/** Levels one by one for several takers; while those of a page are taken, the next page is read. */
class LevelFeed {
  private page: readonly Level[] = [];
  private position = 0;
  private isOver = false;
  private ahead: Promise<IteratorResult<readonly Level[], void>>;
  private turning: Promise<void> | undefined;

  constructor(private readonly pages: AsyncGenerator<readonly Level[], void, undefined>) {
    this.ahead = pages.next();
  }

  /** Undefined when there are no more. */
  async next(): Promise<Level | undefined> {
    while (this.position >= this.page.length && !this.isOver) await (this.turning ??= this.turn());
    const level = this.page[this.position];
    this.position += 1;
    return level;
  }

  private async turn(): Promise<void> {
    const { value, done } = await this.ahead;
    this.page = value ?? [];
    this.position = 0;
    this.isOver = done === true;
    if (!this.isOver) {
      this.ahead = this.pages.next();
      // Looked at when it is its turn.
      this.ahead.catch(() => undefined);
    }
    this.turning = undefined;
  }
}

async function send(pool: Pool, { method, path, token, body }: Call): Promise<string> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const type = content === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { ...HEADERS, ...type, authorization: `Bearer ${token}` };
  const answer = await pool.request({ method, path, headers, body: content ?? null });
  const text = await answer.body.text();
  if (answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 200)}`);
  return text;
}

async function openExports({ vendors, account, tenants }: BareParts): Promise<BareExport[]> {
  const options = { connections: CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
  const path = `/api/Token?${new URLSearchParams({ ...account }).toString()}`;
  const tokens = new Pool(vendors.omniumUrl, options);
  const answer = await tokens.request({ method: 'POST', path });
  const token = await answer.body.text();
  await tokens.close();
  return tenants.map((tenant) => {
    const pools = { omnium: new Pool(vendors.omniumUrl, options), flow: new Pool(vendors.flowUrl, options) };
    return new BareExport(tenant, pools, token);
  });
}

if (require.main === module) {
  let exports: readonly BareExport[] = [];
  answerQuestions<BareLoop>({
    start: async (parts) => {
      exports = await openExports(parts);
    },
    run: async (since) => {
      const startedAt = performance.now();
      const counts = await Promise.all(exports.map((one) => one.run(since)));
      const written = counts.reduce((total, count) => total + count, 0);
      return { written, elapsedMs: performance.now() - startedAt };
    },
  });
}
