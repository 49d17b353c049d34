import type {
  ExportAsk,
  ExportKey,
  ExportPart,
  ExportPlan,
  ExportWindow,
  FindExportWatermarkInput,
} from '../../contracts/export-messages';
import type { ExportStanding } from '../../temporal/export-standing';
import type { ExportKind, KindParts } from './export-kind';

const SECOND_MS = 1_000;

/** The part that looks at the open rows of earlier runs again, and at those whose moment has come; they come first. */
const OPEN_ROWS = 'rows left open before';

const IN_HAND = 'its stock master has changed, and its stock is being aligned first';

/** What a plan is for. */
export type PlanWanted = ExportKey & Pick<FindExportWatermarkInput, 'overlapSeconds' | 'ask'>;

/** What a plan is made from. */
export interface PlanAbout {
  readonly standing: ExportStanding | undefined;
  readonly kind: Pick<ExportKind, 'readsPartsTogether'>;
  readonly parts: KindParts;
  /** Parts that somebody else puts in order just now. */
  readonly inHand: ReadonlySet<string>;
  /** When reading begins, at the latest. */
  readonly now: Date;
}

/**
 * Parts that are in Flow up to the watermark. None when everything is to be read again because more rows start or end
 * later than can be remembered.
 */
export function coveredBy(standing: ExportStanding | undefined, now: Date): ReadonlySet<string> {
  if (!standing?.watermark) return new Set();
  const { wholeAgainAt } = standing;
  if (wholeAgainAt !== undefined && Date.parse(wholeAgainAt) <= now.getTime()) return new Set();
  return new Set(standing.covered);
}

/**
 * What a run is going to read: the changes since the watermark of the parts that are in Flow up to it, and everything of
 * the others: all of them at the first run, and later a warehouse that Flow has only now, or whose stock Omnium has
 * become the master of. The result depends on nothing but what it is given.
 */
export function planExport(wanted: PlanWanted, about: PlanAbout): ExportPlan {
  const { standing, kind, parts: kindParts, inHand, now } = about;
  const window = windowOf(wanted, standing, now);
  const covered = coveredBy(standing, now);
  const isSince = wanted.ask?.kind === 'since';
  const names = kindParts.names.filter((name) => !inHand.has(name));
  const isWhole = (name: string): boolean => window.from === undefined || !(isSince || covered.has(name));
  const whole = names.filter(isWhole);
  const changed = names.filter((name) => !isWhole(name));
  const last = whole.length > 0 ? (kindParts.afterWhole ?? []) : [];
  const membersOfLast = kind.readsPartsTogether ? { members: whole } : {};
  const { rows, ...kept } = rowsOf(wanted.ask, standing, now);
  return {
    window,
    parts: [
      ...(rows.length > 0 ? [{ name: OPEN_ROWS, read: 'rows', rows } satisfies ExportPart] : []),
      ...(kind.readsPartsTogether
        ? [...together('what changed', changed, 'changes'), ...together('everything', whole, 'everything')]
        : names.map((name): ExportPart => ({ name, read: isWhole(name) ? 'everything' : 'changes' }))),
      ...last.map((name): ExportPart => ({ name, read: 'everything', ...membersOfLast })),
    ],
    partial: [...(isSince ? names.filter((name) => !covered.has(name)) : []), ...last],
    leftOut: [...kindParts.leftOut, ...[...inHand].map((name) => ({ name, reason: IN_HAND }))],
    missing: kindParts.missing,
    ...kept,
  };
}

function together(name: string, members: readonly string[], read: 'changes' | 'everything'): ExportPart[] {
  return members.length === 0 ? [] : [{ name, read, members }];
}

/** Rows that are looked at, and what is kept of those whose moment has not come. Reading everything comes to all of them. */
function rowsOf(
  ask: ExportAsk | undefined,
  standing: ExportStanding | undefined,
  now: Date,
): { readonly rows: readonly string[] } & Pick<ExportPlan, 'later' | 'wholeAgainAt'> {
  if (!standing || ask?.kind === 'everything') return { rows: [] };
  const { openRows, later, wholeAgainAt } = standing;
  const isDue = ({ at }: { readonly at: string }): boolean => Date.parse(at) <= now.getTime();
  const waiting = later.filter((row) => !isDue(row));
  const due = later.filter(isDue).map(({ row }) => row);
  const isStillToCome = wholeAgainAt !== undefined && !isDue({ at: wholeAgainAt });
  return {
    rows: [...new Set([...openRows, ...due])],
    ...(waiting.length > 0 && { later: waiting }),
    ...(isStillToCome && { wholeAgainAt }),
  };
}

function windowOf({ ask, overlapSeconds }: PlanWanted, standing: ExportStanding | undefined, now: Date): ExportWindow {
  const to = now.toISOString();
  const watermark = standing?.watermark;
  const kept = watermark && { watermark: watermark.toISOString() };
  if (ask?.kind === 'everything') return { ...kept, to, since: 'asked' };
  const fromMs = Math.min(watermark ? watermark.getTime() - overlapSeconds * SECOND_MS : Infinity, askedMs(ask));
  if (!Number.isFinite(fromMs)) return { to, since: 'first-export' };
  const since = ask ? 'asked' : 'last-export';
  return { ...kept, from: new Date(fromMs).toISOString(), to, since };
}

function askedMs(ask: ExportAsk | undefined): number {
  return ask?.kind === 'since' ? Date.parse(ask.since) : Infinity;
}
