import { inspect } from 'node:util';

/**
 * Paths of every secret in an `IntegrationConfig`, in the notation of pino's `redact`. A second line of defence for
 * loggers: the objects themselves already hide their secrets, see {@link hideSecrets}.
 */
export const SECRET_PATHS = [
  'tenants[*].flow.token',
  'tenants[*].settings.OMNIUM_CLIENT_SECRET',
  'tenants[*].webhooks.*.schemes[*].token',
  'tenants[*].webhooks.*.schemes[*].password',
  'tenants[*].webhooks.*.schemes[*].value',
  'tenants[*].webhooks.*.schemes[*].secret',
] as const;

const HIDDEN = '[secret]';

/**
 * Makes an object show `[secret]` for these members wherever it is printed: `JSON.stringify`, `console.log`, loggers,
 * assertion messages. Reading the member still gives the secret. A copy by spread loses the protection, not the secret.
 */
export function hideSecrets<T extends object>(value: T, members: readonly string[]): T {
  const shown = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key, members.includes(key) ? HIDDEN : member]));
  // Not enumerable, so that comparisons and copies see only the settings.
  return Object.defineProperties(value, { toJSON: { value: shown }, [inspect.custom]: { value: shown } });
}
