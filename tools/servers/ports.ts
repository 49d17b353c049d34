import { createServer } from 'node:net';

/** A port that is about to be listened on. */
export interface PortClaim {
  readonly port: number;
  /** Who wants it, e.g. `the Temporal server`. */
  readonly what: string;
  /** Option of `npm start` that chooses another one. */
  readonly option: string;
}

/** One or more ports can't be had; the message names each port and the option that changes it. */
class BusyPortError extends Error {
  override readonly name = 'BusyPortError';
}

/**
 * Checks every port before anything is started, so that nothing has to be stopped again.
 *
 * @throws BusyPortError naming all of the busy ports at once
 */
export async function assertPortsFree(claims: readonly PortClaim[]): Promise<void> {
  const problems: string[] = [];
  const claimed = new Map<number, PortClaim>();
  for (const claim of claims) {
    const other = claimed.get(claim.port);
    if (other !== undefined) {
      problems.push(`Port ${claim.port} is asked for twice: by ${other.option} and by ${claim.option}.`);
    } else if (!(await isPortFree(claim.port))) {
      problems.push(
        `Port ${claim.port}, for ${claim.what}, is in use by another program. Choose another one: npm start -- ${claim.option} <port>`,
      );
    }
    claimed.set(claim.port, claim);
  }
  if (problems.length > 0) throw new BusyPortError(problems.join('\n'));
}

/** Somebody may listen on all addresses or on the loopback address only; both stand in the way. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, undefined));
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
