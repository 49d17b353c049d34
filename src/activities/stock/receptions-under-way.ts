import type { Client } from '@temporalio/client';
import { goodsReceptionWorkflowId } from '../../contracts/goods-reception-messages';
import { asHundredths } from '../../domain/quantity';
import { GRPC, grpcCodeOf } from '../../temporal/grpc-errors';
import type { FlowReceivement } from '../../clients/flow/receivements';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import type { LevelKey } from './level';
import type { UnderWay } from './levels-to-omnium';
import { untoldGoods, type UntoldGoods } from './untold-goods';

const ASK_SERVER_MS = 5_000;
const MINUTE_MS = 60_000;
/** A reception is through within seconds; after this it waits for somebody, and the rest of the stock must not. */
const YOUNG_MS = 10 * MINUTE_MS;
/** The sweep has found every receivement by then: one without a workflow was dealt with so long ago that it is forgotten. */
const TOLD_WITHIN_MS = 60 * MINUTE_MS;
/** Receivements further back are not looked at. */
const LOOK_BACK_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * Goods that were received in Flow on a purchase order and that Omnium is still to be told of. Temporal knows
 * whether it may be: the reception's own workflow is running, or has not begun. Omnium knows what it has been told by then.
 */
export class ReceptionsUnderWay {
  private readonly untold = new Map<string, Promise<readonly UntoldGoods[]>>();

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

  async of(level: LevelKey): Promise<UnderWay | undefined> {
    return (await this.collect({ productUid: level.productUid }))(level);
  }

  /** The same for every level of the store, asked for at once. */
  async everywhere(): Promise<(level: LevelKey) => UnderWay | undefined> {
    return await this.collect({});
  }

  private async collect(
    filter: Partial<Pick<LevelKey, 'productUid'>>,
  ): Promise<(level: LevelKey) => UnderWay | undefined> {
    const { tenant, attempt, storeUid } = this.parts;
    const modifiedFrom = new Date(Date.now() - LOOK_BACK_MS).toISOString();
    const found = new Map<string, UnderWay>();
    for await (const batch of tenant.flow.receivements.list(storeUid, { ...filter, modifiedFrom }, attempt)) {
      for (const receivement of batch) {
        const isYoung = ageMs(receivement) < YOUNG_MS;
        for (const { productUid, quantity } of await this.untoldOf(receivement)) {
          const key = keyOf({ productUid, warehouseUid: receivement.warehouseUid });
          const before = found.get(key);
          found.set(key, {
            quantity: asHundredths((before?.quantity ?? 0) + quantity),
            isYoung: isYoung || before?.isYoung === true,
          });
        }
      }
    }
    return (level) => found.get(keyOf(level));
  }

  private untoldOf(receivement: FlowReceivement): Promise<readonly UntoldGoods[]> {
    const { receivementUid } = receivement;
    const known = this.untold.get(receivementUid);
    if (known) return known;
    const asked = this.ask(receivement);
    this.untold.set(receivementUid, asked);
    return asked;
  }

  private async ask(receivement: FlowReceivement): Promise<readonly UntoldGoods[]> {
    const { tenant, attempt, done } = this.parts;
    const { receivementUid, purchaseOrderUid } = receivement;
    // Without a purchase order nothing is confirmed: the level is all that Omnium learns.
    if (purchaseOrderUid === undefined || done?.has(receivementUid) === true) return [];
    if (!(await this.mayBeTold(receivement))) return [];
    return await untoldGoods({ tenant, attempt }, receivement);
  }

  private async mayBeTold(receivement: FlowReceivement): Promise<boolean> {
    const { client, tenant } = this.parts;
    const { tenantUid } = tenant.config;
    const { receivementUid } = receivement;
    const handle = client.workflow.getHandle(goodsReceptionWorkflowId({ tenantUid, receivementUid }));
    try {
      const { status } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
      return status.name === 'RUNNING';
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'WorkflowNotFoundError';
      if (!isUnknown && grpcCodeOf(error) !== GRPC.NOT_FOUND) throw error;
      return ageMs(receivement) < TOLD_WITHIN_MS;
    }
  }
}

function keyOf({ warehouseUid, productUid }: LevelKey): string {
  return `${warehouseUid}/${productUid}`;
}

/** A receivement that does not say when it was made is taken for a new one. */
function ageMs({ createdAt }: FlowReceivement): number {
  return createdAt ? Date.now() - Date.parse(createdAt) : 0;
}
