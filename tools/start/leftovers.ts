import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Log } from '../servers/cache';

const GONE_WITHIN_MS = 5_000;
const POLL_EVERY_MS = 100;

/** A process and its start time as the system tells it: the same id with another start time is another program. */
interface ProcessRecord {
  readonly pid: number;
  readonly startedAt: string;
}

interface StartRecord {
  readonly owner: ProcessRecord;
  readonly children: readonly ProcessRecord[];
}

/** Another `npm start` works with the same state folder. */
class StateInUseError extends Error {
  override readonly name = 'StateInUseError';
}

/** Notes which processes are ours, for a next start after this one was killed outright. */
export function recordProcesses(file: string, pids: readonly number[]): void {
  const owner = recordOf(process.pid);
  if (owner === undefined) return;
  const record: StartRecord = { owner, children: pids.flatMap((pid) => recordOf(pid) ?? []) };
  writeFileSync(file, JSON.stringify(record));
}

/**
 * Stops what an earlier start left running because it was killed before it could stop its children. A process counts as
 * ours only when both its id and its start time are the recorded ones.
 *
 * @throws StateInUseError when the start that wrote the record still runs
 */
export async function stopLeftovers(file: string, log: Log): Promise<void> {
  const record = readRecord(file);
  if (record === undefined) return;
  if (record.owner.pid !== process.pid && isSame(record.owner)) {
    throw new StateInUseError(
      `Another npm start (process ${record.owner.pid}) works with this state. Stop it, or choose a folder of its own: npm start -- --state <folder>`,
    );
  }
  const orphans = record.children.filter(isSame);
  if (orphans.length === 0) return;
  log(`Stopping ${orphans.length} programs that an earlier start left running …`);
  for (const { pid } of orphans) signal(pid, 'SIGTERM');
  const deadline = Date.now() + GONE_WITHIN_MS;
  while (orphans.some(isSame)) {
    if (Date.now() > deadline) for (const { pid } of orphans) signal(pid, 'SIGKILL');
    await sleep(POLL_EVERY_MS);
  }
}

function readRecord(file: string): StartRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isStartRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStartRecord(value: unknown): value is StartRecord {
  if (typeof value !== 'object' || value === null || !('owner' in value) || !('children' in value)) return false;
  return isProcessRecord(value.owner) && Array.isArray(value.children) && value.children.every(isProcessRecord);
}

function isProcessRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return false;
  return typeof value.pid === 'number' && typeof value.startedAt === 'string';
}

function isSame({ pid, startedAt }: ProcessRecord): boolean {
  return recordOf(pid)?.startedAt === startedAt;
}

function recordOf(pid: number): ProcessRecord | undefined {
  try {
    const args = ['-o', 'state=,lstart=', '-p', String(pid)];
    const answer = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [, state, startedAt] = /^\s*(\S+)\s+(.+?)\s*$/.exec(answer) ?? [];
    // A zombie has ended; only its parent has not looked yet.
    return startedAt === undefined || state?.startsWith('Z') === true ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
