import { countDocuments, documentsOf, growth, type Whereabouts } from './crash-documents';
import type { CrashDoor } from './crash-door';
import type { CrashFlow, CrashStage, FlowInstance } from './crash-flow';
import type { CrashWorker } from './crash-worker';
import type { CrashWorld, Reconfigure } from './crash-world';

/** A flow of orders or customers. */
export type ShopFlow = CrashFlow<CrashWorld, CrashWorker, Whereabouts>;
export type ShopInstance = FlowInstance<CrashWorker, Whereabouts>;

/** Gives the flows of a list their type. */
export function flows(list: readonly ShopFlow[]): readonly ShopFlow[] {
  return list;
}

/** An organisation number of an instance's own: companies are told by it. */
export function companyNumber(tag: string): string {
  return `914${tag.slice(1)}`;
}

/** Orders and customers: instances live side by side in one world, and what each has added is counted. */
export class ShopStage implements CrashStage<CrashWorld, CrashWorker, Whereabouts> {
  private counts: Record<string, number> = {};

  constructor(readonly world: CrashWorld) {}

  get door(): CrashDoor {
    return this.world.door;
  }

  worker(reconfigure?: Reconfigure): CrashWorker {
    return this.world.worker(reconfigure);
  }

  async beginFlow(): Promise<void> {
    this.counts = await countDocuments(this.world);
  }

  async beginInstance(): Promise<void> {
    // The count of the instance before is where this one's begins.
  }

  async documents(where: Whereabouts, tag: string): Promise<unknown> {
    const documents = await documentsOf(this.world, where, tag);
    const before = this.counts;
    this.counts = await countDocuments(this.world);
    return { documents, grown: growth(before, this.counts) };
  }
}
