/**
 * Branded identifiers: the compiler tells Flow's `…Uid` from Omnium's `…Id`. A brand is a compile-time mark only; at
 * run time these are strings, so they pass through Temporal and JSON unchanged.
 */
declare const brand: unique symbol;

/** `T` marked as a `B`, so that one kind of id is not taken for another. */
export type Branded<T, B extends string> = T & { readonly [brand]: B };
