import { runOps } from './program';

/** The operator's tool as a process; what it does and its exit codes: program.ts. */
void runOps(process.argv.slice(2), {
  environment: process.env,
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
