import Table from 'cli-table3';
import { isBusy, type MachineFacts } from './machine';
import { type Aim, type BenchmarkReport, type CallRow, type Measure, meets } from './report';
import { spreadOf } from './statistics';

/** The machine in a few lines. */
export function machineText(machine: MachineFacts): string {
  const { cores, processor, memoryGb, system, node, temporalServer, loadBefore, measuredAt } = machine;
  return [
    `${cores} cores (${processor}), ${memoryGb} GB, ${system}, Node ${node}, Temporal server ${temporalServer}`,
    `${measuredAt}, load before the start ${loadBefore}${isBusy(machine) ? ' – the machine was BUSY with other work' : ''}`,
  ].join('\n');
}

/** A benchmark's method and tables. */
export function reportText({ title, method, groups, vendorCalls }: BenchmarkReport): string {
  const lines = [title, ...method.map((line) => `  ${line}`)];
  for (const group of groups) lines.push(group.title, tableOf(group.measures));
  if (vendorCalls) lines.push('Vendor calls per order', tableOfCalls(vendorCalls));
  return lines.join('\n');
}

function tableOfCalls(rows: readonly CallRow[]): string {
  const table = new Table({
    head: ['', 'minimum', 'ours', 'why not fewer', 'ours, call by call', 'what the rest is for'],
    colAligns: ['left', 'right', 'right', 'left', 'left', 'left'],
    colWidths: [18, 9, 6, 32, 40, 44],
    wordWrap: true,
    style: { head: [], border: [], compact: false },
  });
  for (const { name, minimum, ours, why, added, calls } of rows) {
    table.push([name, minimum, ours, why, calls.join('\n'), added]);
  }
  return table.toString();
}

function tableOf(measures: readonly Measure[]): string {
  const table = new Table({
    head: ['', 'unit', 'min', 'median', 'max', 'aim', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, unit, values, aim } of measures) {
    const { min, median, max } = spreadOf(values);
    const verdict = aim === undefined ? '' : meets(median, aim) ? 'met' : 'MISSED';
    table.push([name, unit, figure(min), figure(median), figure(max), aim ? aimText(aim) : '', verdict]);
  }
  return table.toString();
}

function aimText(aim: Aim): string {
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`;
}

/** Three or four digits that matter. */
function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en');
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
