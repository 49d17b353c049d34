import { z } from 'zod';

import { oneOf, uid } from '../fields';
import { FlowProblem, invalid } from '../problem';

/** What can be written about a product: itself with its parts, its prices, its stock. */
const AREAS = ['product', 'price', 'stock'] as const;
type Area = (typeof AREAS)[number];

/** Body of `POST /_sim/tenants/{tenantUid}/product-faults`. */
export const productFaultBody = z.strictObject({
  productUid: uid,
  status: z.int('must be a status').min(400, 'must be at least 400').max(599, 'must be at most 599'),
  /** Default: the product with its parts, and its prices. */
  writes: z.array(oneOf(AREAS)).min(1, 'must not be empty').optional(),
  /** How many writes fail; without it, all of them. */
  times: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
});

/** A switched-on failure of one product's writes, with the number of times it struck. */
export interface ProductFault extends z.infer<typeof productFaultBody> {
  hits: number;
}

/** Products of a tenant that Flow does not take, for tests: one bad row among many good ones. One fault per product. */
export class ProductFaults {
  readonly #faults = new Map<string, ProductFault>();

  get size(): number {
    return this.#faults.size;
  }

  list(): ProductFault[] {
    return [...this.#faults.values()];
  }

  add(fault: z.infer<typeof productFaultBody>): ProductFault {
    const added = { ...fault, hits: 0 };
    this.#faults.set(fault.productUid, added);
    return added;
  }

  remove(productUid: string): boolean {
    return this.#faults.delete(productUid);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** @throws FlowProblem when a write about one of the products is to fail */
  strike(area: Area, productUids: readonly string[]): void {
    for (const productUid of productUids) {
      const fault = this.#faults.get(productUid);
      if (!fault || !(fault.writes ?? ['product', 'price']).includes(area)) continue;
      fault.hits += 1;
      if (fault.hits === fault.times) this.#faults.delete(productUid);
      throw problemOf(fault.status);
    }
  }
}

function problemOf(status: number): FlowProblem {
  if (status === 422) return invalid([{ field: 'productUid', message: 'is refused: a fault is switched on' }]);
  const code = status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR';
  return new FlowProblem(status, code, { message: `Switched-on fault of this product: ${status}.` });
}
