'use strict';

// Tests run as compiled JavaScript, the same code that runs in production; `npm test` builds first.
module.exports = {
  // `npm test` runs the files in several processes and names those of each.
  spec: process.env.TEST_FILES?.split(',') ?? ['dist/test/**/*.test.js'],
  require: ['dist/test/support/root-hooks.js'],
  'enable-source-maps': true,
  timeout: 60_000,
  slow: 2_000,
  // No `exit: true`: a worker, server or timer that a test leaves behind keeps the process alive and fails the run.
};
