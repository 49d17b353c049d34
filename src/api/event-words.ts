import { z } from 'zod';
import { MAX_ID_LENGTH } from '../contracts/entity-sync';

/** Text of an event: senders' ids have been seen as numbers, and anything that is not text counts as not there. */
export const plainText = z
  .union([z.string(), z.int().transform(String)])
  .transform((value) => value.trim())
  .optional()
  .catch(undefined);

/** Control characters, lone surrogates and line separators: none of them is part of an id. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** Whether something can be the id of an order or a customer, and hence part of a workflow's name. */
export function isUsableId(id: string): boolean {
  return id !== '' && id.length <= MAX_ID_LENGTH && !UNPRINTABLE.test(id);
}

/** What is wrong with an id that is not usable, to follow the words for what it is the id of. */
export const UNUSABLE_ID = `has at most ${MAX_ID_LENGTH} printable characters`;

const PLAIN_WORD = /^[\w .-]{1,40}$/;

/** A word of the sender that may be repeated in answers and histories: short and plain. */
export function isPlainWord(word: string | undefined): word is string {
  return word !== undefined && PLAIN_WORD.test(word);
}

/** Why an event that we caused ourselves is not recorded: the pass that wrote has read what it wrote. */
export const OWN_WRITE = 'our own write';
