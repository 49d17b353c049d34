import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import { closedLoop } from '../rig/closed-loop';
import type { Peer } from '../rig/peer';
import { type ProbedWorker, startProbedWorker, type WorkerMemory } from '../rig/probed-worker';
import { startApiProcess, writeConfig } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal } from '../rig/temporal';
import { type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { announce } from '../vendors/our-orders';
import { Sandboxes } from '../vendors/sandboxes';
import { TENANT_UID, WebShop } from '../vendors/web-shop';

const CONCURRENCY = 20;
/** So that nobody comes back while we measure: the ladder never tries earlier than a vendor asks. */
const RETRY_AFTER_SECONDS = 2 * 60 * 60;
const POLL_EVERY_MS = 2_000;
const TELL_EVERY_MS = 20_000;
const NOTHING_FOR_MS = 120_000;
/** Visibility counts a little late. */
const WAITING_QUERY = 'WorkflowType = "orderWorkflow" AND SyncState = "Retrying"';

/**
 * What the worker process holds while few and while many orders wait on the retry ladder. Flow answers 503 and asks for two
 * hours; each order is tried once and then waits.
 */
export async function benchLadderMemory(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const [few, many] = settings.quick ? [200, 2_000] : [1_000, 10_000];
  const book = new MeasureBook();
  for (let run = 0; run < settings.runs; run += 1) {
    settings.log(`ladder memory, run ${run + 1} of ${settings.runs}`);
    await stops.within(async (inner) => {
      const rig = await LadderRig.start(inner, settings);
      const idle = await rig.memory();
      await rig.fill(few);
      const withFew = await rig.memory();
      await rig.fill(many);
      const withMany = await rig.memory();
      const name = (count: number): string => `${count.toLocaleString('en')} waiting`;
      book.add(`memory, ${name(many)} ÷ ${name(few)}`, withMany.rssMb / withFew.rssMb, {
        unit: '×',
        aim: { atMost: 1 },
      });
      const growthKb = ((withMany.rssMb - withFew.rssMb) * 1_024) / (many - few);
      book.add('growth for each further waiting order', growthKb, { unit: 'kB' });
      note(book, 'no order yet', idle);
      note(book, name(few), withFew);
      note(book, name(many), withMany);
    });
  }
  return {
    name: 'ladder-memory',
    title: '(c) Memory of the order worker while orders wait on the retry ladder',
    method: [
      `Flow is out (503); events go through the API; each order fails once and waits. A new worker process and an empty Temporal server in each run.`,
      'Resident memory (RSS) of the whole process after garbage collection in all its threads, when it has settled. One process holds the few first and the many after.',
      'Limit of cached workflows: the default of the product.',
    ],
    groups: [{ title: 'Worker process', measures: book.list() }],
  };
}

function note(book: MeasureBook, state: string, memory: WorkerMemory): void {
  const { rssMb, mainHeapMb, workflowHeapMb, cachedWorkflows } = memory;
  book.add(`${state}: RSS`, rssMb, { unit: 'MB' });
  book.add(`${state}: heap of the main thread`, mainHeapMb, { unit: 'MB' });
  book.add(`${state}: heap of the workflow thread`, workflowHeapMb, { unit: 'MB' });
  book.add(`${state}: cached workflows`, cachedWorkflows, { unit: '' });
}

class LadderRig {
  private filled = 0;

  private constructor(
    private readonly temporal: BenchTemporal,
    private readonly worker: Peer<ProbedWorker>,
    private readonly source: {
      readonly shop: WebShop;
      readonly sender: WebhookSender;
      readonly log: (line: string) => void;
    },
  ) {}

  static async start(stops: Stops, { log }: BenchmarkSettings): Promise<LadderRig> {
    const temporal = await startBenchTemporal(stops, log);
    const sandboxes = await Sandboxes.start(stops);
    await sandboxes.breakFlow(RETRY_AFTER_SECONDS);
    const configFile = await writeConfig(stops, sandboxes.urls);
    const worker = await startProbedWorker(stops, { engine: 'order-sync', temporal, configFile });
    const { url } = await startApiProcess(stops, { configFile, temporal });
    const sender = webhookSender(stops, { url, tenantUid: TENANT_UID, connections: CONCURRENCY });
    return new LadderRig(temporal, worker, { shop: new WebShop(sandboxes.urls), sender, log });
  }

  memory(): Promise<WorkerMemory> {
    return this.worker.ask('memory', undefined);
  }

  /** Brings in orders until so many wait in all. */
  async fill(total: number): Promise<void> {
    const { shop, sender, log } = this.source;
    const orders = await shop.place(total - this.filled);
    await closedLoop({ concurrency: CONCURRENCY, count: orders.length }, async (index) => {
      const order = orders[index];
      if (order) await announce(sender, order);
    });
    this.filled = total;
    let waiting = 0;
    let grewAt = Date.now();
    let toldAt = Date.now();
    while (waiting < total) {
      await sleep(POLL_EVERY_MS);
      const { count } = await this.temporal.client.workflow.count(WAITING_QUERY);
      if (count > waiting) grewAt = Date.now();
      else if (Date.now() - grewAt > NOTHING_FOR_MS) throw new Error(`only ${count} of ${total} orders wait`);
      waiting = count;
      if (Date.now() - toldAt < TELL_EVERY_MS && waiting < total) continue;
      toldAt = Date.now();
      log(`  ${waiting} of ${total} orders wait on the ladder`);
    }
  }
}
