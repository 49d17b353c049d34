import { type IntegrationConfig } from '../config/types';
import { Publisher } from '../temporal/publisher';
import { type TemporalClient } from '../temporal/connection';

/** What every command works with. */
export interface OpsContext {
  readonly config: IntegrationConfig;
  readonly temporal: TemporalClient;
}

const ASK_SERVER_MS = 10_000;

/** What a command publishes events with. */
export function publisherOf({ config, temporal }: OpsContext): Publisher {
  return new Publisher({
    client: () => temporal.client,
    retryLadder: config.retryLadder,
    callTimeoutMs: ASK_SERVER_MS,
  });
}
