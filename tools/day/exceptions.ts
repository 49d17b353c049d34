import { type DayContext } from './context';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';

/** Asking a workflow for its reason costs a moment; of more than these, the difference alone has to do. */
const EXPLAINED = 40;

/** Something that is not the same in both systems. */
export interface Exception {
  /** Which list it belongs to. */
  readonly kind: string;
  /** The document, and what the comparison has seen. */
  readonly text: string;
  /** Workflow that may say why. */
  readonly workflowId?: string | undefined;
}

/** Where exceptions are named. */
export interface NamedIn {
  readonly context: DayContext;
  readonly watch: OrderWatch;
  readonly narrator: Narrator;
}

/** Every exception by name, in a list for each kind, with what its workflow says and where to look. */
export async function nameExceptions(
  { context, watch, narrator }: NamedIn,
  titles: Readonly<Record<string, string>>,
  exceptions: readonly Exception[],
): Promise<void> {
  let explained = 0;
  for (const [kind, title] of Object.entries(titles)) {
    const items: string[] = [];
    for (const { text, workflowId } of exceptions.filter((each) => each.kind === kind)) {
      if (workflowId === undefined) {
        items.push(text);
        continue;
      }
      explained += 1;
      const reason = explained <= EXPLAINED ? await watch.explainWorkflow(workflowId) : 'the reason is on its page';
      items.push(`${text} – ${reason}\n${watch.pageOfWorkflow(workflowId)}`);
    }
    if (items.length > 0) context.log('');
    narrator.list(title, items);
  }
}
