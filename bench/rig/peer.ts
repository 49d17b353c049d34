import { type ChildProcess, fork } from 'node:child_process';
import { endWithThisProcess } from '../../tools/servers/run-program';
import { stopChild } from '../../tools/servers/temporal-server';
import type { Stops } from './stops';

/** What a child process of the benchmark can be asked: names with one argument and an answer, all plain data. */
type Questions = Record<string, (argument: never) => unknown>;

type ArgumentOf<Q extends Questions, N extends keyof Q> = Parameters<Q[N]>[0];
type AnswerOf<Q extends Questions, N extends keyof Q> = Awaited<ReturnType<Q[N]>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In the child: answers what the parent asks, until the parent goes. */
export function answerQuestions<Q extends Questions>(questions: {
  readonly [N in keyof Q]: (argument: ArgumentOf<Q, N>) => Promise<AnswerOf<Q, N>> | AnswerOf<Q, N>;
}): void {
  // The parent's side of this file is the only sender, and its types are the same.
  const byName = questions as Readonly<Record<string, (argument: unknown) => unknown>>;
  const answer = async ({ id, name, argument }: Question): Promise<void> => {
    try {
      process.send?.({ id, value: await byName[name]?.(argument) } satisfies Answer);
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({ id, error: words } satisfies Answer);
    }
  };
  process.on('message', (question: Question) => void answer(question));
  // Nothing here is worth finishing; a worker among us would otherwise drain.
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
}

/** A child process of the benchmark, seen from the parent. */
export class Peer<Q extends Questions> {
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private lastId = 0;

  private constructor(readonly process: ChildProcess) {
    process.on('message', (answer: Answer) => this.settle(answer));
    process.once('exit', (code, signal) => {
      const error = new Error(`A child process of the benchmark ended (${signal ?? `exit code ${String(code)}`})`);
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
  }

  /**
   * Starts the program in a process of its own.
   *
   * @param entry path of the compiled program, which calls {@link answerQuestions}
   */
  static start<Q extends Questions>(
    entry: string,
    stops: Stops,
    { env = {}, execArgv = [] }: { readonly env?: NodeJS.ProcessEnv; readonly execArgv?: readonly string[] } = {},
  ): Peer<Q> {
    const child = fork(entry, [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { ...process.env, ...env },
      execArgv: [...execArgv],
    });
    endWithThisProcess(child);
    stops.add(() => stopChild(child));
    return new Peer<Q>(child);
  }

  /** @throws Error with the child's words when the question failed or the child ended */
  ask<N extends keyof Q & string>(name: N, argument: ArgumentOf<Q, N>): Promise<AnswerOf<Q, N>> {
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      // The child's side of this file made the answer from the same types.
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.process.send({ id, name, argument } satisfies Question, (error) => {
        if (error) this.settle({ id, error: error.message });
      });
    });
  }

  private settle({ id, value, error }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
