import { FlowProblem, invalid } from '../problem';

/** What a till's request calls the line that is at a place of the order: `lines[2]`. */
export type PlaceOf = (index: number) => string;

/** Does something that the API words by its `items`; what is wrong is told in the words of the till's request. */
export function inTillWords<T>(work: () => T, placeOf: PlaceOf = (index) => `lines[${index}]`): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FlowProblem) || error.status !== 422) throw error;
    const rename = (field: string): string =>
      field.replace(/^items\[(\d+)\]/, (_match, index: string) => placeOf(Number(index)));
    throw invalid((error.detail.errors ?? []).map(({ field, message }) => ({ field: rename(field), message })));
  }
}
