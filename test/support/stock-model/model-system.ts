import { Publisher } from '../../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SeededRandom } from '../../../sandbox/chain/seeded-random';
import { flowEvents } from '../../../src/api/flow-events';
import { omniumEvents, type EventServices } from '../../../src/api/omnium-events';
import { ProductIntake } from '../../../src/api/product-intake';
import type { TenantConfig } from '../../../src/config/types';
import { orderKind } from '../../../src/contracts/kinds/order';
import { stockKind, type StockSubject } from '../../../src/contracts/kinds/stock';
import type { SweepStream } from '../../../src/contracts/streams';
import { ExportTrigger } from '../../../src/temporal/export-trigger';
import { ModelWorker, type Disturbance } from './model-worker';
import { holdsSwitch, isDue, tryPass } from './owner-passes';
import type { Letter } from './post-office';
import { PretendTemporal, type OwnerRun } from './pretend-temporal';
import { InventoryExportRun, publishSwitches, SweepRun } from './scheduled-runs';
import { MARKET, TENANT, type Shop, type StockWorld } from './stock-world';

const SHARE_OF_DISTURBED = 0.15;
const SHARE_OF_LOST = 0.1;
const SHARE_OF_DOUBLE = 0.1;
/** The calls among which a disturbed attempt fails; one that makes fewer gets through. */
const LAST_CALL = 10;
/** The alignment that comes after the first one of a switch, in seconds. */
const ALIGN_AGAIN_S = 600;
const STREAMS: readonly SweepStream[] = ['flow-orders', 'flow-receivements', 'flow-stock', 'omnium-purchase-orders'];
/** Attempts until everything rests; more mean that something never does. */
const MOST_ATTEMPTS = 500;

/** Where orders move stock in Omnium: its workflow there has the step in every store, or it is put in and taken out. */
export type StockStep = 'everywhere' | 'where it is the master';

/** The integration as it runs: intake, doors, workers, schedules. What it does, and when, is chosen by the sequence. */
export class ModelSystem {
  private readonly temporal = new PretendTemporal(TENANT);
  private readonly doors: EventServices;
  private flowMasters: Shop[] = [];
  private stockStep: StockStep = 'everywhere';
  private worker: ModelWorker;
  private apiConfig: TenantConfig;
  private letters: Letter[] = [];
  private exporting: InventoryExportRun | undefined;

  constructor(
    private readonly world: StockWorld,
    private readonly told: { readonly random: SeededRandom; readonly trace: (text: string) => void },
  ) {
    const { client } = this.temporal;
    const options = { retryLadder: 'one-minute', callTimeoutMs: 10_000 } as const;
    const publisher = new Publisher({ ...options, client: () => client });
    this.doors = {
      publisher,
      products: new ProductIntake(publisher, new ExportTrigger({ ...options, client })),
    };
    this.apiConfig = world.configWith([]);
    this.worker = this.startWorker(this.apiConfig);
  }

  async close(): Promise<void> {
    await this.worker.close();
  }

  isFlowMaster(shop: Shop): boolean {
    return this.flowMasters.includes(shop);
  }

  /** Whether the first alignment after a switch of the shop's master is still to come. */
  isSwitching({ storeUid }: Shop): boolean {
    const run = this.temporal.owners.get(stockKind.id({ tenantUid: TENANT, storeUid }));
    return run !== undefined && holdsSwitch(run);
  }

  /** The first start, with one shop's stock in Flow's hands. The systems are the same, so nothing is there to align. */
  async begin(flowMaster: Shop, stockStep: StockStep): Promise<void> {
    this.told.trace(`begin: Flow is the master of ${flowMaster.storeId}, orders move stock in Omnium ${stockStep}`);
    this.stockStep = stockStep;
    await this.configure([flowMaster]);
    this.apiConfig = this.worker.config;
    await this.rest(() => this.temporal.open.filter(holdsSwitch));
  }

  async switchMaster(shop: Shop): Promise<void> {
    const others = this.flowMasters.filter((one) => one !== shop);
    const flowMasters = this.isFlowMaster(shop) ? others : [...others, shop];
    await this.configure(flowMasters);
    if (this.told.random.chance(0.7)) this.apiConfig = this.worker.config;
    this.told.trace(`${shop.storeId} has ${this.isFlowMaster(shop) ? 'Flow' : 'Omnium'} for its master`);
  }

