import { continueAsNew } from '@temporalio/workflow';
import {
  PRODUCT_SIGNAL,
  type ProductEvent,
  type ProductOutcome,
  type ProductWorkflowInput,
  type ProductWorkflowResult,
} from '../contracts/product-messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addProductPass, productState } from './lib/product-outcome';
import { productPassSummary, productWords } from './lib/product-words';

/**
 * The one owner of a product's way from Omnium into the tills when something is told of it, with the promises of every
 * coalescing sync. The export by schedule brings the same product in the same way, whatever was told.
 */
export async function productWorkflow(input: ProductWorkflowInput): Promise<ProductWorkflowResult> {
  return await new ProductSync(input).run();
}

class ProductSync extends CoalescingSync<ProductEvent, ProductOutcome> {
  constructor(private readonly input: ProductWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: PRODUCT_SIGNAL, retryLadder, carried, words: productWords(input) });
    this.listen();
  }

  /** An event says only that there is something to look at, so one pass answers all of them. */
  protected take(): readonly ProductEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<ProductOutcome> {
    const { tenantUid, productId, retryLadder } = this.input;
    const argument = { tenantUid, productId, retryLadder, pass: this.passes };
    const summary = productPassSummary(productId, this.passes);
    return this.activities.syncProduct.executeWithOptions({ summary }, [argument]);
  }

  protected add(before: ProductOutcome | undefined, latest: ProductOutcome): ProductOutcome {
    return addProductPass(before, latest);
  }

  protected endOf(outcome: ProductOutcome): { readonly state: SyncState } {
    return { state: productState(outcome) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof productWorkflow>({ ...this.input, carried: this.carry() });
  }
}
