#!/usr/bin/env node
// Every npm script goes through here: `node tools/run.mjs <command> [arguments]`. On a fresh clone it installs the locked
// dependencies and compiles; when nothing changed it goes straight to the command. Plain JavaScript without a single
// dependency, because it has to run before there is anything to depend on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { constants } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const COMMANDS = {
  start: 'dist/tools/start/main.js',
  test: 'dist/tools/test/main.js',
  api: 'dist/src/api/main.js',
  worker: 'dist/src/workers/main.js',
  sandbox: 'dist/sandbox/main.js',
  ops: 'dist/src/ops/main.js',
  bench: 'dist/bench/main.js',
  soak: 'dist/tools/soak/main.js',
};
const SOURCE_FOLDERS = ['src', 'sandbox', 'tools', 'test', 'bench'];
const OUTPUT = /\.(js|js\.map)$/;
const BUNDLE = 'dist/workflow-bundle.js';
const BUNDLE_BUILDER = 'dist/src/workers/build-workflow-bundle.js';
/** What ends up in the workflow bundle, or decides how it is made. */
const BUNDLE_FOLDERS = ['dist/src/workflows', 'dist/src/contracts', 'dist/src/domain', 'dist/src/workers'];
const BUILD_STAMP = 'dist/.build-stamp.json';
const INSTALL_STAMP = 'node_modules/.install-stamp';
/** A second signal within this time is the same Ctrl-C: the terminal sends it to everybody, and npm passes it on. */
const SAME_SIGNAL_MS = 1_000;

const at = (path) => join(ROOT, path);
const say = (text) => process.stderr.write(`${text}\n`);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

function fail(text) {
  say(text);
  process.exit(1);
}

function main() {
  const [command, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(COMMANDS, command ?? '')) {
    fail(`usage: node tools/run.mjs <${Object.keys(COMMANDS).join('|')}> [arguments]`);
  }
  checkNode();
  process.chdir(ROOT);
  if (!isReady()) {
    const release = lock();
    try {
      install();
      build();
    } finally {
      release();
    }
  }
  execute(COMMANDS[command], args);
}

function checkNode() {
  const wanted = JSON.parse(readFileSync(at('package.json'), 'utf8'))
    .engines.node.replace('>=', '')
    .split('.')
    .map(Number);
  const found = process.versions.node.split('.').map(Number);
  const isTooOld = found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1]);
  if (isTooOld)
    fail(`Node ${wanted.join('.')} or newer is needed; this is ${process.versions.node} (${process.execPath}).`);
}

/** Nothing to install, nothing to build: the case of every start but the first. */
function isReady() {
  return (
    readOr(INSTALL_STAMP) === installKey() &&
    readStamp().sources === fingerprint(sourceFiles()) &&
    existsSync(at(BUNDLE))
  );
}

// --- dependencies

function installKey() {
  return sha256(readFileSync(at('package-lock.json')), process.platform, process.arch);
}

function install() {
  const key = installKey();
  if (readOr(INSTALL_STAMP) === key) return;
  if (!isInstalled()) {
    say('Installing the locked dependencies (about a minute) …');
    const startedAt = Date.now();
    // npm names its own program to the scripts it runs; a bare `node tools/run.mjs` takes the one on PATH.
    const npm = process.env.npm_execpath;
    const ciArgs = ['ci', '--include=dev', '--no-audit', '--no-fund'];
    const isScript = npm !== undefined && /\.c?js$/.test(npm);
    runStep('npm ci', isScript ? [process.execPath, npm, ...ciArgs] : ['npm', ...ciArgs]);
    say(`Dependencies installed in ${seconds(startedAt)}.`);
  }
  writeFileSync(at(INSTALL_STAMP), key);
}

/** True when npm's own record of node_modules agrees with the lock file, e.g. after an `npm install` by hand. */
function isInstalled() {
  const installed = readOr('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  const present = JSON.parse(installed).packages;
  const locked = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && existsSync(at(path));
  });
}

// --- build

