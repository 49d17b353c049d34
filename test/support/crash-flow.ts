import assert from 'node:assert/strict';
import type { CrashDoor, CrashMoment } from './crash-door';
import type { Reconfigure } from './crash-world';

/** Something that can happen, from the event to the last write. */
export interface CrashFlow<World, Worker, Where> {
  readonly title: string;
  readonly reconfigure?: Reconfigure;
  /**
   * Makes everything that the flow starts from.
   *
   * @param tag the name of this instance, to be used in every id and value that has to be its own
   */
  prepare(world: World, tag: string): Promise<FlowInstance<Worker, Where>>;
}

/** One instance of a flow, ready to run. */
export interface FlowInstance<Worker, Where> {
  readonly run: (worker: Worker) => Promise<Outcome | readonly Outcome[]>;
  /** What the stage needs to find the flow's documents. */
  readonly where: Where;
}

/** Where flows are played, and what is left when an instance has been played. */
export interface CrashStage<World, Worker extends CrashingWorker, Where> {
  readonly world: World;
  readonly door: CrashDoor;
  /** A worker that dies where the door says. */
  worker(reconfigure?: Reconfigure): Worker;
  /** Called before the first instance of a flow. */
  beginFlow(): Promise<void>;
  /** Called before each instance. */
  beginInstance(): Promise<void>;
  /** What both systems hold now, without what cannot be the same in two instances. Called once for each. */
  documents(where: Where, tag: string): Promise<unknown>;
}

/** A worker process that a flow runs on. */
export interface CrashingWorker {
  /** Attempts that ended by a crash. */
  readonly crashes: number;
  close(): Promise<void>;
}

/** What a pass says of itself. */
export interface Outcome {
  readonly action: string;
  readonly differences?: readonly string[];
}

/** How a run of a flow went. */
interface Ending {
  readonly calls: readonly string[];
  readonly crashes: number;
  readonly outcomes: readonly Outcome[];
  readonly documents: unknown;
}

/** Runs flows on one pair of sandboxes. */
export class CrashProof<World, Worker extends CrashingWorker, Where> {
  private instances = 0;

  constructor(private readonly stage: CrashStage<World, Worker, Where>) {}

  /**
   * Runs the flow undisturbed, then once for each of its vendor calls and moments with a worker that dies there, and
   * compares: the same documents on both sides, to the last member, and not one more.
   *
   * @returns number of points
   */
  async prove(flow: CrashFlow<World, Worker, Where>): Promise<number> {
    await this.stage.beginFlow();
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
        assert.deepEqual(ending.documents, undisturbed.documents, what);
        points += 1;
      }
    }
    return points;
  }

  private async play(
    flow: CrashFlow<World, Worker, Where>,
    plan?: { at: number; moment: CrashMoment },
    what = 'undisturbed',
  ): Promise<Ending> {
    const { stage } = this;
    const { door } = stage;
    this.instances += 1;
    const tag = `c${String(this.instances).padStart(6, '0')}`;
    await stage.beginInstance();
    const { run, where } = await flow.prepare(stage.world, tag);
    door.arm(plan);
    const worker = stage.worker(flow.reconfigure);
    try {
      const outcomes = [await run(worker)].flat();
      const { crashes } = worker;
      const calls = [...door.calls];
      door.arm();
      await run(worker);
      assert.deepEqual(door.calls.filter(isWrite), [], 'another pass finds nothing to write');
      const documents = await stage.documents(where, tag);
      return { calls, crashes, outcomes, documents };
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

/** Whether a call may change something; what is asked for by POST does not. */
function isWrite(call: string): boolean {
  return !/^\w+ GET /.test(call) && !ASKS.test(call);
}

const ASKS =
  /\/(search|searchtransactions|token)(\?|$)|POST \/v2\/tenants\/[^/]+\/(products|stores\/[^/]+)\/stock(\?|$)/i;

/** A call without its query. */
function nameOf(call = ''): string {
  return call.replace(/\?.*$/, '');
}
