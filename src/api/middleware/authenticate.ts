import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import type { WebhookScheme } from '../../config/types';

/**
 * `accepted` and `refused` are final; `signed` means that the body has to be read first, for its signature.
 */
export type HeaderVerdict = 'accepted' | 'refused' | 'signed';

/** Checks the senders of one tenant's webhooks. */
export interface Authenticator {
  /** Judges by the headers alone, before a single byte of the body is read. */
  checkHeaders(headers: IncomingHttpHeaders): HeaderVerdict;
  /** Judges a Standard Webhooks signature; only asked after `signed`. `nowMs` is the receiver's clock. */
  checkSignature(headers: IncomingHttpHeaders, body: Buffer, nowMs: number): boolean;
}

type SignatureScheme = Extract<WebhookScheme, { type: 'standard-webhooks' }>;

/** Secrets are compared by keyed digests of equal length, so that neither content nor length shows in the time taken. */
const digestKey = randomBytes(32);
const digest = (text: string): Buffer => createHmac('sha256', digestKey).update(text).digest();

interface ExpectedHeader {
  readonly header: string;
  readonly digest: Buffer;
  /** What of the header's value is compared; `undefined` when the value has not the scheme's form. */
  readonly extract: (value: string) => string | undefined;
}

const afterScheme = (scheme: RegExp) => (value: string) => scheme.exec(value)?.[1];
const bearerToken = afterScheme(/^bearer +(.+)$/i);
const basicCredentials = (value: string): string | undefined => {
  const encoded = afterScheme(/^basic +([A-Za-z0-9+/=_-]+)$/i)(value);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
};

function expectedHeader(scheme: WebhookScheme): ExpectedHeader[] {
  switch (scheme.type) {
    case 'bearer':
      return [{ header: 'authorization', digest: digest(scheme.token), extract: bearerToken }];
    case 'basic': {
      const credentials = `${scheme.username}:${scheme.password}`;
      return [{ header: 'authorization', digest: digest(credentials), extract: basicCredentials }];
    }
    case 'header':
      return [{ header: scheme.name.toLowerCase(), digest: digest(scheme.value), extract: (value) => value }];
    case 'standard-webhooks':
      return [];
  }
}

/**
 * The check for one tenant and sender: any configured scheme is enough, and several may be valid at once, so that a
 * secret can be replaced without losing an event. All are tried whatever the outcome: the time taken tells nothing.
 * Without any scheme everything is refused.
 */
export function createAuthenticator(schemes: readonly WebhookScheme[]): Authenticator {
  const expected = schemes.flatMap(expectedHeader);
  const signatures = schemes.filter((scheme): scheme is SignatureScheme => scheme.type === 'standard-webhooks');
  const keys = signatures.map(({ secret, toleranceSeconds }) => ({ key: signingKey(secret), toleranceSeconds }));

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
      for (const { key, toleranceSeconds } of keys) {
        if (isSigned({ headers, body, key, toleranceSeconds, nowMs })) accepted = true;
      }
      return accepted;
    },
  };
}

/** The key of a Standard Webhooks secret: base64, usually written with the prefix `whsec_`. */
function signingKey(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly key: Buffer;
  readonly toleranceSeconds: number;
  readonly nowMs: number;
}

/** Standard Webhooks, version 1: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces. */
function isSigned({ headers, body, key, toleranceSeconds, nowMs }: SignedRequest): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp) || key.length === 0) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  let matches = false;
  for (const signature of signatures.split(' ')) {
    const presented = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
    if (presented.length === wanted.length && timingSafeEqual(presented, wanted)) matches = true;
  }
  return matches;
}
