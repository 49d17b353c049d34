/** Kinds of documents that the tills make, as the table shows them. */
export type TillKind =
  | 'sale'
  | 'return'
  | 'blindReturn'
  | 'exchange'
  | 'handOver'
  | 'partHandOver'
  | 'refused'
  | 'expired'
  | 'cancellation'
  | 'unfinished'
  | 'customer'
  | 'deletedCustomer'
  | 'invoice';

/** What can be wrong with a document. `late` is one that is still on its way, and says so. */
export type TillIssueKind = 'missing' | 'duplicated' | 'differing' | 'late';

export interface TillIssue {
  readonly kind: TillIssueKind;
  /** In words, with both sides' values; never a value of a person. */
  readonly why: string;
}

/** Judgement on one document of Flow's. */
export interface TillVerdict {
  readonly kind: TillKind;
  readonly tenantUid: string;
  /** Uid of the document in Flow. */
  readonly document: string;
  /** Order numbers whose workflow may have to do with it, the likeliest first; empty for customers. */
  readonly orderNumbers: readonly string[];
  /** What the document is about in money: in Flow and, where it is there, in Omnium. */
  readonly flowCents?: number;
  readonly omniumCents?: number;
  readonly issue?: TillIssue;
}

/** What is not there yet, or not as it should be, while its workflow waits for the next try, is late. */
export function withLateness(verdict: TillVerdict, underWay: ReadonlySet<string>): TillVerdict {
  const { issue, orderNumbers } = verdict;
  if (issue?.kind !== 'missing' && issue?.kind !== 'differing') return verdict;
  if (!orderNumbers.some((orderNumber) => underWay.has(orderNumber))) return verdict;
  return { ...verdict, issue: { kind: 'late', why: `${issue.why}, and its workflow is still at it` } };
}

/** One issue of several differences, or none. */
export function issueOf(differences: readonly string[]): { readonly issue?: TillIssue } {
  return differences.length === 0 ? {} : { issue: { kind: 'differing', why: differences.join('; ') } };
}
