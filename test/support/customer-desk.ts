import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { SYNC_STATUS_QUERY, type SyncResult } from '../../src/contracts/entity-sync';
import { customerKind, type CustomerOutcome } from '../../src/contracts/kinds/customer';
import type { SyncStatus } from '../../src/contracts/entity-sync';
import { customerKeyOf } from '../../src/temporal/sealed-reference';
import { demoWebhookToken } from '../../tools/start/demo-config';
import type { Integration, Json } from './integration';
import { until } from './order-driver';
import { WebShop } from './web-shop';

/** One kind of customers, as Omnium's paths name it. */
export type OmniumKind = 'PrivateCustomers' | 'BusinessCustomers';

/** What people do with customers at the tills and in Omnium, and what the integration makes of it. */
export class CustomerDesk {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private omniumToken: string | undefined;

  constructor(private readonly integration: Integration) {}

  async close(): Promise<void> {
    await this.agent.close();
  }

  /** A person nobody has met; every value is one of its own. */
  person(members: Json = {}): Json & { readonly email: string } {
    const mark = randomUUID().slice(0, 8);
    return {
      customerType: 'PERSON',
      firstname: `Kari${mark}`,
      lastname: `Berg${mark}`,
      email: `kari.${mark}@example.com`,
      mobile: `+47${String(90_000_000 + Math.floor(Math.random() * 9_999_999))}`,
      address: `Storgata ${mark}`,
      postalCode: '0155',
      city: 'Oslo',
      countryCode: 'NO',
      ...members,
    };
  }

  company(members: Json = {}): Json & { readonly email: string } {
    const { firstname: _first, lastname: _last, ...rest } = this.person();
    const mark = randomUUID().slice(0, 8);
    return {
      ...rest,
      customerType: 'COMPANY',
      companyName: `Fjell ${mark} AS`,
      vatNumber: `9${mark}`,
      ...members,
      email: rest.email,
    };
  }

  /** A customer made at a till. */
  async createAtTill(customer: Json): Promise<string> {
    const { status, body } = await this.integration.flow('POST', '/customers', customer);
    if (status >= 300) throw new Error(`Flow refused the customer: ${status} ${JSON.stringify(body)}`);
    const uid = String(body.customerUid);
    await this.flowTells(uid, 'CUSTOMER_CREATE');
    return uid;
  }

  async changeAtTill(customerUid: string, change: Json): Promise<void> {
    const { status } = await this.integration.flow('PUT', `/customers/${customerUid}`, change);
    if (status >= 300) throw new Error(`Flow refused the change: ${status}`);
    await this.flowTells(customerUid, 'CUSTOMER_UPDATE');
  }

  async deleteAtTill(customerUid: string): Promise<void> {
    const { status } = await this.integration.flow('DELETE', `/customers/${customerUid}`);
    if (status >= 300) throw new Error(`Flow refused to delete: ${status}`);
    await this.flowTells(customerUid, 'CUSTOMER_DELETE');
  }

