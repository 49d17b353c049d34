import { type Connection } from '@temporalio/client';
import { type Log } from './cache';
import { missingSearchAttributes } from './temporal-server';

/** `INDEXED_VALUE_TYPE_KEYWORD` in Temporal's API; all of our search attributes are keywords. */
const KEYWORD = 2;

/**
 * Adds our search attributes to a namespace of an existing server. Temporal Cloud and locked-down servers refuse this
 * call: then the names are told, for whoever may add them.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string, log: Log): Promise<void> {
  try {
    const missing = await missingSearchAttributes(connection, namespace);
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
    });
    log(`Added the search attributes ${missing.join(', ')} to the namespace ${namespace}.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(`The search attributes of the namespace ${namespace} could not be added (${reason}).`);
    log(
      'If orders do not start, add these as Keyword: TenantUid, StoreUid, OrderNumber, Direction, SyncState, FailureType.',
    );
  }
}
