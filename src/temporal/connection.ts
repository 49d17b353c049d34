import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  type ConnectionOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { type ClientConnectConfig } from '@temporalio/envconfig';

/** Where Temporal is, with the blanks of {@link ClientConnectConfig} filled in. */
export interface TemporalAddress {
  /** For `NativeConnection.connect` in workers; everything else uses {@link openTemporal}. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  /** `host:port` for messages to people. */
  readonly address: string;
}

const DEFAULT_ADDRESS = 'localhost:7233';
const DEFAULT_NAMESPACE = 'default';

/** Where the environment says Temporal is (`loadServiceEnvironment().temporal`, read by Temporal's own envconfig). */
export function temporalAddressOf({ connectionOptions, namespace }: ClientConnectConfig): TemporalAddress {
  return {
    connectionOptions,
    namespace: namespace ?? DEFAULT_NAMESPACE,
    address: connectionOptions.address ?? DEFAULT_ADDRESS,
  };
}

/**
 * gRPC's own pause between reconnects grows to two minutes; after an outage nobody may wait that long for the first
 * event to be taken again.
 */
const LONGEST_RECONNECT_PAUSE_MS = 2_000;

/** Tries of one call, about one second in all: a sender is better served by a quick 503 than by a slow one. */
const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 100;

/**
 * Repeats refused calls. The SDK's interceptor waits by timers that know nothing of the channel, and a repeat on a closed
 * channel throws where nobody can catch it; so the channel is closed only when no repeat is due any more.
 */
class BriefRetry {
  #closing = false;
  #nextRepeatAt = 0;

  readonly interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !this.#closing && attempt < MAX_TRIES && isRetryableError(status),
    delayFunction: (attempt) => {
      const pauseMs = FIRST_PAUSE_MS * 1.7 ** attempt;
      this.#nextRepeatAt = Math.max(this.#nextRepeatAt, Date.now() + pauseMs);
      return pauseMs;
    },
  });

  /** No more repeats; resolves when those that wait have been made. */
  async end(): Promise<void> {
    this.#closing = true;
    // A repeat that is due may not have been made yet. Timers fire in the order of their time, so one that is set for
    // later than all of them fires after them.
    if (this.#nextRepeatAt > 0) await sleep(Math.max(this.#nextRepeatAt - Date.now(), 0) + TIMER_SLACK_MS);
  }
}

const TIMER_SLACK_MS = 20;

/** An open client, for as long as it is not closed. */
export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** Closes the connection; takes up to half a second when calls have just been refused. */
  close(): Promise<void>;
}

/**
 * A client that connects on its first call: the process starts, and answers, while Temporal cannot be reached.
 * Calls give up after about a second of refusals; each caller sets its own deadline against silence.
 */
export function openTemporal({ connectionOptions, namespace }: TemporalAddress): TemporalClient {
  const { address, tls, apiKey, metadata } = connectionOptions;
  const retry = new BriefRetry();
  const options: ConnectionOptions = {
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
    interceptors: [retry.interceptor],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_PAUSE_MS,
    },
  };
  const connection = Connection.lazy(options);
  return {
    client: new Client({ connection, namespace }),
    connection,
    namespace,
    close: async () => {
      await retry.end();
      await connection.close();
    },
  };
}
