import { z } from 'zod';

import { jsonOrUndefined } from '../parse-document';
import { tidyJson } from '../wire';

const problemSchema = z.object({ errors: z.record(z.string(), z.unknown()) });
/** A field of an error body that is about the id itself, e.g. `goodsReceptionId` or `[0].GoodsReceptionId`. */
const ABOUT_THE_ID = /goodsReceptionIds?$/i;

/**
 * Which of our goods reception ids a refusal lists as used before. Where its text puts them is assumed (omnium-api.md §7.3):
 * under a field that is called like the id, or, in a body without fields, anywhere. A field of another name says that
 * something else is wrong, also when its text names an id.
 */
export function namedReceptions(text: string, goodsReceptionIds: readonly string[]): ReadonlySet<string> {
  const body = tidyJson(jsonOrUndefined(text), 'first-letter-any-case');
  const problem = problemSchema.safeParse(body);
  const fields = problem.success ? Object.entries(problem.data.errors) : [];
  const told = fields.length === 0 ? (body ?? text) : fields.filter(([field]) => ABOUT_THE_ID.test(field));
  const sentences = textsIn(told);
  return new Set(goodsReceptionIds.filter((id) => sentences.some((sentence) => holdsWord(sentence, id))));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether the id stands in the sentence by itself, not as a part of a longer id. */
function holdsWord(sentence: string, id: string): boolean {
  for (let at = sentence.indexOf(id); at >= 0; at = sentence.indexOf(id, at + 1)) {
    const around = [sentence.charAt(at - 1), sentence.charAt(at + id.length)];
    if (!around.some((character) => /[\w:-]/.test(character))) return true;
  }
  return false;
}
