import { z } from 'zod';

import { optionalText } from '../wire';

/** A key/value pair on orders, lines, payments and customers (PropertyItem). */
export const omniumPropertySchema = z.object({ key: optionalText, keyGroup: optionalText, value: optionalText });

export type OmniumProperty = z.infer<typeof omniumPropertySchema>;
