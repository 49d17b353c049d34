import type { ExportAsk } from '../../src/contracts/exports';
import { recordOf } from '../../src/domain/records';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Price lists of a simulated tenant; the later ones come with a redeployed configuration. */
export const SIMULATED_PARTS = ['main', 'oslo', 'bergen', 'alta'];

/** What happens to a tenant's export, and when. */
export interface SimulatedEvent {
  readonly atMs: number;
  /** `stuck`: a full export by hand that a vendor holds up, until `end`. */
  readonly kind: 'tick' | 'by-hand' | 'stuck' | 'end' | 'redeploy';
  readonly ask?: ExportAsk;
}

/** Rows that change at the same moment. */
export interface SimulatedChange {
  readonly atMs: number;
  readonly part: string;
  readonly names: readonly string[];
}

/** A month of a tenant. */
export interface SimulatedMonth {
  /** By time. */
  readonly events: readonly SimulatedEvent[];
  /** By time. */
  readonly changes: readonly SimulatedChange[];
  /** When the vendors are away. */
  readonly outages: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

/** What a month is made of. */
export interface MonthParts {
  readonly random: () => number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ticks: readonly number[];
}

/** Ticks, runs by hand, outages, redeployed configurations; and changes at any time, at the moments of ticks above all. */
export function simulatedMonth({ random, fromMs, untilMs, ticks }: MonthParts): SimulatedMonth {
  const times = (count: number): number[] =>
    Array.from({ length: count }, () => Math.floor(fromMs + random() * (untilMs - fromMs)));
  const tickAt = (share: number): number => ticks[Math.floor(share * ticks.length)] ?? fromMs;
  // Each run that is held up is so over a tick, and is ended after the run of that tick.
  const heldUp = [0.2, 0.5, 0.8].map(tickAt);
  const byTime = (one: { readonly atMs: number }, other: { readonly atMs: number }): number => one.atMs - other.atMs;
  const events: SimulatedEvent[] = [
    ...ticks.map((atMs): SimulatedEvent => ({ atMs, kind: 'tick' })),
    ...times(2).map((atMs): SimulatedEvent => ({ atMs, kind: 'by-hand' })),
    ...times(1).map((atMs): SimulatedEvent => ({ atMs, kind: 'by-hand', ask: { kind: 'everything' } })),
    ...times(1).map((atMs): SimulatedEvent => ({ atMs, kind: 'by-hand', ask: sinceAnHour(atMs) })),
    ...times(3).map((atMs): SimulatedEvent => ({ atMs, kind: 'redeploy' })),
    ...heldUp.flatMap((tick): SimulatedEvent[] => [
      { atMs: tick - 10 * MINUTE_MS, kind: 'stuck' },
      { atMs: tick + 20 * MINUTE_MS, kind: 'end' },
    ]),
  ];
  const somewhere = (atMs: number): SimulatedChange => {
    const part = SIMULATED_PARTS[Math.floor(random() * SIMULATED_PARTS.length)] ?? 'main';
    return { atMs, part, names: simulatedRows(random() < 0.1 ? 14 : 1, 1 + Math.floor(random() * 20)) };
  };
  const changes = [
    ...times(250).map(somewhere),
    ...Array.from({ length: 60 }, () => tickAt(random()) + Math.floor((random() - 0.5) * 4 * MINUTE_MS)).map(somewhere),
    // The run of the tick brings these over while another one that had read them before is held up.
    ...heldUp.map((tick): SimulatedChange => ({ atMs: tick - 5 * MINUTE_MS, part: 'main', names: simulatedRows(3) })),
  ];
  const outages = times(4).map((at) => ({ fromMs: at, untilMs: at + random() * 100 * MINUTE_MS }));
  return { events: events.sort(byTime), changes: changes.sort(byTime), outages };
}

function sinceAnHour(atMs: number): ExportAsk {
  return { kind: 'since', since: new Date(atMs - HOUR_MS).toISOString() };
}

/** Names of rows, from a number on. */
export function simulatedRows(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_unused, index) => `S-${index + from}`);
}

/** Rows that have changed after a moment, and how often. */
export function changesSince(changes: readonly SimulatedChange[], atMs: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { part, names } of changes.filter((change) => change.atMs > atMs)) {
    for (const name of names) counts.set(recordOf(name, part), (counts.get(recordOf(name, part)) ?? 0) + 1);
  }
  return counts;
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
