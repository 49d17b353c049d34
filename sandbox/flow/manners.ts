import { type Manners } from '../kit/manners';

/** What Flow's contract leaves open, each with the sentence it stands for. */
export const FLOW_MANNERS = {
  'pre-payment-refused': {
    does: 'A pre-payment is refused with 409, as the method Pre-Payment is not enabled.',
    contract: '§9: the method Pre-Payment must be enabled on tenant and store',
  },
  'pre-payment-keeps-state': {
    does: 'A pre-payment leaves the order in the state that it is in.',
    contract: '§9: the order is set PARKED (said of orders made at a till)',
  },
} as const satisfies Manners;
