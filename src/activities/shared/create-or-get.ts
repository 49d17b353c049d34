import { VendorHttpError } from '../../clients/errors';

/** Whether the vendor says that what was to be made exists, or was changed since it was read (409). */
export function isConflict(error: unknown): error is VendorHttpError {
  return error instanceof VendorHttpError && error.status === 409;
}

/**
 * Makes a thing with an id of our own. Where a 409 says that it exists, made a moment ago or by an attempt whose answer was
 * lost, it is read instead.
 *
 * @throws the 409 when nothing is found after it
 */
export async function createOrGet<T>(create: () => Promise<T>, getExisting: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const existing = isConflict(error) ? await getExisting() : undefined;
    if (existing === undefined) throw error;
    return existing;
  }
}
