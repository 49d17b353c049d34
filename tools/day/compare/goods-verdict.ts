/** Kinds of what is compared about goods, as the table shows them. */
export type GoodsKind =
  | 'purchase'
  | 'deliveryPurchase'
  | 'cancelledPurchase'
  | 'reception'
  | 'localReception'
  | 'refusedReception'
  | 'store'
  | 'levelOfFlow'
  | 'levelOfOmnium';

/** What can be wrong. `inFlight` is on its way still, and its workflow says so. */
export type GoodsIssueKind = 'missing' | 'duplicated' | 'differing' | 'inFlight';

export interface GoodsIssue {
  readonly kind: GoodsIssueKind;
  /** In words, with both sides' values. */
  readonly why: string;
}

/** Judgement on one document, or on one level. */
export interface GoodsVerdict {
  readonly kind: GoodsKind;
  readonly tenantUid: string;
  /** As people call it. */
  readonly document: string;
  /** Workflows that have to do with it, the likeliest first. */
  readonly workflowIds: readonly string[];
  readonly issue?: GoodsIssue;
}

/** What differs while its workflow is at work, or waits for the next try, is in flight. */
export function withFlight(verdict: GoodsVerdict, underWay: ReadonlySet<string>): GoodsVerdict {
  const { issue, workflowIds } = verdict;
  if (issue === undefined || issue.kind === 'duplicated') return verdict;
  if (!workflowIds.some((workflowId) => underWay.has(workflowId))) return verdict;
  return { ...verdict, issue: { kind: 'inFlight', why: `${issue.why}, and its workflow is still at it` } };
}

/** One issue of several differences, or none. */
export function differing(differences: readonly string[]): { readonly issue?: GoodsIssue } {
  return differences.length === 0 ? {} : { issue: { kind: 'differing', why: differences.join('; ') } };
}
