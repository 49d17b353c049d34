import { buildChain } from '../../sandbox/chain/build-chain';
import { type Chain } from '../../sandbox/chain/types';
import { type FlowSandboxOptions, startFlowSandbox } from '../../sandbox/flow/server';

/** Answer of the sandbox; read its body with {@link at}. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A running Flow sandbox and a client for it. */
export interface FlowRig {
  readonly url: string;
  readonly chain: Chain;
  /** Calls a path below `/v2` as the Norwegian tenant, or as whoever `headers` say. */
  call(methodAndPath: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Calls a path below `/_sim/tenants/flow_no/stores/oslocity`. */
  till(path: string, body?: unknown): Promise<Reply>;
  /** Posts to a path below `/_sim/tenants`. */
  sim(path: string, body?: unknown): Promise<Reply>;
  /** Calls a path below `/_sandbox`. */
  control(methodAndPath: string, body?: unknown): Promise<Reply>;
  stop(): Promise<void>;
}

/** Tenant and store most tests work in. */
export const T = '/tenants/flow_no';
export const S = `${T}/stores/oslocity`;
export const W = `${S}/warehouses/oslocity`;

const small = buildChain({ seed: 7, products: 150, stores: 8 });

/** Starts a sandbox with a small chain on a free port. */
export async function startFlowRig(options: Partial<FlowSandboxOptions> = {}): Promise<FlowRig> {
  const chain = options.chain ?? small;
  const sandbox = await startFlowSandbox({ seed: 7, timeScale: 0.01, ...options, chain });
  const send = async (method: string, path: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(sandbox.url + path, { method, ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  };
  const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const split = (methodAndPath: string): [string, string] => {
    const [method = 'GET', path = ''] = methodAndPath.split(' ', 2);
    return [method, path];
  };
  return {
    url: sandbox.url,
    chain,
    call: (methodAndPath, body, headers = { authorization: 'Bearer sandbox-token-flow_no' }) => {
      const [method, path] = split(methodAndPath);
      return send(method, `/v2${path}`, json(body, headers));
    },
    till: (path, body) => send('POST', `/_sim${S}${path}`, json(body)),
    sim: (path, body) => send('POST', `/_sim/tenants${path}`, json(body)),
    control: (methodAndPath, body) => {
      const [method, path] = split(methodAndPath);
      return send(method, `/_sandbox${path}`, json(body));
    },
    stop: () => sandbox.stop(),
  };
}

/** What stands at a path in a JSON document: `at(body, 'items[0].sku')`. */
export function at(document: unknown, path: string): unknown {
  let found: unknown = document;
  for (const part of path.match(/[^.[\]]+/g) ?? []) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, part) : undefined;
  }
  return found;
}

/** The fields an error answer names. */
export function fieldsOf(reply: Reply): unknown[] {
  const errors = at(reply.body, 'errors');
  return Array.isArray(errors) ? errors.map((error) => at(error, 'field')) : [];
}

/** SKUs of stock articles of the small chain, never the same for two numbers. */
export function skuNumber(rig: FlowRig, index: number): string {
  const stocked = rig.chain.products.filter(({ kind }) => kind === 'single' || kind === 'style');
  const sku = stocked.flatMap(({ skus }) => skus)[index]?.sku;
  if (sku === undefined) throw new Error(`the chain has no SKU number ${index}`);
  return sku;
}

/** Uid of a product by its SKU, asked of the sandbox. */
export async function productUidOf(rig: FlowRig, sku: string): Promise<string> {
  const { body } = await rig.call(`GET ${T}/products?productSku=${encodeURIComponent(sku)}`);
  return String(at(body, 'items[0].productUid'));
}

/** Stock record of a product in the store's own warehouse. */
export async function stockOf(rig: FlowRig, sku: string): Promise<{ stock: number; reserved: number }> {
  const { body } = await rig.call(`GET ${W}/products/${await productUidOf(rig, sku)}/stock`);
  return { stock: Number(at(body, 'quantityStock')), reserved: Number(at(body, 'quantityReserved')) };
}
