import type { Client } from '@temporalio/client';
import { customerKind } from '../../contracts/kinds/customer';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import { orderKind } from '../../contracts/kinds/order';
import { purchaseOrderKind } from '../../contracts/kinds/purchase-order';
import { stockKind } from '../../contracts/kinds/stock';
import { searchAttributes, type SyncState } from '../../contracts/search-attributes';
import type { SweepTarget } from '../../contracts/sweep-messages';
import { GRPC, grpcCodeOf } from '../../temporal/grpc-errors';

const ASK_SERVER_MS = 5_000;

/** What a target's own workflow is doing. */
export type Standing =
  | { readonly is: 'running' }
  | { readonly is: 'over'; readonly closedAtMs: number; readonly givenUp: boolean }
  | { readonly is: 'unknown' };

/** Asks Temporal who is at work. */
export class Standings {
  constructor(
    private readonly client: Client,
    private readonly tenantUid: string,
  ) {}

  async of(target: SweepTarget): Promise<Standing> {
    const handle = this.client.workflow.getHandle(this.workflowIdOf(target));
    try {
      const description = await this.client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
        handle.describe(),
      );
      if (description.status.name === 'RUNNING') return { is: 'running' };
      const state = description.typedSearchAttributes.get(searchAttributes.syncState);
      const givenUp: SyncState = 'GivenUp';
      return { is: 'over', closedAtMs: description.closeTime?.getTime() ?? 0, givenUp: state === givenUp };
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'WorkflowNotFoundError';
      if (isUnknown || grpcCodeOf(error) === GRPC.NOT_FOUND) return { is: 'unknown' };
      throw error;
    }
  }

  private workflowIdOf(target: SweepTarget): string {
    const { tenantUid } = this;
    switch (target.kind) {
      case 'order':
        return orderKind.id({ tenantUid, orderNumber: target.orderNumber });
      case 'customer':
        return customerKind.id({ tenantUid, customerKey: target.customerKey });
      case 'goods-reception':
        return goodsReceptionKind.id({ tenantUid, receivementUid: target.receivementUid });
      case 'purchase-order':
        return purchaseOrderKind.id({ tenantUid, purchaseOrderId: target.purchaseOrderId });
      case 'stock':
        return stockKind.id({ tenantUid, storeUid: target.storeUid });
    }
  }
}
