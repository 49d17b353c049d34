import { type Undone } from './undone';

/** A Flow tenant of the demonstration and the Omnium market it serves. */
export interface DayTenant {
  readonly tenantUid: string;
  readonly marketId: string;
  readonly currency: string;
}

/** Who keeps the stock of each store, by Omnium's id of the store. */
export type StockMasters = Readonly<Record<string, 'flow' | 'omnium'>>;

/** What the goods' part of a day needs beside the vendors. */
export interface DayGoods {
  /** As the configuration has them when the day begins. */
  readonly stockMasters: StockMasters;
  /** Omnium's ids of the markets in which each delivery is a purchase order of its own in the shops. */
  readonly deliveryMarkets: readonly string[];
  /** Omnium's ids of the markets whose stores have price lists of their own. */
  readonly storePriceMarkets: readonly string[];
  /** Path of the configuration that everything runs with. */
  readonly configFile: string;
  /** Has the API and the workers go on with other masters: stops them, writes the configuration, starts them. */
  readonly switchMasters: (masters: StockMasters) => Promise<void>;
}

/** Everything the trading day needs to know about what runs. URLs are without a trailing slash. */
export interface DayContext {
  /** Omnium sandbox, without `/api`. */
  readonly omniumUrl: string;
  /** Flow sandbox, without the version. */
  readonly flowUrl: string;
  /** The integration's own API. */
  readonly apiUrl: string;
  /** `host:port` of the Temporal frontend. */
  readonly temporalAddress: string;
  readonly namespace: string;
  /** Empty when the Temporal server is an existing one whose Web UI nobody named. */
  readonly webUiUrl: string;
  readonly tenants: readonly DayTenant[];
  /** Only where the integration is ours to restart; without it no goods are played. */
  readonly goods?: DayGoods;
  /** Trading log to replay instead of the made-up day. */
  readonly tradesFile?: string;
  /** File that takes lists too long for the screen; without one they are cut. */
  readonly reportFile?: string;
  /** Aborted when the person presses Ctrl-C; the day then ends early. */
  readonly signal: AbortSignal;
  /** Takes what could not be done; the day goes on without it. */
  readonly undone: Undone;
  /** Prints one line (or a table) for the person who watches. */
  readonly log: (text: string) => void;
}
