import type { OrderOutcome } from '../contracts/kinds/order';
import { RETRY_LADDERS, type RetryLadderName } from '../contracts/retry-ladder';
import { type FailingOrder, type FailingSync } from '../temporal/order-directory';
import { type OrderReport, type WaitingReport } from './order-report';
import { wrap } from './wrap';

/** Words about orders for a terminal of 100 columns. */

const WIDTH = 100;
const LABEL_WIDTH = 16;

type Row = readonly [label: string, text: string];

/** What is known about an order, as a headline and a list. `now` is the reader's clock. */
export function describeOrder(report: OrderReport, ladder: RetryLadderName, now: Date): string {
  const headline = `Order ${report.orderNumber} (${report.tenantUid}): ${headlineOf(report)}`;
  const rows: Row[] = [
    ['State', stateOf(report)],
    ...(report.storeUid === undefined ? [] : [['Store', report.storeUid] as const]),
    ...(report.waiting === undefined ? [] : waitingRows(report, report.waiting, { ladder, now })),
    ...outcomeRows(report.outcome),
    ...(report.waiting === undefined && report.failedAttempts
      ? [['Before that', `${count(report.failedAttempts, 'attempt')} failed`] as const]
      : []),
    ...(report.waitingEvents
      ? [['Waiting', `${count(report.waitingEvents, 'event')} for the next pass`] as const]
      : []),
    ...stuckRows(report),
    ['Began', time(report.startedAt, now)],
    ...(report.closedAt === undefined ? [] : [['Ended', time(report.closedAt, now)] as const]),
    ['Web UI', report.webUiUrl],
  ];
  return [wrap(headline, WIDTH).join('\n'), '', ...rows.flatMap(rowLines)].join('\n');
}

function headlineOf({ execution, syncState, waiting, outcome, givenUpBecause }: OrderReport): string {
  if (execution === 'RUNNING') {
    if (waiting === undefined) return 'being synced now.';
    return waiting.nextAttemptAt === undefined ? 'being tried again now.' : 'failing, and waiting to be tried again.';
  }
  if (givenUpBecause !== undefined) return `given up by an operator: ${givenUpBecause}`;
  if (execution !== 'COMPLETED')
    return `its sync was ended from outside (${execution.toLowerCase()}); resync starts it again.`;
  if (outcome?.action === 'forwarded') return `belongs to order ${(outcome.forwardedTo ?? []).join(', ')}.`;
  if (syncState === 'Differs') return 'synced, with a difference left for a person to look at.';
  if (outcome?.action === 'skipped') return `not synced on purpose: ${outcome.reason ?? 'no reason was given'}.`;
  return 'in step, Omnium and Flow agree.';
}

function stateOf({ syncState = 'unknown', passes }: OrderReport): string {
  return passes === undefined || passes < 2 ? syncState : `${syncState}, after ${passes} passes`;
}

interface Reader {
  readonly ladder: RetryLadderName;
  readonly now: Date;
}

function waitingRows(report: OrderReport, waiting: WaitingReport, { ladder, now }: Reader): Row[] {
  const rungs = RETRY_LADDERS[ladder].length;
  const rung = Math.min(waiting.failedAttempts, rungs);
  const next = waiting.nextAttemptAt === undefined ? 'running now' : time(waiting.nextAttemptAt, now);
  return [
    ['What failed', waiting.message === '' ? waiting.failureType : `${waiting.failureType}: ${waiting.message}`],
    ['Attempts', `${waiting.failedAttempts} failed; rung ${rung} of ${rungs}, then every 120 minutes for ever`],
    ['Next attempt', next],
    ['Sooner', `a change of the order, or: npm run ops -- retry-now ${asArgument(report.orderNumber)}`],
    ['What to do', `docs/runbook.md, entry ${waiting.failureType}`],
  ];
}

