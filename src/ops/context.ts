import { type Command, InvalidArgumentError } from 'commander';
import type { SyncContext } from '../activities/shared/sync-context';
import { TenantRegistry } from '../activities/tenants';
import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../clients/errors';
import type { IntegrationConfig, TenantConfig } from '../config/types';
import { Publisher } from '../temporal/publisher';
import type { TemporalClient } from '../temporal/connection';

/** Exit codes of the operator's tool; scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Not found, or refused with a reason. */
  refused: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** Temporal, or the vendor that was to be asked, cannot be reached. */
  unreachable: 3,
  /** `diff`, `stock diff`, `catalogue diff` and `reconcile`: the two systems are not the same. Nothing went wrong with the command. */
  differs: 4,
} as const;

/** A command that ends here, with words for the person who typed it. */
export class OpsError extends Error {
  override readonly name = 'OpsError';

  constructor(
    readonly exitCode: (typeof EXIT)['refused' | 'usage' | 'unreachable'],
    message: string,
    /** More for `--json`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** What a command found or did: for people, and for `--json`. */
export interface CommandOutput {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Only those that compare (`diff`, `stock diff`, `catalogue diff`, `reconcile`) end with another one than 0 although they have done what they were asked. */
  readonly exitCode?: typeof EXIT.differs;
}

/** What every command works with. */
export interface OpsContext {
  readonly config: IntegrationConfig;
  readonly temporal: TemporalClient;
}

/** The tenants a command looks at: the one that was named, or all. */
export function chosenTenants(
  { config }: Pick<OpsContext, 'config'>,
  tenantUid: string | undefined,
): readonly TenantConfig[] {
  if (tenantUid === undefined) return config.tenants;
  const chosen = config.tenants.filter((tenant) => tenant.tenantUid === tenantUid);
  if (chosen.length > 0) return chosen;
  const known = config.tenants.map((tenant) => tenant.tenantUid).join(', ');
  throw new OpsError(EXIT.usage, `There is no tenant "${tenantUid}". Configured: ${known}.`);
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

/** How the program runs a command. */
export interface CommandRunner {
  readonly withOptions: (command: Command, description: string) => Command;
  readonly run: (json: boolean | undefined, work: (context: OpsContext) => Promise<CommandOutput>) => Promise<void>;
}

const MAX_LIMIT = 1_000;

/** Reads `--limit`. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}

/** The workers use all of the vendors' limits that the configuration gives them: a command gets along with little beside. */
const SHARE_OF_LIMITS = 0.125;

/** Opens the vendors' clients of the chosen tenants for a command that reads, and closes them after it. */
export async function withTenants<T>(
  context: OpsContext,
  tenantUid: string | undefined,
  work: (tenants: readonly SyncContext[]) => Promise<T>,
): Promise<T> {
  const chosen = chosenTenants(context, tenantUid);
  const registry = new TenantRegistry(chosen, SHARE_OF_LIMITS);
  const ending = new AbortController();
  try {
    const { signal } = ending;
    const onCall = (): void => undefined;
    return await work(chosen.map(({ tenantUid: uid }) => ({ tenant: registry.get(uid), signal, calls: 0, onCall })));
  } catch (error) {
    const isVendors =
      error instanceof VendorUnreachableError ||
      error instanceof VendorHttpError ||
      error instanceof VendorResponseInvalidError;
    throw isVendors ? new OpsError(EXIT.unreachable, error.message) : error;
  } finally {
    ending.abort();
    await registry.close();
  }
}
