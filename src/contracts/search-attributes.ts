import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What support and on-call search by in the Temporal Web UI, e.g. `SyncState = "Retrying" AND TenantUid = "no"`.
 * Search attributes are never encrypted: ids and states only, nothing personal.
 */
export const searchAttributes = {
  tenantUid: defineSearchAttributeKey('TenantUid', SearchAttributeType.KEYWORD),
  storeUid: defineSearchAttributeKey('StoreUid', SearchAttributeType.KEYWORD),
  orderNumber: defineSearchAttributeKey('OrderNumber', SearchAttributeType.KEYWORD),
  direction: defineSearchAttributeKey('Direction', SearchAttributeType.KEYWORD),
  syncState: defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD),
  failureType: defineSearchAttributeKey('FailureType', SearchAttributeType.KEYWORD),
} as const;

/** `inbound` = Omnium → Flow, `outbound` = Flow → Omnium (the vendors' own words). */
export type Direction = 'inbound' | 'outbound';

/**
 * Where an order stands, in one word.
 * - `Syncing`: a pass is running for the first time, nothing has failed
 * - `Retrying`: the last attempt failed; the order waits on the retry ladder
 * - `Synced`: both systems agree
 * - `Differs`: synced as far as the rules allow, and something is left that a person should look at
 * - `Ignored`: deliberately not synced, with the reason in the details
 * - `GivenUp`: an operator stopped the retries, with a reason
 */
export const SYNC_STATES = ['Syncing', 'Retrying', 'Synced', 'Differs', 'Ignored', 'GivenUp'] as const;
export type SyncState = (typeof SYNC_STATES)[number];
