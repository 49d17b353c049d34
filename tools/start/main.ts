import { relative } from 'node:path';
import { playDay } from '../day/play-day';
import { type DayResult } from '../day/day-result';
import { type DayContext } from '../day/context';
import { assertTradesFile } from '../day/trades/read-trades';
import { parseStartOptions, type StartOptions } from './options';
import { Stack } from './stack';

/** A second signal this soon is the same Ctrl-C: the terminal sends it to the whole group, and npm passes it on. */
const SAME_SIGNAL_MS = 1_000;
const PARENT_POLL_MS = 1_000;
const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const log = (text: string): void => console.log(text);

async function main(): Promise<void> {
  const startedAtMs = Date.now();
  const options = parseStartOptions(process.argv.slice(2));
  const stack = new Stack(options, process.env, log);
  const stopping = stopOnSignals(stack);
  try {
    if (options.trades !== undefined && options.day) await assertTradesFile(options.trades);
    const context = await stack.start(stopping.signal);
    log(`\nEverything runs (ready after ${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s).\n`);
    log(urlTable(context, stack, options));
    const day = options.day ? await playDay(context) : undefined;
    if (day) log(`\n${urlTable(context, stack, options, day.example?.orderNumber)}${nextOf(day)}`);
    if (!stopping.signal.aborted) log('\nEverything keeps running. Ctrl-C stops it; the next start goes on from here.');
  } catch (error) {
    // What fails because we are stopping is no news.
    if (stopping.signal.aborted) return;
    log(`\n${error instanceof Error ? error.message : String(error)}`);
    await stack.stop();
    process.exit(1);
  }
}

/** Ctrl-C, a kill, a closed terminal, or the end of npm itself: each stops everything once; a second Ctrl-C by force. */
function stopOnSignals(stack: Stack): AbortController {
  const stopping = new AbortController();
  let stoppingSinceMs = 0;
  const stop = (): void => {
    if (stopping.signal.aborted) {
      // Ending the process ends the children with it.
      if (Date.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSinceMs = Date.now();
    stopping.abort();
    log('\nStopping …');
    stack
      .stop()
      .then(() => log(`Stopped after ${((Date.now() - stoppingSinceMs) / 1_000).toFixed(1)} s.`))
      .then(
        // Without a code of its own it keeps the trading day's verdict.
        () => process.exit(),
        (error: unknown) => {
          log(`Stopping failed: ${String(error)}`);
          process.exit(1);
        },
      );
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  const parent = process.ppid;
  setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent && !stopping.signal.aborted) stop();
  }, PARENT_POLL_MS);
  return stopping;
}

function urlTable(
  { webUiUrl, apiUrl, omniumUrl, flowUrl, temporalAddress }: DayContext,
  stack: Stack,
  options: StartOptions,
  order = '<order>',
): string {
  const rows = [
    ['Temporal Web UI', webUiUrl],
    ['Temporal server', temporalAddress],
    ['API', apiUrl],
    ['Omnium sandbox', omniumUrl],
    ['Flow sandbox', flowUrl],
    ['Configuration', stack.configFile],
    ['Logs', stack.logFolder],
    ...(options.manners.length === 0 ? [] : [['Manners', options.manners.join(', ')]]),
    ...(options.trades === undefined ? [] : [['Trading log', options.trades]]),
  ];
  const table = rows.map(([name = '', value = '']) => `  ${name.padEnd(17)}${value}`).join('\n');
  const variables = [`CONFIG_FILE=${relative('', stack.configFile)}`];
  if (temporalAddress !== '127.0.0.1:7233') variables.push(`TEMPORAL_ADDRESS=${temporalAddress}`);
  return `${table}\n\n  Where is an order, and why?\n    ${variables.join(' ')} npm run ops -- where ${order}`;
}

/** What a person who has seen the tables opens next. */
function nextOf({ example }: DayResult): string {
  if (example === undefined) return '';
  return (
    `\n\n  Open next: order ${example.orderNumber}, which ${example.story}. Its page says every step:` +
    `\n    ${example.page}`
  );
}

void main();
