import { once } from 'node:events';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { ENGINES, type Engine } from '../../src/contracts/task-queues';
import { limitShareOf } from '../../src/workers/limit-share';
import { demoConfig } from '../../tools/start/demo-config';

/** What a worker of the limits' test does: as many calls at once as it is let. */
export interface LimitedWork {
  readonly omniumUrl: string;
  readonly engine: Engine;
  readonly calls: number;
  readonly scrolls: number;
}

/** All calls of one process of an engine, with the share that such a process has. @returns how many were refused */
export async function workWithinLimits(
  { omniumUrl, calls, scrolls }: Omit<LimitedWork, 'engine'>,
  shareOf: (config: ReturnType<typeof parseConfig>) => number,
): Promise<number> {
  const nobody = 'http://127.0.0.1:9';
  const text = demoConfig({ omniumUrl, flowUrl: nobody, webUiUrl: nobody, apiHost: '127.0.0.1', apiPort: 0 });
  const config = parseConfig(text, {});
  const registry = new TenantRegistry(config.tenants, shareOf(config));
  try {
    const work = config.tenants.flatMap(({ tenantUid }) => {
      const { omnium } = registry.get(tenantUid);
      const scrollOnce = async (): Promise<void> => {
        for await (const { refs } of omnium.products.scrollRefs({ marketIds: ['NOR'] })) if (refs.length === 0) return;
      };
      return [
        ...Array.from({ length: calls }, () => omnium.directory.getMarkets()),
        ...Array.from({ length: scrolls }, scrollOnce),
      ];
    });
    const ends = await Promise.allSettled(work);
    return ends.filter(({ status }) => status === 'rejected').length;
  } finally {
    await registry.close();
  }
}

/** As a process of its own: takes its work as a message when it has told that it is ready, and answers with a number. */
async function main(): Promise<void> {
  process.send?.('ready');
  const [message] = (await once(process, 'message')) as [LimitedWork];
  const engines = ENGINES.filter((engine) => engine === message.engine);
  process.send?.(await workWithinLimits(message, ({ worker }) => limitShareOf(engines, worker.processes)));
  process.disconnect();
}

if (require.main === module) void main();
