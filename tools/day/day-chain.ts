/**
 * The chain that the demonstration is played with, as `buildChain` makes it: small enough that the first export of its
 * catalogue to four tenants is no long wait.
 */
export const DAY_CHAIN = { seed: 1, products: 1_200 } as const;
