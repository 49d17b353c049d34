import { z } from 'zod';

import { RETRY_LADDERS, type RetryLadderName } from '../contracts/retry-ladder';
import type { Engine } from '../contracts/task-queues';
import { httpUrl, setting, strictObject, text, wholeNumber } from './field-types';
import { tenantSchema } from './tenant-schema';

const MEBIBYTE = 1024 * 1024;

const processes = (engine: Engine): z.ZodDefault<z.ZodType<number>> =>
  setting(
    wholeNumber(1, 100).default(1),
    'start-up',
    `processes that run the engine \`${engine}\`, so that each keeps to its share of the vendors' limits`,
  );

/** The whole file. */
export const configSchema = strictObject({
  retryLadder: setting(
    z
      .enum(Object.keys(RETRY_LADDERS).filter((name): name is RetryLadderName => name in RETRY_LADDERS))
      .default('one-minute'),
    'web orders',
    'minutes between attempts: `one-minute` = 1, 2, 5, 10, 20, 30, 45, 60, 90, then 120 for ever; `two-minutes` begins 2, 2, 5',
  ),
  api: strictObject({
    host: setting(text().default('0.0.0.0'), 'intake', 'address the intake listens on'),
    port: setting(wholeNumber(0, 65_535).default(4000), 'intake', 'port the intake listens on; 0 = any free one'),
    maxBodyBytes: setting(
      wholeNumber(1024, 64 * MEBIBYTE).default(MEBIBYTE),
      'intake',
      'largest webhook body; a bigger one is answered 413',
    ),
    maxInFlight: setting(
      wholeNumber(1, 100_000).default(400),
      'intake',
      'webhooks in work at once; above it the answer is 503, which both vendors send again',
    ),
    answerWithinMs: setting(
      wholeNumber(100, 4900).default(4500),
      'intake',
      'longest time to an answer in milliseconds; the senders wait 5 s',
    ),
    publicUrl: setting(
      httpUrl().optional(),
      'intake',
      "address under which the vendors reach the intake, e.g. `https://integration.example.com`; `ops flow webhooks` registers Flow's webhooks with it",
    ),
    temporalWebUiUrl: setting(
      httpUrl().default('http://localhost:8233'),
      'intake',
      'address of the Temporal Web UI, for links',
    ),
  }).prefault({}),
  worker: strictObject({
    maxConcurrentActivities: setting(
      wholeNumber(1, 1000).default(40),
      'web orders',
      'syncs one worker process runs at once',
    ),
    maxCachedWorkflows: setting(
      wholeNumber(1, 100_000).default(200),
      'web orders',
      'workflows one worker process keeps in memory; one that waits on the retry ladder need not be among them',
    ),
    shutdownGraceMs: setting(
      wholeNumber(0, 600_000).default(75_000),
      'web orders',
      'time running syncs get to finish after SIGTERM, in milliseconds; longer than `longestCallMs`, and shorter than what the platform waits before it kills',
    ),
    processes: strictObject({
      'order-sync': processes('order-sync'),
      'receivement-sync': processes('receivement-sync'),
      exports: processes('exports'),
    } satisfies Record<Engine, z.ZodType<number>>).prefault({}),
  }).prefault({}),
  tenants: z.array(tenantSchema).min(1, 'needs at least one tenant'),
});
