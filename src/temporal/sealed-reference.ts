import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { CustomerKey, SealedCustomerRef } from '../contracts/kinds/customer';
import type { Direction } from '../contracts/search-attributes';

/** A customer in one of the systems. */
export interface CustomerReference {
  readonly side: 'flow' | 'omnium';
  /** Omnium keeps persons and companies apart; absent where the sender does not tell. */
  readonly kind?: 'private' | 'business';
  /** Flow's uid or Omnium's id, as the system writes it. */
  readonly id: string;
}

/** A sealed reference that cannot be opened. Says nothing of what is inside, nor of the key. */
export class SealedReferenceError extends Error {
  override readonly name = 'SealedReferenceError';

  constructor(problem: string) {
    super(`The sealed reference of a customer ${problem}`);
  }
}

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const PURPOSE = 'flow-retail-omnium customer reference 1';

/**
 * Makes a reference unreadable for everyone but who has the same secret: AES-256-GCM under a key derived by HKDF.
 * Sealing the same customer twice gives two different texts.
 *
 * @param secret the tenant's secret text; `OMNIUM_CLIENT_SECRET` unless the configuration says otherwise
 * @returns base64url, about 100 characters
 */
export function sealReference(reference: CustomerReference, secret: string): SealedCustomerRef {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  const { side, kind, id } = reference;
  const sealed = Buffer.concat([cipher.update(JSON.stringify([side, kind ?? null, id]), 'utf8'), cipher.final()]);
  const text = Buffer.concat([Buffer.from([FORMAT]), nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  return text as SealedCustomerRef;
}

/**
 * Opens what {@link sealReference} sealed.
 *
 * @throws SealedReferenceError for another secret, a damaged text or a format of another release
 */
export function openReference(sealed: SealedCustomerRef, secret: string): CustomerReference {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES) throw new SealedReferenceError('is damaged');
  if (bytes[0] !== FORMAT) throw new SealedReferenceError('was made by a release with another format');
  return parse(decrypt(bytes, secret));
}

function decrypt(bytes: Buffer, secret: string): string {
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    const opened = decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    // The library's error is left out on purpose: it can say nothing that helps, and something that should not be said.
    throw new SealedReferenceError(
      'was sealed with another secret, or is damaged; is OMNIUM_CLIENT_SECRET the same for the API and this worker?',
    );
  }
}

function parse(text: string): CustomerReference {
  const [side, kind, id]: unknown[] = JSON.parse(text) as unknown[];
  if ((side !== 'flow' && side !== 'omnium') || typeof id !== 'string') throw new SealedReferenceError('is damaged');
  return { side, ...(kind === 'private' || kind === 'business' ? { kind } : {}), id };
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES));
}

/**
 * The name of a customer's workflow: 32 hex digits that stand for the id, so that Flow's uid and the Omnium id it was
 * stripped from are the same customer, and neither can be read. Ids of customers can be e-mail addresses and phone
 * numbers, which have no place in workflow ids; without the secret, a guessed one cannot be checked against them either.
 *
 * @param id Flow's uid or Omnium's id of a customer
 * @param secret the tenant's secret text; after a change of it the same customer gets another name
 */
export function customerKeyOf(id: string, secret: string): string {
  const stripped = id.replace(/[^A-Za-z0-9_]/g, '');
  // An id of foreign letters only leaves nothing; it still needs a workflow that can say so.
  return createHmac('sha256', secret)
    .update(stripped || id)
    .digest('hex')
    .slice(0, 32);
}

/**
 * What may be published of a customer: the key and the event without anything that says who it is, and which way the change
 * goes.
 */
export function sealedCustomer(
  tenantUid: string,
  about: CustomerReference,
  secret: string,
): { readonly key: CustomerKey; readonly reference: SealedCustomerRef; readonly direction: Direction } {
  return {
    key: { tenantUid, customerKey: customerKeyOf(about.id, secret) },
    reference: sealReference(about, secret),
    direction: about.side === 'flow' ? 'outbound' : 'inbound',
  };
}
