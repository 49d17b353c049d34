import { type Manners } from '../kit/manners';

/** What Omnium's contract leaves open, each with the sentence it stands for. */
export const OMNIUM_MANNERS = {} as const satisfies Manners;