function outcomeRows(outcome: OrderOutcome | undefined): Row[] {
  // Why an order was skipped is in the headline, and there is nothing in Flow to tell of.
  if (outcome === undefined || outcome.action === 'skipped' || outcome.action === 'forwarded') return [];
  const {
    action,
    direction,
    flowOrderNumber,
    changedFields = [],
    differences = [],
    flowOrderUid,
    orderState,
    lines,
    totalCents,
  } = outcome;
  const where = action === 'unchanged' ? '' : ` in ${direction === 'inbound' ? 'Flow' : 'Omnium'}`;
  const inFlow = [
    flowOrderUid,
    flowOrderNumber === undefined ? undefined : `number ${flowOrderNumber}`,
    orderState,
    lines === undefined ? undefined : count(lines, 'line'),
    totalCents === undefined ? undefined : `total ${money(totalCents)}`,
  ].filter((part) => part !== undefined);
  return [
    ['Last pass', `${action}${where}${changedFields.length === 0 ? '' : `: ${changedFields.join(', ')}`}`],
    ...(outcome.omniumStatus === undefined ? [] : [['In Omnium', `status ${outcome.omniumStatus}`] as const]),
    ...(inFlow.length === 0 ? [] : [['In Flow', inFlow.join(', ')] as const]),
    ...(outcome.customer === undefined ? [] : [['Customer', outcome.customer] as const]),
    ...(outcome.returns ?? []).map(
      ({ flowOrderUid: uid, creditedCents }) => ['Return', `${uid}, ${money(creditedCents)} given back`] as const,
    ),
    ...differences.map((difference) => ['Left different', difference] as const),
  ];
}

function stuckRows({ workerAnswered, stuckAttempts }: OrderReport): Row[] {
  const rows: Row[] = [];
  if (workerAnswered === false) {
    rows.push(['Worker', 'none answered: is one running? (npm run worker -- --engine order-sync)']);
  }
  if (stuckAttempts !== undefined) {
    rows.push(['Defect', `the workflow cannot go on (${stuckAttempts} tries); the Web UI shows the error`]);
  }
  return rows;
}

/** Failing orders as a table of at most 100 columns, long values cut. */
export function failingTable(failing: readonly FailingOrder[], now: Date): string {
  return table(failing, [
    { title: 'ORDER', width: 22, of: ({ orderNumber }) => orderNumber },
    { title: 'TENANT', width: 14, of: ({ tenantUid }) => tenantUid },
    { title: 'STORE', width: 18, of: ({ storeUid = '-' }) => storeUid },
    { title: 'FAILURE', width: 24, of: ({ failureType = '-' }) => failureType },
    { title: 'SINCE', width: 14, of: ({ startedAt }) => duration(now.getTime() - startedAt.getTime()) },
  ]);
}

/** Everything else that waits on the ladder. A sync's whole name is shown: it is what `where` takes. */
export function failingSyncsTable(failing: readonly FailingSync[], now: Date): string {
  const longest = Math.max(...failing.map(({ workflowId }) => workflowId.length));
  return table(failing, [
    { title: 'SYNC', width: Math.max(longest, 40), of: ({ workflowId }) => workflowId },
    { title: 'FAILURE', width: 24, of: ({ failureType = '-' }) => failureType },
    { title: 'SINCE', width: 14, of: ({ startedAt }) => duration(now.getTime() - startedAt.getTime()) },
  ]);
}

interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly of: (row: T) => string;
}

function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const line = (cell: (column: Column<T>) => string): string =>
    columns
      .map((column) => fit(cell(column), column.width))
      .join('  ')
      .trimEnd();
  return [line(({ title }) => title), ...rows.map((row) => line((column) => column.of(row)))].join('\n');
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function rowLines([label, text]: Row): string[] {
  const lines = text.startsWith('http') ? [text] : wrap(text, WIDTH - LABEL_WIDTH - 2);
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`);
}

/** An order number as it can be typed in a shell. */
export function asArgument(orderNumber: string): string {
  return /^[\w.:/@-]+$/.test(orderNumber) ? orderNumber : `'${orderNumber.replaceAll("'", "'\\''")}'`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Cents as people write them; integers only. */
function money(cents: number): string {
  const absolute = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.trunc(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`;
}

function time(iso: string, now: Date): string {
  const distanceMs = new Date(iso).getTime() - now.getTime();
  const relative = distanceMs >= 0 ? `in ${duration(distanceMs)}` : `${duration(-distanceMs)} ago`;
  return `${iso.slice(0, 19).replace('T', ' ')} UTC (${relative})`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in its two largest units. */
export function duration(milliseconds: number): string {
  const ms = Math.max(milliseconds, 0);
  const parts = [
    [Math.floor(ms / DAY_MS), 'd'],
    [Math.floor((ms % DAY_MS) / HOUR_MS), 'h'],
    [Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min'],
    [Math.floor((ms % MINUTE_MS) / SECOND_MS), 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
