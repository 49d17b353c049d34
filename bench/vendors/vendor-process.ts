import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { answerQuestions } from '../rig/peer';
import type { VendorUrls } from '../rig/services';

/** Seed of the chain in the sandboxes; the same as the demonstration's. */
export const CHAIN_SEED = 1;

/** Both sandboxes in a process of their own, as `npm start` runs them, without saved state. */
export type VendorProcess = {
  /** Answers where they listen. */
  start(nothing: undefined): VendorUrls;
};

if (require.main === module) {
  answerQuestions<VendorProcess>({
    start: async () => {
      const chain = buildChain({ seed: CHAIN_SEED });
      const omnium = await startOmniumSandbox({ chain, seed: CHAIN_SEED });
      const flow = await startFlowSandbox({ chain, seed: CHAIN_SEED });
      return { omniumUrl: omnium.url, flowUrl: flow.url };
    },
  });
}
