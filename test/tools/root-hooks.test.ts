import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryFolder } from '../support/temporary-folder';

/** Runs mocha with our root hooks on one test file of this text. */
async function runMocha(test: string): Promise<{ code: number | null; output: string }> {
  return withTemporaryFolder(async (folder) => {
    const file = join(folder, 'some.test.js');
    await writeFile(file, test);
    const hooks = require.resolve('../support/root-hooks');
    const args = [...process.execArgv, 'node_modules/mocha/bin/mocha.js', '--no-config', '--require', hooks, file];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, LEAK_GRACE_MS: '300' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  });
}

describe('the root hooks', () => {
  it('fail a run that leaves a server open, and say which', async () => {
    const { code, output } = await runMocha(
      `it('leaks', (done) => { require('node:net').createServer().listen(0, '127.0.0.1', done); });`,
    );
    assert.match(output, /1 passing/);
    assert.match(output, /something still runs[\s\S]*server at .*127\.0\.0\.1/);
    assert.equal(code, 1);
  });

  it('fail a run that leaves a timer behind', async () => {
    const { code, output } = await runMocha(`it('leaks', () => { setInterval(() => {}, 1000); });`);
    assert.match(output, /something still runs[\s\S]*Timeout × /);
    assert.equal(code, 1);
  });

  it('let a clean run pass', async () => {
    const { code, output } = await runMocha(`it('is clean', () => {});`);
    assert.match(output, /1 passing/);
    assert.equal(code, 0, output);
  });
});
