import type { InboundOrderOutcome, SyncOrderToFlowInput } from '../contracts/messages';
export interface Activities {
  syncOrderToFlow(input: SyncOrderToFlowInput): Promise<InboundOrderOutcome>;
}
