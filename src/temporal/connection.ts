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

const retryBriefly = makeGrpcRetryInterceptor({
  retryableDecider: (attempt, status) => attempt < MAX_TRIES && isRetryableError(status),
  delayFunction: (attempt) => FIRST_PAUSE_MS * 1.7 ** attempt,
});

/** An open client, and the connection to close when done with it. */
export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
}

/**
 * A client that connects on its first call: the process starts, and answers, while Temporal cannot be reached.
 * Calls give up after about a second of refusals; each caller sets its own deadline against silence.
 */
export function openTemporal({ connectionOptions, namespace }: TemporalAddress): TemporalClient {
  const { address, tls, apiKey, metadata } = connectionOptions;
  const options: ConnectionOptions = {
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
    interceptors: [retryBriefly],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_PAUSE_MS,
    },
  };
  const connection = Connection.lazy(options);
  return { client: new Client({ connection, namespace }), connection, namespace };
}
