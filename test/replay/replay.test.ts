import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../src/workflows';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { RECORDINGS } from './recordings';

const FOLDER = 'test/replay/histories';

interface RecordedHistory {
  readonly events: { readonly activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const read = (file: string): RecordedHistory =>
  JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as RecordedHistory;
const replay = (history: unknown, workflowId = 'order:flow_no:replayed'): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH } }, history, workflowId);

describe('replay of recorded histories', function () {
  this.timeout(60_000);

  for (const file of files) {
    it(`goes on with ${file}`, async () => {
      await replay(read(file), `${file.split('__')[0] ?? ''}:flow_no:replayed`);
    });
  }

  it('has a history of every case, and cases of every workflow', () => {
    for (const { prefix, name } of RECORDINGS) {
      assert.ok(
        files.some((file) => file.startsWith(`${prefix}__${name}__`)),
        `no history of ${prefix} ${name}`,
      );
    }
    const recorded = [...new Set(RECORDINGS.map(({ workflow }) => workflow))].sort();
    assert.deepEqual(Object.keys(workflows).sort(), recorded, 'a new workflow needs histories of its own');
  });

  it('fails for a history that this code would not have made', async () => {
    const altered = read(files.find((file) => file.includes('synced-at-once')) ?? '');
    for (const { activityTaskScheduledEventAttributes: scheduled } of altered.events) {
      if (scheduled) scheduled.activityType.name = 'anotherActivity';
    }
    await assert.rejects(replay(altered), DeterminismViolationError);
  });
});
