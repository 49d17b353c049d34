import assert from 'node:assert/strict';
import { hashText, seededRandom, type SeededRandom } from '../../../sandbox/chain/seeded-random';
import type { Json } from '../crash-world';
import { ModelSystem } from './model-system';
import type { Place, Shop, StockWorld } from './stock-world';
import { uidOf } from './stock-world';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MOST_WAITS = 2;

/** What lies where nothing lies at first: what a system does not list is never written to the other one. */
const SOME = 5;

/** A sale, with what can still come back of it. */
interface Sale {
  readonly orderUid: string;
  readonly shop: Shop;
  readonly left: Map<string, number>;
}

/** A purchase order, of one warehouse. */
interface Bought {
  readonly purchaseOrderId: string;
  readonly shop: Shop;
  readonly place: Place;
}

/** Goods that came in on a purchase order. */
interface Reception {
  readonly receivementUid: string;
  readonly order: Bought;
  readonly pieces: Map<string, number>;
}

/** What is where, by what physically happened: the whole model. */
class Shelves {
  private readonly pieces = new Map<string, number>();

  of(place: Place, sku: string): number {
    return this.pieces.get(keyOf(place, sku)) ?? 0;
  }

  set(place: Place, sku: string, pieces: number): void {
    this.pieces.set(keyOf(place, sku), pieces);
  }

  move(place: Place, sku: string, change: number): void {
    this.set(place, sku, this.of(place, sku) + change);
  }
}

/** One random sequence: what people do, what the integration does, in any order; then everything comes to rest. */
export class Sequence {
  private readonly random: SeededRandom;
  private readonly shelves = new Shelves();
  private readonly system: ModelSystem;
  private readonly sales: Sale[] = [];
  private readonly bought: Bought[] = [];
  private readonly receptions: Reception[] = [];
  /** Levels in Flow that a local receipt has changed against the master. */
  private readonly refused = new Map<string, { readonly shop: Shop; readonly place: Place; readonly sku: string }>();
  private waits = 0;
  private names = 0;
  readonly trace: string[] = [];

  constructor(
    private readonly world: StockWorld,
    readonly seed: number,
  ) {
    this.random = seededRandom(hashText(`stock-model/${seed}`));
    this.system = new ModelSystem(world, { random: this.random, trace: (text) => this.note(text) });
  }

  /** @throws AssertionError when the two systems and the model are not the same in the end */
  async run(steps: number): Promise<void> {
    await this.world.reset();
    await this.begin();
    try {
      for (let step = 0; step < steps; step += 1) {
        this.world.clock.pass(this.random.int(1, 60) * SECOND_MS);
        await this.step();
      }
      await this.end();
    } finally {
      await this.system.close();
    }
  }

  private async begin(): Promise<void> {
    const { world, random } = this;
    for (const shop of world.shops) {
      for (const place of shop.places) {
        for (const sku of world.skus) {
          const pieces = await world.inFlow(shop, place, sku);
          assert.equal(await world.inOmnium(place, sku), pieces);
          if (pieces === 0) await world.fill(shop, place, { sku, pieces: SOME });
          this.shelves.set(place, sku, pieces === 0 ? SOME : pieces);
        }
      }
    }
    const stockStep = random.pick(['everywhere', 'where it is the master'] as const);
    await this.system.begin(random.pick(world.shops), stockStep);
    await this.buy();
    await this.buy();
  }

