import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** The compiled program, as `npm run sandbox` starts it. */
const PROGRAM = 'dist/sandbox/main.js';

describe('npm run sandbox', () => {
  let child: ChildProcess | undefined;
  let output = '';
  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
  });

  const start = (...args: string[]): ChildProcess => {
    output = '';
    child = spawn(process.execPath, [PROGRAM, '--products', '40', '--stores', '4', ...args], { stdio: 'pipe' });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return child;
  };
  const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (let tries = 0; tries < 500; tries++) {
      const match = pattern.exec(output);
      if (match) return match;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`never said ${String(pattern)}:\n${output}`);
  };

  it('starts both vendors, says how to reach them, and stops within 2 s', async () => {
    const running = start('--omnium-port', '0', '--flow-port', '0', '--flow-catalogue', 'empty');
    const [, omniumUrl] = await said(/Omnium {2}(http:\S+)\/api/);
    const [, flowUrl] = await said(/Flow {4}(http:\S+)\/v2/);
    await said(/Ctrl-C stops both/);
    for (const url of [omniumUrl, flowUrl]) {
      const health = await fetch(`${String(url)}/_sandbox/health`);
      assert.equal(health.status, 200);
    }
    const tills = await fetch(`${String(flowUrl)}/_sim/tenants/flow_no/catalogue`);
    assert.match(await tills.text(), /"products":0/);
    assert.match(output, /sandbox-client.*sandbox-secret/);
    assert.match(output, /flow_no.*sandbox-token-flow_no/);
    const exit = once(running, 'exit');
    const startedAt = Date.now();
    running.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
    assert.ok(Date.now() - startedAt < 2_000);
  });

  it('says which port is busy and how to choose another', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = blocker.address() as AddressInfo;
      const exit = once(start('--omnium-port', '0', '--flow-port', String(port)), 'exit');
      assert.deepEqual(await exit, [3, null]);
      assert.match(output, new RegExp(`Port ${port} for the Flow sandbox is in use.*--flow-port`));
    } finally {
      await new Promise((resolve) => blocker.close(resolve));
    }
  });
});
