import { factsOf, type AnyEntityKind } from '../contracts/entity-sync';
import { RETRY_LADDERS, type RetryLadderName } from '../contracts/retry-ladder';
import { entityOf, type EntityReport, type WaitingReport } from './entity-report';
import { wrap } from './tables';

/** Texts about syncs for a terminal of 100 columns. */

const WIDTH = 100;
const LABEL_WIDTH = 16;

type Row = readonly [label: string, text: string];

/** What is known about a sync, as a headline and a list. `now` is the reader's clock. */
export function describeEntity(report: EntityReport, ladder: RetryLadderName, now: Date): string {
  const { waiting, failedAttempts = 0, waitingEvents = 0, passes = 1, syncState = 'unknown' } = report;
  const rows: Row[] = [
    ['State', passes < 2 ? syncState : `${syncState}, after ${passes} passes`],
    ...optional('Store', report.storeUid),
    ...(waiting ? waitingRows(report, waiting, ladder, now) : []),
    ...outcomeRows(report),
    ...optional(
      'Before that',
      waiting || failedAttempts === 0 ? undefined : `${count(failedAttempts, 'attempt')} failed`,
    ),
    ...optional('Waiting', waitingEvents === 0 ? undefined : `${count(waitingEvents, 'event')} for the next pass`),
    ...(report.workerAnswered === false
      ? [['Worker', `none answered: is one running? (npm run worker -- --engine ${report.taskQueue})`] as const]
      : []),
    ...(report.stuckAttempts === undefined
      ? []
      : [['Defect', `the workflow cannot go on (${report.stuckAttempts} tries); the Web UI shows the error`] as const]),
    ['Began', time(report.startedAt, now)],
    ...optional('Ended', report.closedAt && time(report.closedAt, now)),
    ['Web UI', report.webUiUrl],
  ];
  const headline = wrap(`${report.subject} (${report.tenantUid}): ${headlineOf(report)}`, WIDTH).join('\n');
  return [headline, '', ...rows.flatMap(rowLines)].join('\n');
}

function headlineOf(report: EntityReport): string {
  const { execution, syncState, waiting, outcome, givenUpBecause, subject } = report;
  if (execution === 'RUNNING') {
    if (waiting === undefined) return 'being synced now.';
    return waiting.nextAttemptAt === undefined ? 'being tried again now.' : 'failing, and waiting to be tried again.';
  }
  if (givenUpBecause !== undefined) return `given up by an operator: ${givenUpBecause}`;
  if (execution !== 'COMPLETED')
    return `its sync was ended from outside (${execution.toLowerCase()}); resync starts it again.`;
  if (syncState === 'Differs') return 'synced, with a difference left for a person to look at.';
  if (outcome?.action === 'skipped') return `not synced on purpose: ${outcome.reason ?? 'no reason was given'}.`;
  if (outcome?.action === 'forwarded') return kindOf(report)?.sentence('it', outcome).replace(/^it /, '') ?? '';
  return outcome ? 'in step, Omnium and Flow agree.' : `nothing was done about ${subject}.`;
}

function waitingRows(report: EntityReport, waiting: WaitingReport, ladder: RetryLadderName, now: Date): Row[] {
  const steps = RETRY_LADDERS[ladder].length;
  const { failedAttempts, failureType, message, nextAttemptAt } = waiting;
  const step = Math.min(failedAttempts, steps);
  const entity = entityOf(report.workflowId);
  const argument = entity?.kind.argument?.(entity.id) ?? report.workflowId;
  return [
    ['What failed', message === '' ? failureType : `${failureType}: ${message}`],
    ['Attempts', `${failedAttempts} failed; retry step ${step} of ${steps}, then every 120 minutes for ever`],
    ['Next attempt', nextAttemptAt === undefined ? 'running now' : time(nextAttemptAt, now)],
    ['Sooner', `a change of it, or: npm run ops -- retry-now ${argument}`],
    ['What to do', `docs/runbook.md, entry ${failureType}`],
  ];
}

function outcomeRows(report: EntityReport): Row[] {
  const { outcome } = report;
  const kind = kindOf(report);
  // Why it was skipped is in the headline.
  if (!outcome || !kind || outcome.action === 'skipped' || outcome.action === 'forwarded') return [];
  return [['Last pass', kind.sentence(report.subject, outcome)], ...factsOf(kind, outcome)];
}

function kindOf({ workflowId }: EntityReport): AnyEntityKind | undefined {
  return entityOf(workflowId)?.kind;
}

function optional(label: string, text: string | undefined): Row[] {
  return text === undefined || text === '' ? [] : [[label, text]];
}

function rowLines([label, text]: Row): string[] {
  const lines = text.startsWith('http') ? [text] : wrap(text, WIDTH - LABEL_WIDTH - 2);
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`);
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function time(iso: string, now: Date): string {
  const distanceMs = new Date(iso).getTime() - now.getTime();
  const relative = distanceMs >= 0 ? `in ${duration(distanceMs)}` : `${duration(-distanceMs)} ago`;
  return `${iso.slice(0, 19).replace('T', ' ')} UTC (${relative})`;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A length of time in its two largest units. */
export function duration(milliseconds: number): string {
  let left = Math.max(milliseconds, 0);
  const parts = UNITS.map(([size, unit]) => {
    const amount = Math.floor(left / size);
    left -= amount * size;
    return [amount, unit] as const;
  });
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}
