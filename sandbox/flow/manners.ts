import { type Manners } from '../kit/manners';

/** What Flow's contract leaves open, each with the sentence it stands for. */
export const FLOW_MANNERS = {} as const satisfies Manners;
