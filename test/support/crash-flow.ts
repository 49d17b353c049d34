import assert from 'node:assert/strict';
import type { CustomerOutcome } from '../../src/contracts/customer-messages';
import type { OrderOutcome } from '../../src/contracts/messages';
import type { CrashMoment } from './crash-door';
import { countDocuments, documentsOf, growth, type Whereabouts } from './crash-documents';
import type { CrashWorker } from './crash-worker';
import type { CrashWorld, Reconfigure } from './crash-world';

/** Something that can happen to an order or a customer, from the event to the last write. */
export interface CrashFlow {
  readonly title: string;
  readonly reconfigure?: Reconfigure;
  /**
   * Makes everything that the flow starts from.
   *
   * @param tag the name of this instance, to be used in every id and value that has to be its own
   */
  prepare(world: CrashWorld, tag: string): Promise<FlowInstance>;
}

/** Gives the flows of a list their type. */
export function flows(list: readonly CrashFlow[]): readonly CrashFlow[] {
  return list;
}

/** One instance of a flow, ready to run. */
export interface FlowInstance {
  readonly run: (worker: CrashWorker) => Promise<Outcome | readonly Outcome[]>;
  readonly where: Whereabouts;
}

/** What a pass says of itself. */
type Outcome = OrderOutcome | CustomerOutcome;

/** How a run of a flow went. */
interface Ending {
  readonly calls: readonly string[];
  readonly crashes: number;
  readonly outcomes: readonly Outcome[];
  readonly documents: unknown;
  readonly grown: Record<string, number>;
}

/** Runs flows on one pair of sandboxes. */
export class CrashProof {
  private instances = 0;
  private counts: Record<string, number> = {};

  constructor(private readonly world: CrashWorld) {}

  /**
   * Runs the flow undisturbed, then once for each of its vendor calls and moments with a worker that dies there, and
   * compares: the same documents on both sides, to the last member, and not one more.
   *
   * @returns number of points
   */
  async prove(flow: CrashFlow): Promise<number> {
    await this.growth();
    const undisturbed = await this.play(flow);
    assert.equal(undisturbed.crashes, 0);
    assertDone(undisturbed.outcomes);
    const again = await this.play(flow);
    assert.deepEqual(again.documents, undisturbed.documents, 'two undisturbed runs are the same');
    assert.equal(again.calls.length, undisturbed.calls.length);
    let points = 0;
    for (let at = 1; at <= undisturbed.calls.length; at += 1) {
      for (const moment of ['before', 'after'] as const) {
        const what = `crash ${moment} call ${at}, ${nameOf(undisturbed.calls[at - 1])}`;
        const ending = await this.play(flow, { at, moment }, what);
        assert.equal(ending.crashes, 1, what);
        assert.deepEqual(ending.grown, undisturbed.grown, what);
        assert.deepEqual(ending.documents, undisturbed.documents, what);
        points += 1;
      }
    }
    return points;
  }

  /** Documents that were added since the last time. */
  private async growth(): Promise<Record<string, number>> {
    const before = this.counts;
    this.counts = await countDocuments(this.world);
    return growth(before, this.counts);
  }

  private async play(
    flow: CrashFlow,
    plan?: { at: number; moment: CrashMoment },
    what = 'undisturbed',
  ): Promise<Ending> {
    const { world } = this;
    this.instances += 1;
    const tag = `c${String(this.instances).padStart(6, '0')}`;
    const { run, where } = await flow.prepare(world, tag);
    world.door.arm(plan);
    const worker = world.worker(flow.reconfigure);
    try {
      const outcomes = [await run(worker)].flat();
      const { crashes } = worker;
      const calls = [...world.door.calls];
      world.door.arm();
      await run(worker);
      assert.deepEqual(world.door.calls.filter(isWrite), [], 'another pass finds nothing to write');
      const documents = await documentsOf(world, where, tag);
      const grown = await this.growth();
      return { calls, crashes, outcomes, documents, grown };
    } catch (error) {
      throw new Error(`${what} (${tag})`, { cause: error });
    } finally {
      await worker.close();
    }
  }
}

/** Something was done, and nothing is left different. */
function assertDone(outcomes: readonly Outcome[]): void {
  const differences = outcomes.flatMap((outcome) => outcome.differences ?? []);
  assert.deepEqual(differences, []);
  assert.ok(
    outcomes.some(({ action }) => !QUIET.has(action)),
    outcomes.map(({ action }) => action).join(),
  );
}

const QUIET: ReadonlySet<string> = new Set(['unchanged', 'skipped', 'forwarded']);

/** Whether a call may change something; searches and tokens are asked for by POST. */
function isWrite(call: string): boolean {
  return !/^\w+ GET /.test(call) && !/\/(search|token)(\?|$)/i.test(call);
}

/** A call without its query. */
function nameOf(call = ''): string {
  return call.replace(/\?.*$/, '');
}