  /** A new configuration: Omnium's workflow is changed with it, the worker starts anew and provisions. */
  private async configure(flowMasters: Shop[]): Promise<void> {
    this.flowMasters = flowMasters;
    const isStepIn = (shop: Shop): boolean => this.stockStep === 'everywhere' || !this.isFlowMaster(shop);
    await this.world.stepIn(this.world.shops.filter(isStepIn));
    const tenant = this.world.configWith(flowMasters);
    const config = { ...tenant, goods: { ...tenant.goods, alignAgainAfterSeconds: ALIGN_AGAIN_S } };
    await this.worker.close();
    this.worker = this.startWorker(config);
    await publishSwitches(this.temporal, this.worker);
  }

  restartApi(): Promise<void> {
    this.apiConfig = this.worker.config;
    return Promise.resolve();
  }

  async restartWorker(): Promise<void> {
    await this.worker.restart();
    this.told.trace('the worker starts anew');
  }

  /** Takes in what the sandboxes have sent: some is lost on the way, our own echoes are recognised. */
  async fetchLetters(): Promise<void> {
    await this.world.settle();
    for (const letter of this.world.office.fetch()) {
      if (isEcho(letter)) {
        assert.equal((await this.hear(letter)).outcome, 'ignored', JSON.stringify(letter));
      } else if (this.told.random.chance(SHARE_OF_LOST)) this.told.trace(`lost: ${nameOf(letter)}`);
      else this.letters.push(letter);
    }
  }

  /** A letter comes to the intake. */
  async hear({ sender, body }: Letter): Promise<{ readonly outcome: string }> {
    const handle = sender === 'flow' ? flowEvents(this.doors) : omniumEvents(this.doors);
    return await handle(this.apiConfig, body);
  }

  /** Every workflow does what it has to do now. */
  async workAll(): Promise<void> {
    await this.rest(() => this.temporal.open.filter(isDue));
  }

  /** Some letters come to the intake, in any order, a few of them twice. */
  async deliver(count: number): Promise<void> {
    const { random } = this.told;
    for (let number = 0; number < count && this.letters.length > 0; number += 1) {
      const at = random.int(0, this.letters.length - 1);
      const [letter] = random.chance(SHARE_OF_DOUBLE) ? this.letters.slice(at, at + 1) : this.letters.splice(at, 1);
      if (letter) await this.hear(letter);
    }
  }

  /** Some of the workflows that have something to do make an attempt. */
  async work(count: number): Promise<void> {
    const { random } = this.told;
    for (let number = 0; number < count; number += 1) {
      const due = this.temporal.open.filter(isDue);
      if (due.length === 0) return;
      const run = random.pick(due);
      if (isLateWord(run, this.stockStep)) await this.alignFirst();
      await this.attempt(run, this.disturbance());
    }
  }

  /** What may not come before a store that Flow has become the master of is aligned for the first time. */
  private async alignFirst(): Promise<void> {
    const storeUids = this.flowMasters.map(({ storeUid }) => stockKind.id({ tenantUid: TENANT, storeUid }));
    await this.rest(() => this.temporal.open.filter((run) => holdsSwitch(run) && storeUids.includes(run.workflowId)));
  }

  /** The export goes on, or a new one begins. Provisioning has had switched stores aligned before. */
  async export(): Promise<void> {
    await this.rest(() => this.temporal.open.filter(holdsSwitch));
    const { random, trace } = this.told;
    if (!this.exporting || this.exporting.isOver) {
      const { overlapSeconds } = this.worker.config.sweeps;
      const ask = random.chance(0.1) ? ({ kind: 'everything' } as const) : undefined;
      const about = { tenantUid: TENANT, marketOrGroup: exportedAs(this.worker.config), overlapSeconds };
      this.exporting = new InventoryExportRun(this.temporal, { ...about, ...(ask && { ask }) });
    }
    await this.exporting.goOn(this.worker, this.disturbance());
    const { written, refused } = this.exporting.progress?.counts ?? { written: 0, refused: 0 };
    trace(`export: ${written} written, ${refused} refused${this.exporting.isOver ? '' : ', not over'}`);
  }

  async sweepSome(): Promise<void> {
    await this.sweep(this.told.random.pick(STREAMS), this.disturbance());
  }

  async sweep(stream: SweepStream, disturbance?: Disturbance): Promise<void> {
    const { overlapSeconds, firstLookBackHours } = this.worker.config.sweeps;
    const run = new SweepRun(this.temporal, { tenantUid: TENANT, stream, overlapSeconds, firstLookBackHours });
    await run.goOn(this.worker, disturbance);
    this.told.trace(`sweep ${stream}: ${run.found.join(', ')}${run.isOver ? '' : ' (failed)'}`);
  }

