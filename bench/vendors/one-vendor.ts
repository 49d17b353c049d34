import { buildChain } from '../../sandbox/chain/build-chain';
import type { ChainOptions } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { answerQuestions } from '../rig/peer';
import { CHAIN_SEED } from './vendor-process';

/** The chain of a sandbox, without its seed. */
export type ChainSize = Omit<ChainOptions, 'seed'>;

/** Which sandbox, and the chain that it is seeded from. */
export interface OneVendorChoice {
  readonly vendor: 'omnium' | 'flow';
  readonly chain: ChainSize;
}

/** One sandbox alone in a process: each has a core where there are several, and its CPU time is told by itself. */
export type OneVendor = {
  /** Answers where it listens. */
  start(choice: OneVendorChoice): string;
};

if (require.main === module) {
  answerQuestions<OneVendor>({
    start: async ({ vendor, chain }) => {
      const options = { chain: buildChain({ seed: CHAIN_SEED, ...chain }), seed: CHAIN_SEED };
      const { url } = await (vendor === 'omnium' ? startOmniumSandbox(options) : startFlowSandbox(options));
      return url;
    },
  });
}
