import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
/** Waits between tries, in milliseconds; what a careful caller does with a vendor that is busy or away. */
const WAITS_MS = [300, 700, 1_500, 3_000, 5_000, 8_000, 12_000];

/** One call of a vendor's REST API. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Path and query, from the API's base. */
  readonly path: string;
  readonly body?: unknown;
  /** Statuses besides 2xx that are an answer and no failure. */
  readonly accept?: readonly number[];
}

/** What came back. `body` is the parsed JSON, or undefined where there is none. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** How often the call was sent; above 1 an earlier try may have had its effect already. */
  readonly tries: number;
}

/** The vendor said no. */
class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal';

  constructor(
    readonly call: Pick<ApiCall, 'method' | 'path'>,
    readonly status: number,
    detail: string,
  ) {
    super(`${call.method} ${call.path}: status ${status}${detail === '' ? '' : `, ${detail.slice(0, 400)}`}`);
  }
}

/** What a {@link JsonApi} needs. */
export interface JsonApiOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  /** Aborted when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * A small JSON client for the trading day, written apart from the one in `src/clients` on purpose: the day must not
 * judge the integration by the integration's own code. Sends again after 429, 5xx and lost connections.
 */
export class JsonApi {
  constructor(private readonly options: JsonApiOptions) {}

  /** @throws VendorRefusal for any other status, or the network's error when the tries are used up */
  async send(call: ApiCall): Promise<ApiAnswer> {
    for (let tries = 1; ; tries += 1) {
      const waitMs = WAITS_MS[tries - 1];
      try {
        const { response, text } = await this.fetch(call);
        if (response.ok || call.accept?.includes(response.status))
          return { status: response.status, body: parse(text), tries };
        const isPassing = response.status === 429 || response.status >= 500;
        if (!isPassing || waitMs === undefined) throw new VendorRefusal(call, response.status, text);
        await this.pause(Math.max(waitMs, Number(response.headers.get('retry-after') ?? 0) * 1_000));
      } catch (error) {
        if (error instanceof VendorRefusal || this.options.signal.aborted || waitMs === undefined) throw error;
        await this.pause(waitMs);
      }
    }
  }

  private async fetch({ method, path, body }: ApiCall): Promise<{ response: Response; text: string }> {
    const headers = await this.options.headers?.();
    const response = await fetch(`${this.options.baseUrl}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.options.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return { response, text: await response.text() };
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