function build() {
  const files = sourceFiles();
  const sources = fingerprint(files);
  const stamp = readStamp();
  if (stamp.sources !== sources) {
    say('Compiling …');
    const startedAt = Date.now();
    compile(files);
    say(`Compiled in ${seconds(startedAt)}.`);
  }
  const bundle = fingerprintOfBundle();
  if (stamp.bundle !== bundle || !existsSync(at(BUNDLE))) {
    say('Bundling the workflows …');
    const startedAt = Date.now();
    if (!existsSync(at(BUNDLE_BUILDER))) fail(`${BUNDLE_BUILDER} is missing: the workflows can't be bundled.`);
    runStep('bundling the workflows', [process.execPath, BUNDLE_BUILDER]);
    if (!existsSync(at(BUNDLE))) fail(`${BUNDLE_BUILDER} ran, but there is no ${BUNDLE}.`);
    say(`Workflows bundled in ${seconds(startedAt)}.`);
  }
  writeFileSync(at(BUILD_STAMP), JSON.stringify({ sources, bundle }));
}

function compile(files) {
  const tsc = [process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'];
  mkdirSync(at('dist'), { recursive: true });
  removeOrphans(files);
  runStep('the TypeScript compiler', tsc);
  // The compiler trusts its own record and not the folder: outputs deleted by hand come back only without the record.
  if (files.some((file) => isCompiled(file) && !existsSync(at(outputOf(file))))) {
    rmSync(at('dist/.tsbuildinfo'), { force: true });
    runStep('the TypeScript compiler', tsc);
  }
}

/** A deleted source must not live on in dist: its test would still run, its import would still work. */
function removeOrphans(files) {
  const expected = new Set(files.filter(isCompiled).map(outputOf));
  for (const folder of SOURCE_FOLDERS) {
    for (const file of walk(`dist/${folder}`, OUTPUT)) {
      if (!expected.has(file.replace(/\.map$/, ''))) rmSync(at(file), { force: true });
    }
  }
}

const isCompiled = (file) => file.endsWith('.ts') && !file.endsWith('.d.ts');
const outputOf = (file) => `dist/${file.replace(/\.ts$/, '.js')}`;

function sourceFiles() {
  return ['tsconfig.json', 'package-lock.json', ...SOURCE_FOLDERS.flatMap((folder) => walk(folder, /\.(ts|json)$/))];
}

function fingerprint(files) {
  return sha256(...files.map((file) => `${file}:${statSync(at(file)).mtimeMs}:${statSync(at(file)).size}\n`));
}

function fingerprintOfBundle() {
  const files = ['package-lock.json', ...BUNDLE_FOLDERS.flatMap((folder) => walk(folder, /\.js$/))];
  return sha256(...files.flatMap((file) => [file, readFileSync(at(file))]));
}

function walk(folder, pattern) {
  if (!existsSync(at(folder))) return [];
  return readdirSync(at(folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(path, pattern);
      return pattern.test(entry.name) ? [path] : [];
    });
}

function readStamp() {
  return JSON.parse(readOr(BUILD_STAMP) ?? '{}');
}

function readOr(path) {
  return existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined;
}

// --- running

function runStep(what, [program, ...args]) {
  const result = spawnSync(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.error) fail(`${what} could not be started: ${result.error.message}`);
  if (result.signal) process.kill(process.pid, result.signal);
  if (result.status !== 0) fail(`${what} failed (exit code ${result.status}).`);
}

/** Two commands started at once must not build into the same folder at the same time. */
function lock() {
  const path = at('.state/build.lock');
  mkdirSync(dirname(path), { recursive: true });
  for (let waits = 0; ; waits += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      const release = () => rmSync(path, { force: true });
      process.once('exit', release);
      return release;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isRunning(Number(readOr(relative(ROOT, path))))) {
      rmSync(path, { force: true });
      continue;
    }
    if (waits === 0) say('Another command is building; waiting for it …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

function isRunning(pid) {
  // An empty file: its owner is about to write its id.
  if (!Number.isInteger(pid) || pid <= 0)
    return statSync(at('.state/build.lock'), { throwIfNoEntry: false })?.mtimeMs > Date.now() - 2_000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The command runs in this very process: its exit code, its terminal and its signals are its own. */
function execute(entry, args) {
  if (!existsSync(at(entry))) fail(`${entry} is missing: this command has no program.`);
  for (const signal of ['SIGINT', 'SIGTERM']) absorbRepeats(signal);
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, at(entry), ...args];
  Module.runMain(at(entry));
}

/** Programs that stop gently listen once; without this the same Ctrl-C, passed on by npm, would cut them off in mid-stop. */
function absorbRepeats(signal) {
  let firstAt;
  process.on(signal, () => {
    const isRepeat = firstAt !== undefined && Date.now() - firstAt < SAME_SIGNAL_MS;
    firstAt ??= Date.now();
    if (!isRepeat && process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

function seconds(sinceMs) {
  return `${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`;
}

main();
