import { exportScopesOf, PRODUCT_EXPORTER, PRODUCT_TASK } from '../config/connector';
import type { TenantConfig } from '../config/types';
import { exportScheduleId } from '../contracts/exports';
import { productKind } from '../contracts/kinds/product';
import { TokenBucket } from '../domain/token-bucket';
import type { ExportTrigger } from '../temporal/export-trigger';
import type { Publisher } from '../temporal/publisher';
import { durable, type EventResult, ignored } from './intake';

/**
 * A change of a list of products raises an event for each of them. So many at once, and so many a second, become
 * workflows of their own; beyond that the export reads a hundred at a time what the events can only name one by one.
 */
const PRODUCTS_AT_ONCE = 200;
const PRODUCTS_PER_SECOND = 10;

/** Takes in events about products. */
export class ProductIntake {
  /** By tenant: a burst of one leaves the others alone. */
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly publisher: Publisher,
    private readonly exports: ExportTrigger,
    private readonly newBucket = () => new TokenBucket(PRODUCTS_AT_ONCE, PRODUCTS_PER_SECOND),
  ) {}

  /**
   * Records that a product has changed, with a workflow of its own. In a burst it is left to the export of products by
   * schedule, which is triggered: that finds by itself all that has changed or was deleted.
   */
  async record(
    tenant: TenantConfig,
    { productId, ...event }: { productId: string; eventId: string; source: 'omnium'; what: string },
  ): Promise<EventResult> {
    const { tenantUid, connector } = tenant;
    if (!connector.implementations.includes(PRODUCT_EXPORTER))
      return ignored(`products are not exported: ${PRODUCT_EXPORTER} is not among the implementations`);
    const bucket = this.buckets.get(tenantUid) ?? this.newBucket();
    this.buckets.set(tenantUid, bucket);
    if (!bucket.take() && (await this.isExportedSoon(tenant)))
      return ignored(`many products change at once: ${PRODUCT_TASK} brings them and has been asked to run`);
    const key = { tenantUid, productId };
    const outcome = await durable(this.publisher.publish(productKind, key, event));
    return { outcome, workflowId: productKind.id(key) };
  }

  /** False where the export is switched off, paused, not made yet, or cannot be asked: then no event is left to it. */
  private async isExportedSoon(tenant: TenantConfig): Promise<boolean> {
    const { tenantUid, connector } = tenant;
    const isOn = connector.scheduledTasks.some(
      ({ implementationType, isDisabled }) => implementationType === PRODUCT_TASK && !isDisabled,
    );
    if (!isOn) return false;
    const ids = exportScopesOf(tenant).map(({ marketOrGroup }) =>
      exportScheduleId({ tenantUid, marketOrGroup, stream: 'products' }),
    );
    const verdicts = await Promise.all(ids.map((id) => this.exports.runSoon(id).catch(() => 'missing' as const)));
    return verdicts.every((verdict) => verdict === 'runs');
  }
}
