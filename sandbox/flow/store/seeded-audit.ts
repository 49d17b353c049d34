import { type Audit } from './collection';
import { SEEDED_AT } from './stock-ledger';

/** Audit fields of everything that is there from the start. */
export const SEEDED: Audit = {
  createdAt: SEEDED_AT,
  createdBy: 'seed',
  lastModifiedAt: SEEDED_AT,
  lastModifiedBy: 'seed',
};
