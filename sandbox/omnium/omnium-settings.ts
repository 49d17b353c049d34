import { documentedLimits, type LimitNumbers } from './access/rate-limits';

/** The tenant's rules about customers; they can be changed while the sandbox runs. */
export interface CustomerRules {
  /**
   * Omnium's `CustomerIdField`: what a new customer's id is. With `email` or `phone`, that member in place of the id that
   * was sent, when the customer has one.
   */
  readonly customerIdField: 'given' | 'email' | 'phone';
  /** No two customers of a kind with one e-mail address. */
  readonly uniqueEmail: boolean;
  /** No two customers of a kind with one phone number. */
  readonly uniquePhone: boolean;
}

/** The tenant's settings about purchase orders and deliveries; they can be changed while the sandbox runs. */
export interface PurchaseSettings {
  /** Omnium's `GoodsReceptionCompletedStatus`: what an order becomes when all its lines are in; `null` changes nothing. */
  readonly goodsReceptionCompletedStatus: string | null;
  /** What the numbers of new deliveries begin with. */
  readonly deliveryIdPrefix: string;
  /** Statuses whose workflow aborts: the order keeps the status it had. */
  readonly abortedStatuses: readonly string[];
}

/** How this Omnium behaves; every member has a default. */
export interface OmniumOptions {
  /** Default 864,000 (ten days). */
  readonly tokenLifetimeSeconds?: number;
  /** Delay between a write and its being found by searches. Default 300. */
  readonly indexLagMs?: number;
  /** Default true: the numbers of contract §10. Give numbers to change some, or false to switch them off. */
  readonly rateLimits?: boolean | Partial<LimitNumbers>;
  /** How long a new order shows the status `Queued` before its workflow starts. Default 0: not at all. */
  readonly queuedPhaseMs?: number;
  /** Items per scroll batch, in place of the vendor's numbers (1,000 and more). */
  readonly scrollBatchSize?: number;
  /** Default: the id that is sent, and nothing need be unique. */
  readonly customerRules?: Partial<CustomerRules>;
  /** Default: complete orders become `Completed`, delivery numbers have no prefix, no workflow aborts. */
  readonly purchaseSettings?: Partial<PurchaseSettings>;
  /** Stores whose workflow has the step that moves stock when goods are handed over or come back. Default none. */
  readonly stockStepStoreIds?: readonly string[];
  /** API users besides the chain's. Default: `webshop-client`, whose orders do not look like the integration's own. */
  readonly furtherApiUsers?: readonly { readonly clientId: string; readonly clientSecret: string }[];
}

/** The options with every default filled in. */
export interface OmniumSettings {
  readonly tokenLifetimeSeconds: number;
  readonly indexLagMs: number;
  readonly limitsOn: boolean;
  readonly limits: LimitNumbers;
  readonly queuedPhaseMs: number;
  readonly scrollBatchSize: number | undefined;
  readonly customerRules: CustomerRules;
  readonly purchaseSettings: PurchaseSettings;
  readonly stockStepStoreIds: readonly string[];
  readonly furtherApiUsers: readonly { readonly clientId: string; readonly clientSecret: string }[];
}

/** Fills in the defaults. */
export const resolveSettings = (options: OmniumOptions): OmniumSettings => {
  const { rateLimits = true } = options;
  return {
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 864_000,
    indexLagMs: options.indexLagMs ?? 300,
    limitsOn: rateLimits !== false,
    limits: typeof rateLimits === 'boolean' ? documentedLimits : { ...documentedLimits, ...rateLimits },
    queuedPhaseMs: options.queuedPhaseMs ?? 0,
    scrollBatchSize: options.scrollBatchSize,
    customerRules: { customerIdField: 'given', uniqueEmail: false, uniquePhone: false, ...options.customerRules },
    purchaseSettings: {
      goodsReceptionCompletedStatus: 'Completed',
      deliveryIdPrefix: '',
      abortedStatuses: [],
      ...options.purchaseSettings,
    },
    stockStepStoreIds: options.stockStepStoreIds ?? [],
    furtherApiUsers: options.furtherApiUsers ?? [{ clientId: 'webshop-client', clientSecret: 'webshop-secret' }],
  };
};
