import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { createReceiptActivities } from '../../src/activities/orders/receipts';
import { receiptsDue } from '../../src/activities/orders/mapping/receipt-to-invoice';
import { TenantRegistry, type Tenant } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { TenantConfig } from '../../src/config/types';
import type { FlowReceipt } from '../../src/clients/flow/receipts';
import type { ReceiptOutcome } from '../../src/contracts/kinds/order';
import { demoConfig } from '../../tools/start/demo-config';

/** Failures that a test wants are no news. */
const QUIET = new DefaultLogger('ERROR');

export type Json = Record<string, unknown>;

/** Tenant and store the tests sell in. */
const TENANT = 'flow_no';
export const STORE = 'oslocity';

/** A receipt to be sent, with the order it is of. */
export interface DueReceipt {
  readonly orderUid: string;
  readonly orderReceiptUid: string;
}

/** What a sandbox was asked. */
export interface Seen {
  readonly method: string;
  readonly path: string;
}

/** Answers in place of a receipt's PDF. */
export interface PdfInstead {
  readonly status: number;
  readonly body: Buffer;
}

/** Both sandboxes, and the activity on them; one registry per {@link ReceiptRig.fresh}, as one worker process has. */
export class ReceiptRig {
  /** Given in place of PDFs while it is set. */
  pdfInstead: PdfInstead | undefined;
  readonly sku: string;
  /** Of a fee, which never runs out. */
  readonly feeSku: string;
  private registry: TenantRegistry;

  private constructor(
    private readonly parts: {
      readonly flow: { readonly url: string; stop(): Promise<void> };
      readonly omnium: { readonly url: string; stop(): Promise<void> };
      readonly chain: ReturnType<typeof buildChain>;
    },
    private readonly door: Server,
  ) {
    this.sku = parts.chain.products.find(({ kind }) => kind === 'single')?.skus[0]?.sku ?? '';
    this.feeSku = parts.chain.shippingSku;
    this.registry = this.open();
    door.on('request', (request: IncomingMessage, response: ServerResponse) => void this.pass(request, response));
  }

