import { type Chain } from '../chain/types';
import { type SandboxClock } from '../kit/clock';
import { type MannerSwitches } from '../kit/manners';
import { type CollectionState } from './store/collection';
import { type CatalogueState } from './store/seed-catalogue';
import { seedTenants, vatCodesOf } from './store/seed-tenants';
import { type StockRecord } from './store/stock-ledger';
import { type TenantStore, type VatCode } from './store/tenant-store';

interface SavedTenant {
  readonly collections: Readonly<Record<string, CollectionState>>;
  readonly stock: readonly StockRecord[];
}

interface SavedFlow {
  readonly clockOffsetMs: number;
  readonly tenants: Readonly<Record<string, SavedTenant>>;
}

/** All tenants of the sandbox. Snapshots hold only what differs from the seeded state. */
export class FlowState {
  readonly vatCodes: ReadonlyMap<string, VatCode>;
  readonly #chain: Chain;
  readonly #catalogue: CatalogueState;
  readonly #clock: SandboxClock;
  readonly #manners: MannerSwitches;
  #tenants: Map<string, TenantStore>;

  constructor(
    chain: Chain,
    { catalogue, clock, manners }: { catalogue: CatalogueState; clock: SandboxClock; manners: MannerSwitches },
  ) {
    this.#chain = chain;
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#manners = manners;
    this.vatCodes = vatCodesOf(chain);
    this.#tenants = this.#seed();
  }

  tenant(tenantUid: string): TenantStore | undefined {
    return this.#tenants.get(tenantUid);
  }

  tenants(): Iterable<TenantStore> {
    return this.#tenants.values();
  }

  reset(): void {
    this.#tenants = this.#seed();
  }

  capture(): SavedFlow {
    const tenants: Record<string, SavedTenant> = {};
    for (const [tenantUid, tenant] of this.#tenants) {
      const collections: Record<string, CollectionState> = {};
      for (const [name, part] of tenant.snapshotParts()) collections[name] = part.capture();
      tenants[tenantUid] = { collections, stock: tenant.stock.capture() };
    }
    return { clockOffsetMs: this.#clock.nowMs() - Date.now(), tenants };
  }

  /** Takes over a snapshot made by {@link FlowState.capture} with the same chain. */
  restore(saved: unknown): void {
    this.reset();
    // Only ever our own capture: the kit ignores states made with other data.
    const { clockOffsetMs, tenants } = saved as SavedFlow;
    if (clockOffsetMs > 0) this.#clock.advance(clockOffsetMs);
    for (const [tenantUid, { collections, stock }] of Object.entries(tenants)) {
      const tenant = this.#tenants.get(tenantUid);
      const parts = tenant?.snapshotParts();
      for (const [name, state] of Object.entries(collections)) parts?.get(name)?.restore(state);
      tenant?.stock.restore(stock);
    }
  }

  #seed(): Map<string, TenantStore> {
    const now = (): string => this.#clock.now().toISOString();
    return seedTenants(this.#chain, { catalogue: this.#catalogue, now, manners: this.#manners });
  }
}
