import { type z } from 'zod';

import { type CallContext } from '../http';
import { type FlowConnection } from './connection';

/** Things of one kind below one path: how they are called in errors, and what one of them looks like. */
export interface FlowResourceKind<T> {
  /** E.g. `brand`. */
  readonly name: string;
  readonly item: z.ZodType<T>;
}

/** The four calls that most of Flow's things have in common (flow-api.md §2). Answers to writes are not read. */
export class FlowResource<T> {
  constructor(
    private readonly flow: FlowConnection,
    private readonly kind: FlowResourceKind<T>,
  ) {}

  get(path: string, context: CallContext | undefined): Promise<T | undefined> {
    const request = { operation: `GET ${this.kind.name}`, method: 'GET', path } as const;
    return this.flow.readIfFound(request, this.kind.item, context);
  }

  /** 409 when the uid in the body exists. */
  create(path: string, body: unknown, context: CallContext | undefined): Promise<void> {
    return this.flow.send({ operation: `POST ${this.kind.name}`, method: 'POST', path, body }, context);
  }

  /** Changes the members given. */
  update(path: string, body: unknown, context: CallContext | undefined): Promise<void> {
    return this.flow.send({ operation: `PUT ${this.kind.name}`, method: 'PUT', path, body }, context);
  }

  /** False when there was none. */
  delete(path: string, context: CallContext | undefined): Promise<boolean> {
    return this.flow.sendIfFound({ operation: `DELETE ${this.kind.name}`, method: 'DELETE', path }, context);
  }
}
