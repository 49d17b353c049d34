import { Server, Socket } from 'node:net';
import { type RootHookObject } from 'mocha';
import { installQuietRuntime } from './quiet-runtime';
import { stopDevServer } from './temporal-rig';

/** Time that sockets and timers get to end by themselves after the last test. */
const GRACE_MS = Number(process.env.LEAK_GRACE_MS ?? 5_000);

installQuietRuntime();

/** Hooks of the whole run: end what all test files share, and fail when a test left something behind. */
export const mochaHooks: RootHookObject = {
  beforeAll(): void {
    // The SDK's runtime takes SIGTERM for itself and only drains workers; ending the process ends the servers, too.
    process.on('SIGTERM', () => process.exit(143));
  },

  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(30_000);
    try {
      await stopDevServer();
    } finally {
      watchForLeaks();
    }
  },
};

/**
 * Mocha runs without `--exit`, so a server, worker, socket or timer that is still open keeps the process alive. This
 * timer does not; when it fires, something else did.
 */
function watchForLeaks(): void {
  setTimeout(() => {
    console.error(`\n  The tests are over, but something still runs after ${GRACE_MS} ms:`);
    for (const line of openResources()) console.error(`    - ${line}`);
    console.error('  A test has to close what it opened.');
    // Mocha sets the exit code to the number of failed tests in a listener of its own, registered before this one.
    process.on('exit', () => (process.exitCode = 1));
    process.exit(1);
  }, GRACE_MS).unref();
}

function openResources(): string[] {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const lines = [...counts].map(([name, count]) => `${name} × ${count}`);
  return [...lines, ...activeHandles().flatMap(describeHandle)];
}

/** Node offers the open handles themselves only under this undocumented name; the counts above need nothing of it. */
function activeHandles(): unknown[] {
  const list: unknown = Reflect.get(process, '_getActiveHandles');
  if (typeof list !== 'function') return [];
  const handles: unknown = Reflect.apply(list, process, []);
  return Array.isArray(handles) ? handles : [];
}

function describeHandle(handle: unknown): string[] {
  if (handle instanceof Server) return [`server at ${JSON.stringify(handle.address())}`];
  if (handle instanceof Socket && handle.remotePort !== undefined) {
    return [`socket from port ${String(handle.localPort)} to ${String(handle.remoteAddress)}:${handle.remotePort}`];
  }
  return [];
}
