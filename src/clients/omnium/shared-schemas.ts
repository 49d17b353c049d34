import { z } from 'zod';

import { optionalText, optionalTimestamp } from '../wire';

/** A key/value pair on orders, lines, payments and customers (PropertyItem). */
export const omniumPropertySchema = z.object({ key: optionalText, keyGroup: optionalText, value: optionalText });

/** A note on an order or a purchase order (Comment). */
export const omniumCommentSchema = z.object({
  title: optionalText,
  detail: optionalText,
  type: optionalText,
  created: optionalTimestamp,
});

export type OmniumComment = z.infer<typeof omniumCommentSchema>;
export type OmniumProperty = z.infer<typeof omniumPropertySchema>;
