import { isGrpcServiceError } from '@temporalio/client';

/** gRPC status codes we act on, by number as they stand in the gRPC specification. */
export const GRPC = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

const MAX_CAUSES = 5;

/** The gRPC status code of an error or of what caused it; `undefined` when no call to Temporal failed. */
export function grpcCodeOf(error: unknown): number | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if (isGrpcServiceError(current)) return current.code;
    current = current.cause;
  }
  return undefined;
}

/** Whether an error means that Temporal did not answer at all, as opposed to having refused. */
export function isTemporalUnreachable(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code === GRPC.UNAVAILABLE || code === GRPC.DEADLINE_EXCEEDED;
}