  static async start(): Promise<ReceiptRig> {
    const chain = buildChain({ seed: 1, products: 120 });
    const omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    const flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02 });
    const door = createServer();
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    return new ReceiptRig({ flow, omnium, chain }, door);
  }

  get tenant(): Tenant {
    return this.registry.get(TENANT);
  }

  /** As after a restart of the worker: nothing is remembered. */
  async fresh(settings: Partial<TenantConfig['settings']> = {}): Promise<void> {
    const old = this.registry;
    this.registry = this.open(settings);
    await old.close();
  }

  async stop(): Promise<void> {
    await this.registry.close();
    this.door.closeAllConnections();
    await new Promise((resolve) => this.door.close(resolve));
    await Promise.all([this.parts.flow.stop(), this.parts.omnium.stop()]);
  }

  /** Something that people do at a till; answers the receipts of the order, whose Omnium order is there as well. */
  async till(action: string, body: Json): Promise<DueReceipt[]> {
    const { status, body: order } = await this.send(
      `${this.parts.flow.url}/_sim/tenants/${TENANT}/stores/${STORE}/${action}`,
      body,
    );
    if (status >= 300) throw new Error(`till ${action}: ${status} ${JSON.stringify(order)}`);
    return await this.due(String(order['orderUid']));
  }

  async sale(members: Json = {}, sku = this.sku): Promise<DueReceipt> {
    const lines = [{ sku, quantity: 200, itemPrice: 19_990, itemDiscountAmount: 990 }];
    const [receipt] = await this.till('sales', { lines, ...members });
    if (!receipt) throw new Error('the sale has no receipt');
    return receipt;
  }

  /** The receipts of an order that belong to Omnium, with its order there. */
  async due(orderUid: string): Promise<DueReceipt[]> {
    const order = await this.tenant.flow.orders.get(orderUid);
    if (!order) throw new Error('no such order in Flow');
    const line = { lineItemId: '1', code: this.sku, quantity: 1, placedPrice: 1 };
    if (!(await this.tenant.omnium.orders.get(orderUid))) {
      await this.tenant.omnium.orders.putPos({
        id: orderUid,
        orderNumber: orderUid,
        marketId: 'NOR',
        storeId: 'oslo-city',
        orderForm: {
          lineItems: [line],
          shipments: [{ shipmentId: '1', warehouseCode: 'oslo-city', lineItems: [line] }],
        },
      });
    }
    return receiptsDue(order).map(({ orderReceiptUid }) => ({ orderUid, orderReceiptUid }));
  }

  /** One attempt. */
  async attempt({ orderUid, orderReceiptUid }: DueReceipt): Promise<ReceiptOutcome> {
    const { sendReceiptToOmnium } = createReceiptActivities(this.registry);
    const input = {
      tenantUid: TENANT,
      storeUid: STORE,
      orderReceiptUid,
      omniumOrderId: orderUid,
      retryLadder: 'one-minute',
      pass: 1,
    } as const;
    return await new MockActivityEnvironment({}, { logger: QUIET }).run(sendReceiptToOmnium, input);
  }

  /** Attempts until one succeeds, as Temporal would make them, with what failed before. */
  async untilSent(receipt: DueReceipt): Promise<{ readonly outcome: ReceiptOutcome; readonly failures: unknown[] }> {
    const failures: unknown[] = [];
    for (;;) {
      try {
        return { outcome: await this.attempt(receipt), failures };
      } catch (error) {
        failures.push(error);
        if (failures.length > 5) throw error;
      }
    }
  }

  async receipt({ orderReceiptUid }: DueReceipt): Promise<FlowReceipt> {
    const receipt = await this.tenant.flow.receipts.get(STORE, orderReceiptUid);
    if (!receipt) throw new Error('no such receipt in Flow');
    return receipt;
  }

  /** Every invoice that Omnium has of an order, as it has them. */
  async invoicesOf({ orderUid }: DueReceipt): Promise<Json[]> {
    const query = 'clientId=sandbox-client&clientSecret=sandbox-secret';
    const token = await (await fetch(`${this.parts.omnium.url}/api/token?${query}`, { method: 'POST' })).text();
    const answer = await fetch(`${this.parts.omnium.url}/api/Invoices/Orders/${orderUid}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as { result: Json[] }).result;
  }

  /** The bytes that Omnium keeps for a receipt. */
  async fileOf({ orderReceiptUid }: DueReceipt): Promise<Buffer> {
    const url = `${this.parts.omnium.url}/_sandbox/invoices/${orderReceiptUid}/files/${orderReceiptUid}`;
    return Buffer.from(await (await fetch(url)).arrayBuffer());
  }

  async createCustomer(customer: Json): Promise<string> {
    const url = `${this.parts.flow.url}/v2/tenants/${TENANT}/customers`;
    const { status, body } = await this.send(url, customer, { authorization: `Bearer sandbox-token-${TENANT}` });
    if (status !== 201) throw new Error(`customer: ${status} ${JSON.stringify(body)}`);
    return String(body['customerUid']);
  }

  async fault(vendor: 'omnium' | 'flow', fault: Json): Promise<void> {
    const { status } = await this.send(`${this.parts[vendor].url}/_sandbox/faults`, fault);
    if (status >= 300) throw new Error(`the ${vendor} sandbox refused the fault`);
  }

  async clear(): Promise<void> {
    for (const { url } of [this.parts.flow, this.parts.omnium]) {
      await fetch(`${url}/_sandbox/faults`, { method: 'DELETE' });
      await fetch(`${url}/_sandbox/requests`, { method: 'DELETE' });
    }
  }

  /** The calls a sandbox has seen since the last {@link clear}. */
  async seen(vendor: 'omnium' | 'flow'): Promise<Seen[]> {
    const answer = await fetch(`${this.parts[vendor].url}/_sandbox/requests`);
    return ((await answer.json()) as { requests: Seen[] }).requests;
  }

  private open(settings: Partial<TenantConfig['settings']> = {}): TenantRegistry {
    const { port } = this.door.address() as AddressInfo;
    const text = demoConfig({
      apiHost: '127.0.0.1',
      apiPort: 4000,
      apiUrl: 'http://127.0.0.1:4000',
      omniumUrl: this.parts.omnium.url,
      flowUrl: `http://127.0.0.1:${port}`,
      webUiUrl: 'http://localhost:8233',
    });
    const { tenants } = parseConfig(text, {});
    return new TenantRegistry(tenants.map((tenant) => ({ ...tenant, settings: { ...tenant.settings, ...settings } })));
  }

  /** Stands before the Flow sandbox and hands everything through, but for PDFs that are to be others. */
  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    if (this.pdfInstead && url.endsWith('/download')) {
      response.writeHead(this.pdfInstead.status, { 'content-type': 'application/pdf' }).end(this.pdfInstead.body);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    try {
      const { authorization = '', accept = '', 'content-type': type } = headers;
      const answer = await fetch(`${this.parts.flow.url}${url}`, {
        method,
        headers: { authorization, accept, ...(type && { 'content-type': type }) },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
    } catch {
      // The sandbox cut the line; so does its door.
      response.destroy();
    }
  }

  private async send(
    url: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Json }> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  }
}
