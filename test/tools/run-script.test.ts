import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTemporaryFolder } from '../support/temporary-folder';

/** A small project with the real tools/run.mjs, the real compiler and the real lock file. */
async function withProject(use: (project: Project) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const project = new Project(folder);
    for (const file of ['tools/run.mjs', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(file, join(folder, file));
    }
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    await project.write('npm.js', NPM);
    await project.write('src/ops/main.ts', OPS);
    await project.write('src/workers/build-workflow-bundle.ts', BUNDLE_BUILDER);
    await use(project);
  });
}

/** Prints its arguments and ends with the exit code it is told, or waits for a signal. */
const OPS = `
const [code, ...rest] = process.argv.slice(2);
console.log('ops ' + rest.join('|') + ' main=' + (require.main === module));
if (code === 'wait') {
  const timer = setInterval(() => {}, 1000);
  process.once('SIGINT', () => {
    console.log('stopping');
    setTimeout(() => { console.log('stopped'); clearInterval(timer); }, 300);
  });
} else if (code === 'sleep') {
  setInterval(() => {}, 1000);
} else process.exitCode = Number(code);
`;

/** Stands in for npm, which would work on the real node_modules behind the link: notes how it was called, puts the link. */
const NPM = `
const fs = require('node:fs');
fs.appendFileSync('npm.txt', process.argv.slice(2).join(' ') + '\\n');
fs.symlinkSync(${JSON.stringify(join(process.cwd(), 'node_modules'))}, 'node_modules');
`;

/** Counts how often the bundle is made. */
const BUNDLE_BUILDER = `
import { appendFileSync, writeFileSync } from 'node:fs';
appendFileSync('bundles.txt', 'x');
writeFileSync('dist/workflow-bundle.js', '');
`;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

class Project {
  constructor(private readonly folder: string) {}

  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), text);
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  start(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended>; output: () => string } {
    // The runner of these tests may have loaders of its own in the environment; the script must not need them.
    const { NODE_OPTIONS: _, ...rest } = process.env;
    const env = { ...rest, npm_execpath: join(this.folder, 'npm.js') };
    const child = spawn(process.execPath, ['tools/run.mjs', ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Ended>((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal, output })),
    );
    return { child, ended, output: () => output };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }
}

async function untilPrinted(output: () => string, text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!output().includes(text)) {
    assert.ok(Date.now() < deadline, `never printed "${text}": ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('tools/run.mjs', function () {
  this.timeout(120_000);

  it('builds when it must, passes arguments and exit code, and takes less than a second when nothing changed', () =>
    withProject(async (project) => {
      const first = await project.run('ops', '3', 'where', 'order 1');
      assert.match(first.output, /Compiling[\s\S]*Bundling[\s\S]*ops where\|order 1 main=true/);
      assert.equal(first.code, 3, first.output);

      const startedAtMs = Date.now();
      const second = await project.run('ops', '0');
      assert.equal(second.output, 'ops  main=true\n');
      assert.equal(second.code, 0);
      assert.ok(Date.now() - startedAtMs < 1_000, `took ${Date.now() - startedAtMs} ms`);
    }));

  it('installs the locked dependencies when there are none, development ones included', () =>
    withProject(async (project) => {
      await rm(project.path('node_modules'));
      const { code, output } = await project.run('ops', '0');
      assert.equal(code, 0, output);
      assert.match(output, /Installing the locked dependencies[\s\S]*Dependencies installed/);
      assert.equal(await readFile(project.path('npm.txt'), 'utf8'), 'ci --include=dev --no-audit --no-fund\n');
    }));

  it('compiles a changed source, drops the output of a deleted one, and bundles only when workflow code changed', () =>
    withProject(async (project) => {
      await project.write('src/ops/old.ts', 'export const old = 1;\n');
      assert.equal((await project.run('ops', '0')).code, 0);
      await stat(project.path('dist/src/ops/old.js'));

      await rm(project.path('src/ops/old.ts'));
      await project.write('src/ops/main.ts', "console.log('changed');\n");
      assert.match((await project.run('ops', '0')).output, /changed/);
      assert.deepEqual((await readdir(project.path('dist/src/ops'))).sort(), ['main.js', 'main.js.map']);
      assert.equal(await readFile(project.path('bundles.txt'), 'utf8'), 'x');

      await project.write('src/workflows/index.ts', 'export const answer = 42;\n');
      await project.run('ops', '0');
      assert.equal(await readFile(project.path('bundles.txt'), 'utf8'), 'xx');
    }));

  it('brings back an output that somebody deleted from dist', () =>
    withProject(async (project) => {
      await project.run('ops', '0');
      await rm(project.path('dist/src/ops/main.js'));
      await utimes(project.path('src/ops/main.ts'), new Date(), new Date());
      assert.match((await project.run('ops', '0')).output, /ops {2}main=true/);
    }));

  it('fails with the compiler and does not run what was built before', () =>
    withProject(async (project) => {
      await project.run('ops', '0');
      await project.write('src/ops/main.ts', "const wrong: number = 'text';\nconsole.log(wrong);\n");
      const { code, output } = await project.run('ops', '0');
      assert.equal(code, 1);
      assert.match(output, /error TS2322[\s\S]*the TypeScript compiler failed/);
      assert.doesNotMatch(output, /^text$/m);
    }));

  it('lets a program that stops gently finish, although Ctrl-C arrives twice', () =>
    withProject(async (project) => {
      const { child, ended, output } = project.start(['ops', 'wait']);
      await untilPrinted(output, 'main=true');
      assert.ok(child.pid !== undefined);
      // As a terminal does it: to the whole group. npm then passes it on once more.
      process.kill(-child.pid, 'SIGINT');
      await untilPrinted(output, 'stopping');
      process.kill(child.pid, 'SIGINT');
      const { code, output: all } = await ended;
      assert.match(all, /stopping\nstopped\n$/);
      assert.equal(code, 0);
    }));

  it('ends a program that does not care about Ctrl-C', () =>
    withProject(async (project) => {
      const { child, ended, output } = project.start(['ops', 'sleep']);
      await untilPrinted(output, 'main=true');
      child.kill('SIGINT');
      assert.equal((await ended).code, 130);
    }));

  it('names the commands when it gets none of them', () =>
    withProject(async (project) => {
      const { code, output } = await project.run('stop');
      assert.equal(code, 1);
      assert.match(output, /<start\|test\|api\|worker\|sandbox\|ops\|bench\|soak>/);
      assert.match((await project.run('bench')).output, /dist\/bench\/main\.js is missing/);
    }));

  it('builds once when two commands start together', () =>
    withProject(async (project) => {
      const both = await Promise.all([project.run('ops', '0'), project.run('ops', '0')]);
      assert.deepEqual(
        both.map(({ code }) => code),
        [0, 0],
        both.map(({ output }) => output).join('\n---\n'),
      );
      assert.equal(await readFile(project.path('bundles.txt'), 'utf8'), 'x');
    }));
});
