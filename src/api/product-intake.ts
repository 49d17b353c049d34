import { PRODUCT_EXPORTER, PRODUCT_TASK } from '../config/connector';
import { exportScopesOf } from '../config/connector';
import { type TenantConfig } from '../config/types';
import { exportScheduleId } from '../contracts/export-messages';
import { productKind } from '../contracts/kinds/product';
import { type Publisher } from '../temporal/publisher';
import { type ExportTrigger } from '../temporal/export-trigger';
import { EventBurst } from './event-burst';
import { type OmniumProductNotice } from './omnium-event';
import { durable, type EventResult } from './receive-events';

/** What a {@link ProductIntake} needs. */
export interface ProductIntakeOptions {
  readonly publisher: Publisher;
  readonly exports: ExportTrigger;
  readonly burst?: EventBurst;
}

/**
 * A change of a list of products raises an event for each of them. So many at once, and so many a second, become
 * workflows of their own; beyond that the export reads a hundred at a time what the events can only name one by one.
 */
const PRODUCTS_AT_ONCE = 200;
const PRODUCTS_PER_SECOND = 10;

/** Takes in what Omnium tells of products. */
export class ProductIntake {
  readonly #options: ProductIntakeOptions;
  readonly #burst: EventBurst;

  constructor(options: ProductIntakeOptions) {
    this.#options = options;
    this.#burst = options.burst ?? new EventBurst({ atOnce: PRODUCTS_AT_ONCE, perSecond: PRODUCTS_PER_SECOND });
  }

  /**
   * Records that a product has changed, with a workflow of its own. In a burst it is left to the export of products by
   * schedule, which is triggered: that finds by itself all that has changed or was deleted.
   */
  async record(tenant: TenantConfig, { eventId, productId, what }: OmniumProductNotice): Promise<EventResult> {
    const { tenantUid, connector } = tenant;
    if (!connector.implementations.includes(PRODUCT_EXPORTER)) {
      return {
        outcome: 'ignored',
        reason: `products are not exported: ${PRODUCT_EXPORTER} is not among the implementations`,
      };
    }
    if (!this.#burst.take(tenantUid) && (await this.#isExportedSoon(tenant))) {
      return { outcome: 'ignored', reason: LEFT_TO_EXPORT };
    }
    const key = { tenantUid, productId };
    const event = { eventId, source: 'omnium', what } as const;
    const outcome = await durable(this.#options.publisher.publish(productKind, key, event));
    return { outcome, workflowId: productKind.id(key) };
  }

  /** False where the export is switched off, paused, not made yet, or cannot be asked: then no event is left to it. */
  async #isExportedSoon(tenant: TenantConfig): Promise<boolean> {
    const { tenantUid, connector } = tenant;
    const isOn = connector.scheduledTasks.some(
      ({ implementationType, isDisabled }) => implementationType === PRODUCT_TASK && !isDisabled,
    );
    if (!isOn) return false;
    const ids = exportScopesOf(tenant).map(({ marketOrGroup }) =>
      exportScheduleId({ tenantUid, marketOrGroup, stream: 'products' }),
    );
    const { exports } = this.#options;
    const verdicts = await Promise.all(ids.map((id) => exports.runSoon(id).catch(() => 'missing' as const)));
    return verdicts.every((verdict) => verdict === 'runs');
  }
}

const LEFT_TO_EXPORT = `many products change at once: ${PRODUCT_TASK} brings them and has been asked to run`;
