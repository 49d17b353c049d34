import { z } from 'zod';

import { listOf, optionalFlag, optionalText, requiredText } from '../wire';

/** Where Flow sends webhooks, and which, as we read it (flow-api.md §4). */

/** Where webhooks are sent. Flow does not show the secrets of one. */
export const flowHttpTransportSchema = z.object({
  httpTransportUid: requiredText,
  name: optionalText,
  url: optionalText,
  /** `NONE`, `BASIC_AUTH` or `BEARER`. */
  securityType: optionalText,
  username: optionalText,
  headers: listOf(z.object({ key: requiredText, value: optionalText })),
});

/** One action that is told to one transport. */
export const flowWebhookSchema = z.object({
  webhookUid: requiredText,
  action: requiredText,
  httpTransportUid: optionalText,
  active: optionalFlag,
});

export type FlowHttpTransport = z.infer<typeof flowHttpTransportSchema>;
export type FlowWebhook = z.infer<typeof flowWebhookSchema>;
