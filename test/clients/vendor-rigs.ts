import { type FlowSandboxOptions } from '../../sandbox/flow/server';
import { type OmniumSandboxOptions } from '../../sandbox/omnium/server';
import { FlowClient } from '../../src/clients/flow/client';
import type { FlowConnectionOptions } from '../../src/clients/flow/connection';
import { OmniumClient } from '../../src/clients/omnium/client';
import type { OmniumConnectionOptions } from '../../src/clients/omnium/connection';
import { startFlowRig, type FlowRig } from '../sandbox/flow-rig';
import { startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { json, VendorServer, type Answer } from './vendor-server';

/** Where requests of the tenant go; told as `T`. */
const TENANT = '/v2/tenants/flow_no';

/** What a rig holds between `beforeEach` and `afterEach`. */
function running<T>(held: T | undefined): T {
  if (held === undefined) throw new Error('only while a test runs');
  return held;
}

/** Of the request that came last, as a test compares it. */
function requestLine(vendor: VendorServer): string {
  const request = vendor.requests.at(-1);
  const query = request?.query.toString() ?? '';
  const path = request?.path.replace(TENANT, 'T') ?? '';
  return `${request?.method ?? ''} ${path}${query === '' ? '' : `?${query}`}`;
}

/** A client of Omnium for each test of a suite, on a server whose answers the test writes. */
export class OmniumWire {
  /** Answers everything but token requests. */
  api: Answer;
  private server: VendorServer | undefined;
  private client: OmniumClient | undefined;

  /** @param first answers at the beginning of each test */
  constructor(first: Answer) {
    this.api = first;
    beforeEach(async () => {
      this.api = first;
      const token = json(200, { accessToken: 'token', expiresIn: 1_000 });
      this.server = await VendorServer.start((request, response) =>
        (request.path === '/api/Token' ? token : this.api)(request, response),
      );
      this.client = omniumClient(this.server.url, { clientId: 'client', clientSecret: 'secret', timeoutMs: 2_000 });
    });
    afterEach(async () => {
      await this.server?.stop();
      await this.client?.close();
    });
  }

  get vendor(): VendorServer {
    return running(this.server);
  }

  get omnium(): OmniumClient {
    return running(this.client);
  }

  /** Method, path and query of the last request. */
  readonly last = (): string => requestLine(this.vendor);
  readonly lastBody = (): unknown => this.vendor.requests.at(-1)?.body;
  /** Of all requests but those for tokens. */
  readonly bodies = (): unknown[] =>
    this.vendor.requests.filter(({ path }) => path !== '/api/Token').map(({ body }) => body);
}

/** A client of Flow for each test of a suite, on a server whose answers the test writes. */
export class FlowWire {
  private server: VendorServer | undefined;
  private client: FlowClient | undefined;

  constructor() {
    beforeEach(async () => {
      this.server = await VendorServer.start();
      this.client = flowClient(this.server.url, { token: 'integration-token', timeoutMs: 2_000 });
    });
    afterEach(async () => {
      await this.server?.stop();
      await this.client?.close();
    });
  }

  get vendor(): VendorServer {
    return running(this.server);
  }

  get flow(): FlowClient {
    return running(this.client);
  }

  /** Method and path of the last request, `T` for the tenant, without the query. */
  readonly last = (): string => requestLine(this.vendor).split('?')[0] ?? '';
  readonly lastBody = (): unknown => this.vendor.requests.at(-1)?.body;
}

/** A Flow sandbox for a suite, empty at the beginning of each test, and a client for each. */
export class FlowOnSandbox {
  private started: FlowRig | undefined;
  private client: FlowClient | undefined;

  constructor(options: Partial<FlowSandboxOptions> = {}) {
    before(async () => {
      this.started = await startFlowRig(options);
    });
    beforeEach(async () => {
      await this.rig.control('POST /reset');
      this.client = this.clientWith({});
    });
    afterEach(async () => {
      await this.client?.close();
    });
    after(async () => {
      await this.started?.stop();
    });
  }

  get rig(): FlowRig {
    return running(this.started);
  }

  get flow(): FlowClient {
    return running(this.client);
  }

  /** Whoever asks for it closes it. */
  clientWith(options: Partial<FlowConnectionOptions>): FlowClient {
    return flowClient(this.rig.url, options);
  }
}

/** An Omnium sandbox for a suite, empty at the beginning of each test, and a client for each. */
export class OmniumOnSandbox {
  private started: OmniumRig | undefined;
  private client: OmniumClient | undefined;

  constructor(options: Partial<OmniumSandboxOptions> = {}) {
    before(async () => {
      this.started = await startRig(options);
    });
    beforeEach(async () => {
      await this.rig.control('POST', '/reset');
      this.client = omniumClient(this.rig.url, this.rig.chain.omniumApiUser);
    });
    afterEach(async () => {
      await this.client?.close();
    });
    after(async () => {
      await this.started?.stop();
    });
  }

  get rig(): OmniumRig {
    return running(this.started);
  }

  get omnium(): OmniumClient {
    return running(this.client);
  }
}

function flowClient(url: string, options: Partial<FlowConnectionOptions>): FlowClient {
  const token = 'sandbox-token-flow_no';
  const usual = { tenantUid: 'flow_no', token, timeoutMs: 5_000, maxConcurrentRequests: 8 };
  return new FlowClient({ ...usual, baseUrl: `${url}/v2`, ...options });
}

function omniumClient(
  url: string,
  {
    clientId,
    clientSecret,
    ...options
  }: Pick<OmniumConnectionOptions, 'clientId' | 'clientSecret'> & Partial<OmniumConnectionOptions>,
): OmniumClient {
  const usual = { timeoutMs: 5_000, maxConcurrentRequests: 8 };
  return new OmniumClient({ ...usual, baseUrl: url, clientId, clientSecret, ...options });
}
