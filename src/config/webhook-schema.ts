import { z } from 'zod';

import { secret, strictObject, text, wholeNumber } from './field-types';
import { documented, type SettingDocumentation } from './setting-documentation';

const ofTenant = {
  origin: 'this service',
  level: 'tenant',
  usedBy: 'intake',
} as const satisfies Partial<SettingDocumentation>;

const bearerScheme = documented(strictObject({ type: z.literal('bearer'), token: secret() }), {
  ...ofTenant,
  defaultInWords: '–',
  effect: '`token` is expected as bearer token (secret)',
});

const basicScheme = documented(
  strictObject({
    type: z.literal('basic'),
    username: text().refine((name) => !name.includes(':'), 'must not hold a colon'),
    password: secret(),
  }),
  {
    ...ofTenant,
    defaultInWords: '–',
    effect: '`username` and `password` are expected as basic authentication (secret)',
  },
);

const headerScheme = documented(
  strictObject({
    type: z.literal('header'),
    name: text()
      .refine((name) => /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name), 'must be the name of an HTTP header')
      .transform((name) => name.toLowerCase()),
    value: secret(),
  }),
  { ...ofTenant, defaultInWords: '–', effect: 'the header `name` (any case) is expected to hold `value` (secret)' },
);

/** Standard Webhooks asks for 24 to 64 bytes, as base64 after `whsec_`. */
function isSigningSecret(value: string): boolean {
  const base64 = value.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const bytes = Buffer.from(base64, 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

const signatureScheme = documented(
  strictObject({
    type: z.literal('standard-webhooks'),
    secret: secret().refine(isSigningSecret, 'must be 24 to 64 bytes as base64, with or without whsec_ before it'),
    toleranceSeconds: wholeNumber(1, 3600).default(300),
  }),
  {
    ...ofTenant,
    defaultInWords: '`toleranceSeconds`: 300',
    effect: 'a Standard Webhooks signature made with `secret` is expected, at most `toleranceSeconds` old (secret)',
  },
);

const scheme = z.discriminatedUnion('type', [bearerScheme, basicScheme, headerScheme, signatureScheme]);

/** How the senders of webhooks prove who they are. Any one scheme is enough: two during a rotation lose no event. */
export const webhooksSchema = strictObject({
  omnium: strictObject({ schemes: z.array(scheme).min(1, 'needs at least one scheme') }),
  // Nothing is accepted from Flow as long as no scheme is set.
  flow: strictObject({ schemes: z.array(scheme).default([]) }).prefault({}),
});
