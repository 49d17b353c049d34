import type { SweepCursor, SweepTarget, SweepWindow } from '../../contracts/sweep-messages';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** What a look at one document says. */
export type Look =
  | { readonly verdict: 'inSync' | 'notOurs'; readonly storeUid?: string }
  | { readonly verdict: 'differs'; readonly target: SweepTarget; readonly storeUid?: string };

/** One document that a stream has read, and how to compare it with the other system. */
export interface StreamDocument {
  /** Whom to tell when the look itself fails. */
  readonly target: SweepTarget;
  /** When it was changed, by the vendor's clock. */
  readonly modifiedAt?: string | undefined;
  /** Set for what never changes: once its own workflow has come to its end, nobody has to look again. */
  readonly isOverWithItsWorkflow?: true;
  /** Compares by reading only. */
  look(attempt: Attempt): Promise<Look>;
}

/** A page of a stream, and the place behind it. */
export interface StreamPage {
  readonly documents: readonly StreamDocument[];
  readonly cursor: SweepCursor;
}

/** What a stream is read with. */
export interface StreamRead {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly window: SweepWindow;
  /** Where an earlier read got to. */
  readonly cursor: SweepCursor | undefined;
}

/** Reads a stream from a place to its end, page by page. */
export type StreamReader = (read: StreamRead) => AsyncGenerator<StreamPage, void, undefined>;

/** A document that needs no look. */
export function known(target: SweepTarget, verdict: 'inSync' | 'notOurs'): StreamDocument {
  return { target, look: () => Promise.resolve({ verdict }) };
}

/** An attempt of its own for one document: looks run side by side, and each notes its store there. */
export function ownAttempt({ signal, onCall }: Attempt): Attempt {
  return { signal, onCall, calls: 0 };
}
