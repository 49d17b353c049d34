import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { answerQuestions } from '../rig/peer';
import { CHAIN_SEED } from '../vendors/vendor-process';

/** Which sandbox, and how many SKUs its chain has. */
export interface OneVendorChoice {
  readonly vendor: 'omnium' | 'flow';
  readonly products: number;
}

/** One sandbox alone in a process: each has a core where there are several, and its CPU time is told by itself. */
export type OneVendor = {
  /** Answers where it listens. */
  start(choice: OneVendorChoice): string;
};

if (require.main === module) {
  answerQuestions<OneVendor>({
    start: async ({ vendor, products }) => {
      const options = { chain: buildChain({ seed: CHAIN_SEED, products }), seed: CHAIN_SEED };
      const { url } = await (vendor === 'omnium' ? startOmniumSandbox(options) : startFlowSandbox(options));
      return url;
    },
  });
}