  /** Flow's webhook, as for what a cashier did: the test's own API calls are told as the integration's. */
  async flowTells(customerUid: string, action: string): Promise<void> {
    const { apiUrl, tenantUid } = this.integration;
    const { statusCode, body } = await request(`${apiUrl}/webhooks/flow/${tenantUid}`, {
      method: 'POST',
      dispatcher: this.agent,
      headers: { authorization: `Bearer ${demoWebhookToken(tenantUid)}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        action,
        tenant: { Id: 1, Uid: tenantUid },
        customer: { Id: 7, Uid: customerUid },
        tenantUser: { Id: 2, Uid: 'pos' },
      }),
    });
    await body.dump();
    if (statusCode !== 202) throw new Error(`the webhook was answered ${statusCode}`);
  }

  /** A customer made in Omnium by somebody else than us. */
  async createInOmnium(kind: OmniumKind, customer: Json): Promise<string> {
    const { customerId: given } = customer;
    const customerId = typeof given === 'string' ? given : `om-${randomUUID()}`;
    await this.inOmnium('POST', `/api/${kind}`, { marketId: 'NOR', ...customer, customerId });
    return customerId;
  }

  async changeInOmnium(kind: OmniumKind, customerId: string, change: Json): Promise<void> {
    await this.inOmnium('PATCH', `/api/${kind}/Patch${kind.slice(0, -1)}`, { customerId, ...change });
  }

  async anonymizeInOmnium(customerId: string): Promise<void> {
    await this.inOmnium('DELETE', `/api/PrivateCustomers/Anonymize?id=${encodeURIComponent(customerId)}`);
  }

  /** Merges a private customer into another one, or moves it to an id that is free. */
  async mergeInOmnium(fromCustomerId: string, toCustomerId: string): Promise<void> {
    const query = new URLSearchParams({ fromCustomerId, toCustomerId }).toString();
    await this.inOmnium('GET', `/api/CustomerPrivacy/ChangePrivateCustomerId?${query}`);
  }

  /** An order of the customer that is on hold in Omnium: it proves who the customer is, and reaches no till. */
  async orderInOmnium(customerId: string): Promise<void> {
    await new WebShop(this.integration).place({ customerId, status: 'OnHold' });
  }

  async deleteInOmnium(kind: OmniumKind, customerId: string): Promise<void> {
    await this.inOmnium('DELETE', `/api/${kind}/${encodeURIComponent(customerId)}`);
  }

  /** A customer in Omnium, or undefined. */
  async omniumCustomer(kind: OmniumKind, customerId: unknown): Promise<Json | undefined> {
    return await this.inOmnium('GET', `/api/${kind}/${encodeURIComponent(String(customerId))}`);
  }

  async searchOmnium(kind: OmniumKind, search: Json): Promise<Json[]> {
    const found = await this.inOmnium('POST', `/api/${kind}/Search`, { take: 100, page: 0, ...search });
    return (found?.result ?? []) as Json[];
  }

  /** A customer in Flow, or undefined. */
  async flowCustomer(customerUid: string): Promise<Json | undefined> {
    const { status, body } = await this.integration.flow('GET', `/customers/${customerUid}`);
    return status === 404 ? undefined : body;
  }

  async inFlowByExternalId(customerId: string): Promise<Json[]> {
    const query = new URLSearchParams({ customerExternalId: customerId }).toString();
    const { body } = await this.integration.flow('GET', `/customers?${query}`);
    return body.items as Json[];
  }

  handle(id: string): ReturnType<Integration['client']['workflow']['getHandle']> {
    const { client, tenantUid } = this.integration;
    return client.workflow.getHandle(customerKind.id({ tenantUid, customerKey: customerKeyOf(id, 'sandbox-secret') }));
  }

  /** Waits until nothing is pending for the customer whom an event named by this id. */
  async settled(id: string): Promise<SyncResult<CustomerOutcome>> {
    await this.integration.deliveriesDone();
    const handle = this.handle(id);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
    return (await handle.result()) as SyncResult<CustomerOutcome>;
  }

  /** The same, ending every wait on the ladder as an operator would. */
  async healed(id: string): Promise<SyncResult<CustomerOutcome>> {
    await this.integration.deliveriesDone();
    const handle = this.handle(id);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name === 'COMPLETED') return true;
      const status = await handle.query<SyncStatus<CustomerOutcome>>(SYNC_STATUS_QUERY).catch(() => undefined);
      if (status?.lastFailure) await handle.executeUpdate('retryNow').catch(() => undefined);
      return undefined;
    }, 30_000);
    return await this.settled(id);
  }

  /** Waits until the customer says that it waits on the ladder. */
  async waiting(id: string): Promise<SyncStatus<CustomerOutcome>> {
    const handle = this.handle(id);
    return await until(async () => {
      const status = await handle.query<SyncStatus<CustomerOutcome>>(SYNC_STATUS_QUERY).catch(() => undefined);
      return status?.lastFailure ? status : undefined;
    }, 30_000);
  }

  /** Everything that Temporal keeps of a customer's sync, as text. */
  async storedByTemporal(id: string): Promise<string> {
    const { raw } = await this.handle(id).describe();
    const history = await this.handle(id).fetchHistory();
    return JSON.stringify([history, raw], (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
  }

  /** Calls that changed something, as `omnium PATCH`, since the logs were emptied. */
  async writes(): Promise<string[]> {
    const vendors = await Promise.all(
      (['omnium', 'flow'] as const).map(async (vendor) =>
        (await this.integration.requests(vendor))
          .filter(({ method, path }) => method !== 'GET' && !/search|token/i.test(path))
          .map(({ method }) => `${vendor} ${method}`),
      ),
    );
    return vendors.flat();
  }

  /** A call to Omnium as the web shop makes it; undefined for a 404. */
  private async inOmnium(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: Json,
  ): Promise<Json | undefined> {
    this.omniumToken ??= await this.token();
    const answer = await request(`${this.integration.omniumUrl}${path}`, {
      method,
      dispatcher: this.agent,
      headers: { authorization: `Bearer ${this.omniumToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode >= 400) throw new Error(`Omnium ${method} ${path}: ${answer.statusCode} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  private async token(): Promise<string> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const answer = await request(`${this.integration.omniumUrl}/api/Token?${query}`, {
      method: 'POST',
      dispatcher: this.agent,
    });
    const { accessToken } = (await answer.body.json()) as { accessToken: string };
    return accessToken;
  }
}
