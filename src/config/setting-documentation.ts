import { z } from 'zod';

/** What the reader of docs/settings.md is told about one setting. Kept next to the setting, so that it cannot drift. */
export interface SettingDocumentation {
  readonly origin: SettingOrigin;
  /** What it applies to. */
  readonly level: 'service' | 'tenant' | 'market' | 'store';
  readonly effect: string;
  /** The capability that reads it. */
  readonly usedBy: Capability;
  /** Set where the default cannot be told from the schema. */
  readonly defaultInWords?: string;
}

/** Whose setting it is: the vendors' names are the vendors' own. */
export type SettingOrigin = 'Flow' | 'Omnium' | 'this service' | 'Temporal';

/** The parts of the service that read settings. */
export type Capability =
  | 'start-up'
  | 'web orders'
  | 'intake'
  | 'till orders'
  | 'receipts'
  | 'customers'
  | 'sweeps'
  | 'goods receptions'
  | 'inventory'
  | 'stores'
  | 'purchase orders'
  | 'products'
  | 'categories'
  | 'prices';

/** Which schema is which setting. */
export const documentedSettings = z.registry<SettingDocumentation>();

/** Attaches the documentation to a setting's schema and gives the same schema back. */
export function documented<S extends z.ZodType>(schema: S, documentation: SettingDocumentation): S {
  documentedSettings.add(schema, documentation);
  return schema;
}
