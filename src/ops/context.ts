import { type IntegrationConfig } from '../config/types';
import { type TemporalClient } from '../temporal/connection';

/** What every command works with. */
export interface OpsContext {
  readonly config: IntegrationConfig;
  readonly temporal: TemporalClient;
}
