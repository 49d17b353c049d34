import { setMaxListeners } from 'node:events';

import { errors, type Dispatcher } from 'undici';

import type { UnreachableReason } from './errors';

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly headers: readonly Buffer[];
  readonly bytes: Buffer;
}

/** What a connection is closed with when the exchange stops before the answer is complete. No caller sees it. */
const STOPPED = new Error('stopped');

/**
 * Sends one request and takes its whole answer, or resolves with the reason why there is none. Works on the dispatcher
 * itself, below `request()`, whose streams and signals cost as much again as the whole call (docs/adr/0007-libraries.md).
 *
 * @param timeoutMs from handing the request over to the last byte of the body
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  timeoutMs: number,
  maxResponseBytes: number,
  signal: AbortSignal | undefined,
): Promise<Answer | UnreachableReason | 'too-big' | 'cancelled'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status: number | undefined;
    let headers: readonly Buffer[] = [];
    // Given as soon as the request is on its connection: before that nothing was sent.
    let abort: ((reason: Error) => void) | undefined;
    let isOver = false;

    const end = (result: Parameters<typeof resolve>[0]): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      forgetSignal?.();
      resolve(result);
    };
    // The rest is never received, and the connection is not used again.
    const stop = (reason: 'timeout' | 'connect-timeout' | 'too-big' | 'cancelled'): void => {
      end(reason);
      abort?.(STOPPED);
    };
    const timer = setTimeout(() => stop(abort === undefined ? 'connect-timeout' : 'timeout'), timeoutMs);
    const forgetSignal = signal && onAbort(signal, () => stop('cancelled'));
    const onError = (error: unknown): void => end(reasonOf(error, status !== undefined));

    try {
      dispatcher.dispatch(request, {
        onConnect(abortConnection) {
          if (isOver) abortConnection(STOPPED);
          else abort = abortConnection;
        },
        onHeaders(code, rawHeaders) {
          // 1xx are announcements: the answer comes after them.
          if (code >= 200) [status, headers] = [code, rawHeaders];
          return true;
        },
        onData(chunk) {
          size += chunk.length;
          chunks.push(chunk);
          if (size > maxResponseBytes) stop('too-big');
          return true;
        },
        onComplete() {
          const [first] = chunks;
          const bytes = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, size);
          end({ status: status ?? 0, headers, bytes });
        },
        onError,
      });
    } catch (error) {
      onError(error);
    }
  });
}

function reasonOf(error: unknown, inBody: boolean): UnreachableReason {
  if (error instanceof errors.ConnectTimeoutError) return 'connect-timeout';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unresolved';
  return inBody ? 'truncated' : 'reset';
}

/** Calls back once when the signal fires, until the returned function is called. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  // Any number of calls wait on the signal of one sync.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