  /** Everything pending is delivered and done, the sweeps and one export have run. */
  async comeToRest(): Promise<void> {
    this.apiConfig = this.worker.config;
    for (const letter of this.letters.splice(0)) await this.hear(letter);
    await this.alignFirst();
    await this.restAll();
    for (const stream of STREAMS) {
      await this.sweep(stream);
      await this.restAll();
    }
    if (this.exporting && !this.exporting.isOver) await this.exporting.goOn(this.worker);
    this.exporting = undefined;
    await this.exportUndisturbed();
  }

  /** What an operator asks for after something was written against the master. */
  async align({ storeUid }: Shop): Promise<void> {
    await this.look(storeUid, { kind: 'all' });
    await this.restAll();
  }

  private async look(storeUid: string, subject: StockSubject): Promise<void> {
    const event = { eventId: randomUUID(), source: 'operator', what: 'Look', subject } as const;
    await this.doors.publisher.publish(stockKind, { tenantUid: TENANT, storeUid }, event);
  }

  private async exportUndisturbed(): Promise<void> {
    const { overlapSeconds } = this.worker.config.sweeps;
    const about = { tenantUid: TENANT, marketOrGroup: exportedAs(this.worker.config), overlapSeconds };
    await new InventoryExportRun(this.temporal, about).goOn(this.worker);
  }

  /** Until no workflow has anything to do, now or later. */
  private async restAll(): Promise<void> {
    await this.workAll();
    const laterMs = Math.max(0, ...this.temporal.open.map(({ alignAgainAtMs }) => alignAgainAtMs ?? 0)) - Date.now();
    if (laterMs > 0) this.world.clock.pass(laterMs + 1);
    await this.workAll();
    const left = this.temporal.open.map(({ workflowId }) => workflowId);
    assert.deepEqual(left, [], 'no workflow is left open');
  }

  private async rest(due: () => OwnerRun[]): Promise<void> {
    for (let attempts = 0; ; attempts += 1) {
      const [run] = due();
      if (!run) return;
      assert.ok(attempts < MOST_ATTEMPTS, `${run.workflowId} never rests`);
      await this.attempt(run);
    }
  }

  private async attempt(run: OwnerRun, disturbance?: Disturbance): Promise<void> {
    const outcome = await tryPass(run, this.worker, disturbance);
    const { action, reason, differences } = outcome ?? { action: 'failed' };
    const more = [reason, ...(differences ?? [])].filter((text) => text !== undefined).join('; ');
    const asked = [...run.told].slice(-3).map((event) => JSON.stringify('subject' in event ? event.subject : ''));
    const subjects = run.workflowId.startsWith('stock:') ? ` ${asked.join(' ')}` : '';
    this.told.trace(`${run.workflowId} pass ${run.passes}${subjects}: ${action}${more && ` (${more})`}`);
  }

  private disturbance(): Disturbance | undefined {
    const { random } = this.told;
    if (!random.chance(SHARE_OF_DISTURBED)) return undefined;
    const moment = random.pick(['before', 'after'] as const);
    return { at: random.int(1, LAST_CALL), moment, kills: random.chance(0.5) };
  }

  private startWorker(config: TenantConfig): ModelWorker {
    const { urls, door } = this.world;
    return new ModelWorker(config, { client: this.temporal.client, urls, door });
  }
}

/** Orders, and receipts without a purchase order: see the restrictions in stock-model.test.ts. */
function isLateWord({ type, workflowId }: OwnerRun, stockStep: StockStep): boolean {
  if (type === orderKind.workflow) return stockStep !== 'everywhere';
  return workflowId.startsWith(`goods-reception:${TENANT}:local`);
}

function exportedAs({ connector, markets }: TenantConfig): string {
  const { UseMarketGroupFlowTenants } = connector.properties;
  return (UseMarketGroupFlowTenants ? markets[0]?.marketGroupId : undefined) ?? MARKET;
}

/** What we did ourselves. */
function isEcho({ sender, body }: Letter): boolean {
  if (sender === 'omnium') return body.userId === 'sandbox-client';
  const user = body.tenantUser as { readonly Uid?: string } | undefined;
  return user?.Uid === 'integration';
}

function nameOf({ body }: Letter): string {
  const about = Object.values(body).flatMap((value) =>
    typeof value === 'object' && value !== null && 'Uid' in value ? String(value.Uid) : [],
  );
  const what = [body.action, body.className, body.objectId].filter((word) => typeof word === 'string');
  return [...what, ...about].join(' ');
}