  /** One step. Those that cannot be done just now are another look around. */
  private async step(): Promise<void> {
    const { system } = this;
    const steps: readonly (readonly [number, () => Promise<void>])[] = [
      [10, () => this.sell()],
      [4, () => this.takeBackKnown()],
      [2, () => this.takeBackBlind()],
      [2, () => this.buy()],
      [7, () => this.receive()],
      [3, () => this.receiveLocally()],
      [5, () => this.count()],
      [14, () => system.deliver(this.random.int(1, 5))],
      [14, () => system.work(this.random.int(1, 5))],
      [4, () => system.export()],
      [3, () => system.sweepSome()],
      [3, () => this.switchMaster()],
      [2, () => system.restartApi()],
      [1, () => system.restartWorker()],
      [1, () => this.wait()],
    ];
    let at = this.random.int(
      1,
      steps.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, step] of steps) {
      at -= weight;
      if (at <= 0) {
        await step();
        await system.fetchLetters();
        return;
      }
    }
  }

  /** Not often: the sweeps come to everything within the hour. */
  private wait(): Promise<void> {
    this.waits += 1;
    if (this.waits > MOST_WAITS) return Promise.resolve();
    this.world.clock.pass(11 * MINUTE_MS);
    this.note('11 minutes pass');
    return Promise.resolve();
  }

  private async sell(): Promise<void> {
    const { world, random } = this;
    const shop = random.pick(world.shops);
    const [place] = shop.places;
    const wanted = random.chance(0.3) ? world.skus : [random.pick(world.skus)];
    const left = new Map<string, number>();
    for (const sku of wanted) {
      const pieces = Math.min(random.int(1, 3), await world.inFlow(shop, place, sku));
      if (pieces > 0) left.set(sku, pieces);
    }
    if (left.size === 0) return;
    const orderUid = this.name('sale');
    const lines = [...left].map(([sku, pieces]) => ({ sku, quantity: pieces * 100, itemPrice: 10_000 }));
    await world.clerk(shop, 'sales', { orderUid, lines });
    this.sales.push({ orderUid, shop, left });
    for (const [sku, pieces] of left) this.shelves.move(place, sku, -pieces);
    this.note(`${orderUid} in ${shop.storeId}: ${said(left)}`);
  }

  private async takeBackKnown(): Promise<void> {
    const { world, random } = this;
    const open = this.sales.filter(({ left }) => left.size > 0);
    if (open.length === 0) return;
    const { orderUid: originalOrderUid, shop, left } = random.pick(open);
    const [sku, sold] = random.pick([...left]);
    const pieces = random.int(1, sold);
    const orderUid = this.name('return');
    await world.clerk(shop, 'returns', { orderUid, originalOrderUid, lines: [{ sku, quantity: pieces * 100 }] });
    if (pieces === sold) left.delete(sku);
    else left.set(sku, sold - pieces);
    this.shelves.move(shop.places[0], sku, pieces);
    this.note(`${orderUid} of ${originalOrderUid} in ${shop.storeId}: ${pieces} × ${sku}`);
  }

  private async takeBackBlind(): Promise<void> {
    const { world, random } = this;
    const shop = random.pick(world.shops);
    const sku = random.pick(world.skus);
    const pieces = random.int(1, 2);
    const orderUid = this.name('blind');
    await world.clerk(shop, 'returns', { orderUid, lines: [{ sku, quantity: pieces * 100, itemPrice: 10_000 }] });
    this.shelves.move(shop.places[0], sku, pieces);
    this.note(`${orderUid} in ${shop.storeId}: ${pieces} × ${sku}`);
  }

  private async buy(): Promise<void> {
    const { world, random } = this;
    const shop = random.pick(world.shops);
    const place = random.pick(shop.places);
    const purchaseOrderId = this.name('PO');
    const lineItems = world.skus.map((sku, index) => ({
      ...{ lineItemId: `line-${index + 1}`, code: sku, quantity: random.int(2, 8), placedPriceExclTax: 100 },
      warehouseCode: place.warehouseCode,
    }));
    await world.omnium('POST', '/api/PurchaseOrders', {
      ...{ id: purchaseOrderId, marketId: 'NOR', storeId: shop.storeId, supplierId: 'sup-100', status: 'Confirmed' },
      purchaseOrderForm: { lineItems },
    });
    if (random.chance(0.5)) {
      const lines = lineItems.map(({ lineItemId, code, quantity }) => ({ lineItemId, code, quantity }));
      const path = `/api/Deliveries/CreateDelivery/${purchaseOrderId}?newDeliveryId=${purchaseOrderId}-d`;
      await world.omnium('POST', path, lines);
    }
    this.bought.push({ purchaseOrderId, shop, place });
    this.note(`${purchaseOrderId} for ${place.warehouseCode}`);
    await this.system.fetchLetters();
  }

  /** Goods on a purchase order that the shop has by now: all that is left, a part, or too many. */
  private async receive(): Promise<void> {
    const { world, random } = this;
    if (this.bought.length === 0) return;
    const order = random.pick(this.bought);
    const { purchaseOrderId, shop, place } = order;
    const purchaseOrderUid = uidOf(purchaseOrderId);
    const inFlow = await world.flow('GET', `/stores/${shop.storeUid}/purchase-orders/${purchaseOrderUid}`);
    if (!inFlow || inFlow.status === 'RECEIVED' || inFlow.status === 'CLOSED') return;
    const items = inFlow.items as Json[];
    const how = random.pick(['all', 'part', 'part', 'over'] as const);
    const chosen = how === 'all' ? items : items.filter(() => random.chance(0.6));
    const pieces = new Map<string, number>();
    const lines = chosen.flatMap((item) => {
      const left = Math.max((Number(item.quantityOrdered) - Number(item.quantityReceived)) / 100, 0);
      const quantity = how === 'over' ? left + random.int(1, 2) : how === 'all' ? left : random.int(0, left);
      if (quantity === 0) return [];
      pieces.set(String(item.productSku), quantity);
      return this.unpacked(item, quantity);
    });
    if (lines.length === 0) return;
    const receivementUid = this.name('rec');
    await world.clerk(shop, 'receive-goods', {
      ...{ receivementUid, purchaseOrderUid, warehouseUid: place.warehouseUid, lines },
    });
    this.receptions.push({ receivementUid, order, pieces });
    for (const [sku, quantity] of pieces) this.shelves.move(place, sku, quantity);
    this.note(`${receivementUid} on ${purchaseOrderId} in ${place.warehouseCode}: ${how}, ${said(pieces)}`);
  }

  /** Piece by piece where each has a number of its own. */
  private unpacked({ purchaseOrderItemUid, productSku }: Json, pieces: number): Json[] {
    if (productSku !== this.world.skus[2]) return [{ purchaseOrderItemUid, quantity: pieces * 100 }];
    return Array.from({ length: pieces }, () => ({
      ...{ purchaseOrderItemUid, quantity: 100, serialnumber: this.name('SN') },
    }));
  }

  /** Goods without a purchase order. Where Omnium is the master they are a level that nobody may tell it. */
  private async receiveLocally(): Promise<void> {
    const { world, random, system } = this;
    const shop = random.pick(world.shops);
    if (system.isSwitching(shop)) return;
    const place = random.pick(shop.places);
    const sku = random.pick(world.skus);
    const pieces = random.int(1, 3);
    const receivementUid = this.name('local');
    const lines = [{ sku, quantity: pieces * 100 }];
    await world.clerk(shop, 'receive-goods', { receivementUid, warehouseUid: place.warehouseUid, lines });
    if (system.isFlowMaster(shop)) this.shelves.move(place, sku, pieces);
    else this.refused.set(keyOf(place, sku), { shop, place, sku });
    this.note(`${receivementUid} in ${place.warehouseCode}: ${pieces} × ${sku}`);
  }

  /** A person counts, or finds something broken, and says so to the master: its level by so many pieces. */
  private async count(): Promise<void> {
    const { world, random, system } = this;
    const shop = random.pick(world.shops);
    if (system.isSwitching(shop)) return;
    const place = random.pick(shop.places);
    const sku = random.pick(world.skus);
    const change = random.pick([-2, -1, 1, 2, 5]);
    if (system.isFlowMaster(shop)) {
      const pieces = (await world.inFlow(shop, place, sku)) + change;
      const lines = [{ sku, quantityStock: pieces * 100 }];
      await world.clerk(shop, 'count-stock', { warehouseUid: place.warehouseUid, lines });
    } else {
      const inventory = (await world.inOmnium(place, sku)) + change;
      const item = { sku, warehouseCode: place.warehouseCode, inventory };
      await world.omnium('PUT', '/api/Inventory/UpdateMany', [item]);
    }
    this.shelves.move(place, sku, change);
    this.note(`counted in ${place.warehouseCode} by its master: ${change} × ${sku}`);
  }

  private async switchMaster(): Promise<void> {
    const shop = this.random.pick(this.world.shops);
    if (this.system.isSwitching(shop)) return;
    await this.system.switchMaster(shop);
  }

  private async end(): Promise<void> {
    this.note('end');
    await this.system.comeToRest();
    for (const { shop } of this.refused.values()) {
      if (!this.system.isFlowMaster(shop)) await this.system.align(shop);
    }
    const seen = await this.differences();
    assert.deepEqual(seen, [], 'both systems are as the model');
    await this.mustBeConfirmedOnce();
  }

  /** Levels that are not what they should be, in words. */
  private async differences(): Promise<string[]> {
    const { world } = this;
    const found: string[] = [];
    for (const shop of world.shops) {
      for (const place of shop.places) {
        for (const sku of world.skus) {
          const wanted = this.shelves.of(place, sku);
          const inFlow = await world.inFlow(shop, place, sku);
          const inOmnium = await world.inOmnium(place, sku);
          if (inFlow === wanted && inOmnium === wanted) continue;
          const master = this.system.isFlowMaster(shop) ? 'Flow' : 'Omnium';
          found.push(
            `${sku} in ${place.warehouseCode} (master ${master}): ${wanted} by the model, ${inFlow} in Flow, ${inOmnium} in Omnium`,
          );
        }
      }
    }
    return found;
  }

  private async mustBeConfirmedOnce(): Promise<void> {
    for (const order of this.bought) {
      const search = { purchaseOrderId: order.purchaseOrderId, page: 1, take: 100 };
      const found = await this.world.omnium('POST', '/api/Inventory/SearchTransactions', search);
      const transactions = (found?.result ?? []) as Json[];
      const counted = new Map<string, number>();
      for (const { goodsReceptionId, variant, inventoryChange } of transactions) {
        const key = `${String(goodsReceptionId).split(':')[0]} ${String(variant)}`;
        counted.set(key, (counted.get(key) ?? 0) + Number(inventoryChange));
      }
      const own = this.receptions.filter((reception) => reception.order === order);
      const wanted = own.flatMap(({ receivementUid, pieces }) =>
        [...pieces].map(([sku, quantity]) => [`${receivementUid} ${sku}`, quantity] as const),
      );
      const inOrder = (entries: Iterable<readonly [string, number]>) => Object.fromEntries([...entries].sort());
      assert.deepEqual(inOrder(counted), inOrder(wanted), `goods confirmed on ${order.purchaseOrderId}`);
    }
  }

  private name(kind: string): string {
    this.names += 1;
    return `${kind}${this.names}`;
  }

  private note(text: string): void {
    this.trace.push(`${String(this.trace.length + 1).padStart(3)} ${text}`);
  }
}

function keyOf({ warehouseCode }: Place, sku: string): string {
  return `${sku} in ${warehouseCode}`;
}

function said(pieces: ReadonlyMap<string, number>): string {
  return [...pieces].map(([sku, quantity]) => `${quantity} × ${sku}`).join(', ');
}
