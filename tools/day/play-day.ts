import { buildChain } from '../../sandbox/chain/build-chain';
import { type DayContext } from './context';
import { DAY_CHAIN } from './day-chain';
import { type DayResult } from './day-result';
import { playMadeUpDay } from './made-up-day';
import { replayTrades } from './trades/replay-trades';
import { TradesFileError } from './trades/trade-log';

/**
 * Plays the trading day on the sandboxes and prints how it went: a made-up one of about three minutes, or the replay of
 * `context.tradesFile`. It ends with one table made by comparing both vendors' orders document by document.
 *
 * Sets `process.exitCode` to 1 when an order is missing, duplicated or differing without a reason that was named.
 *
 * @returns how it went; undefined when the person stopped it or it broke off
 * @throws TradesFileError when the trading log is none
 */
export async function playDay(context: DayContext): Promise<DayResult | undefined> {
  const chain = buildChain(DAY_CHAIN);
  const { tradesFile } = context;
  try {
    const result = await (tradesFile === undefined
      ? playMadeUpDay(context, chain)
      : replayTrades({ ...context, tradesFile }, chain));
    if (!result.isGood) process.exitCode = 1;
    return result;
  } catch (error) {
    if (context.signal.aborted) return undefined;
    if (error instanceof TradesFileError) throw error;
    // What runs is kept running: whoever wants to know why looks at it now.
    context.log(`\nThe trading day broke off: ${error instanceof Error ? error.message : String(error)}`);
    context.log(context.undone.draw() ?? '');
    process.exitCode = 1;
    return undefined;
  }
}
