import type { StreamReader } from '../stream';

/** To be written. */
// eslint-disable-next-line require-yield, @typescript-eslint/require-await
export const readFlowReceivements: StreamReader = async function* () {
  return;
};
