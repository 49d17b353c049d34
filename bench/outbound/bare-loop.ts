import { closedLoop, type LoopTimes } from '../rig/closed-loop';
import { answerQuestions } from '../rig/peer';
import type { VendorUrls } from '../rig/services';
import { CallPlayer, type CallScript } from '../vendors/call-player';
import type { TradeKind } from './trade';

/** Trades to be made known to Omnium by their recorded calls. */
export interface BareBlock {
  readonly concurrency: number;
  readonly trades: readonly { readonly kind: TradeKind; readonly names: readonly string[] }[];
}

/** The bare loop that outbound is compared with, in a process of its own: the recorded vendor calls and nothing else. */
export type BareLoop = {
  start(parts: { readonly vendors: VendorUrls; readonly scripts: ReadonlyMap<TradeKind, CallScript> }): void;
  run(block: BareBlock): LoopTimes;
};

if (require.main === module) {
  let play: (trade: BareBlock['trades'][number]) => Promise<void> = () => Promise.reject(new Error('not started'));
  answerQuestions<BareLoop>({
    start: ({ vendors, scripts }) => {
      const player = new CallPlayer(vendors);
      play = async ({ kind, names }) => {
        const script = scripts.get(kind);
        if (!script) throw new Error(`no calls were recorded of a ${kind}`);
        await player.play(script, names);
      };
    },
    run: ({ concurrency, trades }) =>
      closedLoop({ concurrency, count: trades.length }, async (index) => {
        const trade = trades[index];
        if (trade) await play(trade);
      }),
  });
}
