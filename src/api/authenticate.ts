import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookScheme } from '../config/types';

/** Checks the senders of one tenant's webhooks. */
export interface Authenticator {
  /**
   * By the headers alone, before a single byte of the body is read. `accepted` and `refused` are final; `signed` means that
   * the body has to be read first, for its signature.
   */
  checkHeaders(headers: IncomingHttpHeaders): 'accepted' | 'refused' | 'signed';
  /** Checks a Standard Webhooks signature, after `signed`. `nowMs` is the receiver's clock. */
  checkSignature(headers: IncomingHttpHeaders, body: Buffer, nowMs: number): boolean;
}

/** Secrets are compared by keyed digests of equal length, so that neither content nor length shows in the time taken. */
const digestKey = randomBytes(32);
const digest = (text: string): Buffer => createHmac('sha256', digestKey).update(text).digest();

/**
 * The check for one tenant and sender: any configured scheme is enough, and several may be valid at once, so that a
 * secret can be replaced without losing an event. All are tried whatever the outcome: the time taken says nothing.
 * Without any scheme everything is refused.
 */
export function createAuthenticator(schemes: readonly WebhookScheme[]): Authenticator {
  // Where a scheme's secret is expected, and what of the header's value is compared with it.
  const expected = schemes.flatMap((scheme) => {
    switch (scheme.type) {
      case 'bearer':
        return { header: 'authorization', digest: digest(scheme.token), extract: bearerToken };
      case 'basic': {
        const credentials = `${scheme.username}:${scheme.password}`;
        return { header: 'authorization', digest: digest(credentials), extract: basicCredentials };
      }
      case 'header':
        return { header: scheme.name.toLowerCase(), digest: digest(scheme.value), extract: (value: string) => value };
      case 'standard-webhooks':
        return [];
    }
  });
  const keys = schemes.flatMap((scheme) =>
    scheme.type === 'standard-webhooks'
      ? {
          key: Buffer.from(scheme.secret.replace(/^whsec_/, ''), 'base64'),
          toleranceMs: scheme.toleranceSeconds * 1000,
        }
      : [],
  );

  return {
    checkHeaders(headers) {
      let accepted = false;
      for (const { header, digest: wanted, extract } of expected) {
        const value = headers[header];
        const presented = typeof value === 'string' ? extract(value) : undefined;
        const matches = timingSafeEqual(digest(presented ?? ''), wanted);
        if (matches && presented) accepted = true;
      }
      if (accepted) return 'accepted';
      return keys.length > 0 && typeof headers['webhook-signature'] === 'string' ? 'signed' : 'refused';
    },
    checkSignature(headers, body, nowMs) {
      let accepted = false;
      for (const { key, toleranceMs } of keys) {
        const isFresh = Math.abs(nowMs - Number(headers['webhook-timestamp']) * 1000) <= toleranceMs;
        if (isFresh && isSigned(headers, body, key)) accepted = true;
      }
      return accepted;
    },
  };
}

function bearerToken(value: string): string | undefined {
  return /^bearer +(.+)$/i.exec(value)?.[1];
}

function basicCredentials(value: string): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(value)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/** Standard Webhooks, version 1: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces. */
function isSigned(headers: IncomingHttpHeaders, body: Buffer, key: Buffer): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp) || key.length === 0) return false;
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  let matches = false;
  for (const signature of signatures.split(' ')) {
    const presented = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
    if (presented.length === wanted.length && timingSafeEqual(presented, wanted)) matches = true;
  }
  return matches;
}
