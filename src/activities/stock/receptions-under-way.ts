import type { Client } from '@temporalio/client';
import { goodsReceptionWorkflowId } from '../../contracts/goods-reception-messages';
import { asHundredths } from '../../domain/quantity';
import { GRPC, grpcCodeOf } from '../../temporal/grpc-errors';
import type { FlowReceivement } from '../../clients/flow/schemas';
import type { Attempt } from '../attempt';
import type { Tenant } from '../tenants';
import type { LevelKey } from './level';
import type { UnderWay } from './levels-to-omnium';

const ASK_SERVER_MS = 5_000;
const MINUTE_MS = 60_000;
/** A reception is through within seconds; after this it waits for somebody, and the rest of the stock must not. */
const YOUNG_MS = 10 * MINUTE_MS;
/** The sweep has found every receivement by then: one without a workflow was dealt with so long ago that it is forgotten. */
const TOLD_WITHIN_MS = 60 * MINUTE_MS;
/** Receivements further back are not looked at. */
const LOOK_BACK_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * Goods that were received in Flow on a purchase order and that Omnium is still to be told of. Temporal knows: the
 * reception's own workflow is running, or has not begun.
 */
export class ReceptionsUnderWay {
  private readonly states = new Map<string, Promise<'open' | 'over'>>();

  constructor(
    private readonly parts: {
      readonly tenant: Tenant;
      readonly attempt: Attempt;
      readonly client: Client;
      readonly storeUid: string;
      /** Receivements that Omnium has been told of a moment ago: their workflows may still be about to end. */
      readonly done?: ReadonlySet<string>;
    },
  ) {}

  async of({ productUid, warehouseUid }: LevelKey): Promise<UnderWay | undefined> {
    const { tenant, attempt, storeUid } = this.parts;
    const modifiedFrom = new Date(Date.now() - LOOK_BACK_MS).toISOString();
    let quantity = 0;
    let isYoung = false;
    for await (const batch of tenant.flow.listReceivements(storeUid, { productUid, modifiedFrom }, attempt)) {
      for (const receivement of batch) {
        // Without a purchase order nothing is confirmed: the level is all that Omnium learns.
        if (receivement.warehouseUid !== warehouseUid || !receivement.purchaseOrderUid) continue;
        if ((await this.stateOf(receivement)) === 'over') continue;
        quantity += quantityOf(receivement, productUid);
        isYoung ||= ageMs(receivement) < YOUNG_MS;
      }
    }
    return quantity > 0 ? { quantity: asHundredths(quantity), isYoung } : undefined;
  }

  private stateOf(receivement: FlowReceivement): Promise<'open' | 'over'> {
    const { receivementUid } = receivement;
    if (this.parts.done?.has(receivementUid)) return Promise.resolve('over');
    const known = this.states.get(receivementUid);
    if (known) return known;
    const asked = this.ask(receivement);
    this.states.set(receivementUid, asked);
    return asked;
  }

  private async ask(receivement: FlowReceivement): Promise<'open' | 'over'> {
    const { client, tenant } = this.parts;
    const { tenantUid } = tenant.config;
    const { receivementUid } = receivement;
    const handle = client.workflow.getHandle(goodsReceptionWorkflowId({ tenantUid, receivementUid }));
    try {
      const { status } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
      return status.name === 'RUNNING' && (await this.isOnOmniumsOrder(receivement)) ? 'open' : 'over';
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'WorkflowNotFoundError';
      if (!isUnknown && grpcCodeOf(error) !== GRPC.NOT_FOUND) throw error;
      const mayBeTold = ageMs(receivement) < TOLD_WITHIN_MS && (await this.isOnOmniumsOrder(receivement));
      return mayBeTold ? 'open' : 'over';
    }
  }

  /** Goods on a purchase order that was made in the shop are never confirmed: their level is all that Omnium learns. */
  private async isOnOmniumsOrder({ storeUid, purchaseOrderUid }: FlowReceivement): Promise<boolean> {
    if (purchaseOrderUid === undefined) return false;
    const { tenant, attempt } = this.parts;
    const order = await tenant.flow.getPurchaseOrder(storeUid, purchaseOrderUid, attempt);
    return order?.externalId !== undefined;
  }
}

function quantityOf({ items }: FlowReceivement, productUid: string): number {
  return items
    .filter(({ product }) => product.productUid === productUid)
    .reduce((total, { quantity }) => total + Math.max(quantity, 0), 0);
}

/** A receivement that does not say when it was made is taken for a new one. */
function ageMs({ createdAt }: FlowReceivement): number {
  return createdAt ? Date.now() - Date.parse(createdAt) : 0;
}
