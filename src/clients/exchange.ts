import { errors, type Dispatcher } from 'undici';

import { onAbort } from './abort-fan';
import { type UnreachableReason } from './errors';

/** How one request ended. */
export type ExchangeEnd =
  | { readonly kind: 'answered'; readonly answer: RawAnswer }
  | { readonly kind: 'unreachable'; readonly reason: UnreachableReason }
  | { readonly kind: 'too-big' }
  | { readonly kind: 'cancelled' };

/** A whole answer, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly headers: readonly Buffer[];
  readonly bytes: Buffer;
}

/** Where a request ends without an answer. */
export interface ExchangeLimits {
  /** From handing the request over to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends one request and takes its whole answer. Works on the dispatcher itself, below `request()`: no stream, no abort
 * controller and no event listener is made for a call, which is most of what a small call costs.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<ExchangeEnd> {
  return new Promise((resolve) => {
    const running = new Exchange(limits, resolve);
    try {
      dispatcher.dispatch(request, running);
    } catch (error) {
      running.onError(error);
    }
  });
}

/** What a connection is closed with when we stop before the answer is complete. Nobody sees it. */
const STOPPED = new Error('stopped');

class Exchange implements Dispatcher.DispatchHandlers {
  private readonly timer: NodeJS.Timeout;
  private readonly forgetSignal: (() => void) | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private status: number | undefined;
  private headers: readonly Buffer[] = [];
  /** Given as soon as the request is on its connection: before that nothing was sent. */
  private abort: ((reason: Error) => void) | undefined;
  private isOver = false;

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly settle: (end: ExchangeEnd) => void,
  ) {
    this.timer = setTimeout(() => {
      this.stop({ kind: 'unreachable', reason: this.abort === undefined ? 'connect-timeout' : 'timeout' });
    }, limits.timeoutMs);
    this.forgetSignal = limits.signal && onAbort(limits.signal, () => this.stop({ kind: 'cancelled' }));
  }

  onConnect(abort: (reason: Error) => void): void {
    if (this.isOver) abort(STOPPED);
    else this.abort = abort;
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    // 1xx are announcements: the answer comes after them.
    if (status >= 200) {
      this.status = status;
      this.headers = headers;
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.size += chunk.length;
    this.chunks.push(chunk);
    if (this.size > this.limits.maxResponseBytes) this.stop({ kind: 'too-big' });
    return true;
  }

  onComplete(): void {
    const [first] = this.chunks;
    const bytes = first !== undefined && this.chunks.length === 1 ? first : Buffer.concat(this.chunks, this.size);
    this.end({ kind: 'answered', answer: { status: this.status ?? 0, headers: this.headers, bytes } });
  }

  onError(error: unknown): void {
    this.end({ kind: 'unreachable', reason: reasonOf(error, this.status !== undefined) });
  }

  /** Ends it from our side: the rest is never received, and the connection is not used again. */
  private stop(end: ExchangeEnd): void {
    this.end(end);
    this.abort?.(STOPPED);
  }

  private end(end: ExchangeEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.forgetSignal?.();
    this.settle(end);
  }
}

function reasonOf(error: unknown, inBody: boolean): UnreachableReason {
  if (error instanceof errors.ConnectTimeoutError) return 'connect-timeout';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unresolved';
  return inBody ? 'truncated' : 'reset';
}
