import type { ExportTally, StoresOutcome } from '../../contracts/stores-messages';

/** What is counted apart. */
export type Kind = 'organizations' | 'stores' | 'warehouses' | 'priceLists';

/** Names and sentences are shown on the page of the stores; more of them help nobody. */
const MOST_SHOWN = 20;

const NONE: ExportTally = { created: 0, updated: 0, unchanged: 0 };

/** What an export has done so far. */
export class ExportLog {
  private readonly tallies = new Map<Kind, ExportTally>();
  private readonly changedFields: string[] = [];

  count(kind: Kind, what: keyof ExportTally): void {
    const tally = this.tallies.get(kind) ?? NONE;
    this.tallies.set(kind, { ...tally, [what]: tally[what] + 1 });
  }

  /** Notes what was written, e.g. `oslocity openingHours`. */
  changed(uid: string, fields: readonly string[]): void {
    this.changedFields.push(...fields.map((field) => `${uid} ${field}`));
  }

  get hasWritten(): boolean {
    return [...this.tallies.values()].some(({ created, updated }) => created + updated > 0);
  }

  outcome(about: {
    readonly differences: readonly string[];
    readonly notes: readonly string[];
    readonly calls: number;
  }): StoresOutcome {
    const { differences, notes, calls } = about;
    return {
      action: this.hasWritten ? 'exported' : 'unchanged',
      ...Object.fromEntries(this.tallies),
      ...(this.changedFields.length > 0 && { changedFields: this.changedFields.slice(0, MOST_SHOWN) }),
      ...(differences.length > 0 && { differences: shortened(differences) }),
      ...(notes.length > 0 && { notes: shortened(notes) }),
      calls,
    };
  }
}

function shortened(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= MOST_SHOWN) return sentences;
  const shown = sentences.slice(0, MOST_SHOWN - 1);
  return [...shown, `and ${sentences.length - shown.length} more`];
}
